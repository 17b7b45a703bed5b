// Numbers, times and texts for people. No text of others is shown without going through here.
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** 12,345 */
export function count(number) {
    return number === null || number === undefined || Number.isNaN(number) ? '–' : WHOLE.format(number);
}

/** 12.3K where 12,345 would be too long. */
export function brief(number) {
    return number === null || number === undefined ? '–' : number < 10000 ? WHOLE.format(number) : SHORT.format(number);
}

/** Of something per second. */
export function rate(perSecond) {
    if (perSecond === null || perSecond === undefined) {
        return '–';
    }
    if (perSecond === 0) {
        return '0/s';
    }
    return perSecond < 0.1 ? (perSecond * 60).toFixed(1) + '/min'
        : perSecond < 10 ? perSecond.toFixed(1) + '/s' : brief(Math.round(perSecond)) + '/s';
}

export function percent(part, whole) {
    if (!whole) {
        return '–';
    }
    const value = part / whole * 100;
    return value > 0 && value < 0.1 ? '<0.1 %' : value.toFixed(value < 10 && value % 1 !== 0 ? 1 : 0) + ' %';
}

/** 340 ms, 2.1 s, 4 min, 3 h, 2 d */
export function duration(millis) {
    if (millis === null || millis === undefined) {
        return '–';
    }
    const seconds = millis / 1000;
    return millis < 1000 ? Math.round(millis) + ' ms' : seconds < 10 ? seconds.toFixed(1) + ' s' : seconds < 90 ? Math.round(seconds) + ' s'
        : seconds < 5400 ? Math.round(seconds / 60) + ' min' : seconds < 129600 ? Math.round(seconds / 3600) + ' h'
            : Math.round(seconds / 86400) + ' d';
}

/** 3 min ago; in 2 h */
export function distance(instant, now) {
    const millis = now - Date.parse(instant);
    if (Number.isNaN(millis)) {
        return String(instant);
    }
    if (Math.abs(millis) < 2000) {
        return 'now';
    }
    return millis > 0 ? duration(Math.max(1000, Math.floor(millis / 1000) * 1000)).replace(/\.\d/, '') + ' ago'
        : 'in ' + duration(-millis).replace(/\.\d/, '');
}

/** 14:03:27, or with the day when it is another one. */
export function clock(instant) {
    const time = new Date(instant);
    if (Number.isNaN(time.getTime())) {
        return '–';
    }
    const hours = time.toLocaleTimeString('en-GB');
    return time.toDateString() === new Date().toDateString() ? hours
        : time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' }) + ' ' + hours;
}

export function bytes(size) {
    return size < 1000 ? size + ' bytes' : size < 1e6 ? (size / 1000).toFixed(1) + ' KB' : (size / 1e6).toFixed(1) + ' MB';
}

/** 1 event, 2 events */
export function plural(number, one, many) {
    return count(number) + ' ' + (number === 1 ? one : many || one + 's');
}

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;
const CONTROLS = new RegExp(CONTROL.source, 'g');

function code(mark) {
    return 'U+' + mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}

export function hasControls(text) {
    return CONTROL.test(text);
}

/** What cannot be seen, or turns the order of what can, by its number. */
export function visible(text) {
    return CONTROL.test(text) ? text.replace(CONTROLS, mark => '\u27e8' + code(mark) + '\u27e9') : text;
}

/** The text in parts: strings as they are and {mark} for each control. */
export function parts(text) {
    const found = [];
    let from = 0;
    for (const match of text.matchAll(CONTROLS)) {
        if (match.index > from) {
            found.push(text.slice(from, match.index));
        }
        found.push({ mark: code(match[0]) });
        from = match.index + match[0].length;
    }
    if (from < text.length) {
        found.push(text.slice(from));
    }
    return found;
}

/** At most so many characters, no half of one at the end. */
export function cut(text, most) {
    return text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, '') + '\u2026';
}
