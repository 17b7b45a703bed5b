// JSON as it came, only indented: no number loses digits, no name that comes twice is lost. Long ones are cut, since ten
// thousand lines in a page help nobody and slow all.
import { count, cut, hasControls, parts, visible } from './format.js';
import { Copy, html, useMemo, useState } from './ui.js';

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|"/g;
const DEEPEST_INDENT = 24;
const LINES = 200;
const CHARACTERS = 20000;

/** Lines of tokens: [kind, text]; kinds are name, string, value and none. */
export function lines(text) {
    const found = [];
    let line = [];
    let depth = 0;
    const newLine = () => {
        found.push(line);
        line = [['', '  '.repeat(Math.min(depth, DEEPEST_INDENT))]];
    };
    const tokens = text.match(TOKEN) || [];
    for (let i = 0; i < tokens.length; i++) {
        const token = tokens[i];
        if (token === '{' || token === '[') {
            if (tokens[i + 1] === (token === '{' ? '}' : ']')) {
                line.push(['', token + tokens[++i]]);
            } else {
                line.push(['', token]);
                depth++;
                newLine();
            }
        } else if (token === '}' || token === ']') {
            depth = Math.max(0, depth - 1);
            newLine();
            line.push(['', token]);
        } else if (token === ',') {
            line.push(['', ',']);
            newLine();
        } else if (token === ':') {
            line.push(['', ': ']);
        } else {
            line.push([token[0] !== '"' ? 'value' : tokens[i + 1] === ':' ? 'name' : 'string', token]);
        }
    }
    found.push(line);
    return found;
}

/** The members of an object, each as the text that it is; by the last of its name, as JSON.parse has it. */
export function members(text) {
    const found = {};
    let depth = 0;
    let name = null;
    let from = 0;
    const end = at => {
        if (name !== null) {
            found[JSON.parse(name)] = text.slice(from, at);
            name = null;
        }
    };
    for (const { 0: token, index } of text.matchAll(TOKEN)) {
        if (depth === 1 && (token === ',' || token === '}')) {
            end(index);
        }
        if (token === '{' || token === '[') {
            depth++;
        } else if (token === '}' || token === ']') {
            depth--;
        } else if (depth === 1 && name === null && token[0] === '"') {
            name = token;
        } else if (depth === 1 && token === ':') {
            from = index + 1;
        }
    }
    return found;
}

function textOf(all) {
    return all.map(line => line.map(token => token[1]).join('')).join('\n');
}

/** Indented, to be copied. */
export function indented(text) {
    return textOf(lines(text));
}

function isJson(text) {
    try {
        return typeof JSON.parse(text) === 'object';
    } catch (e) {
        return false;
    }
}

function Token({ token }) {
    const [kind, text] = token;
    const shown = hasControls(text) ? parts(text).map(part => part.mark ? html`<span class="control">${part.mark}</span>` : part) : text;
    return kind ? html`<bdi dir="ltr" class="json-${kind}">${shown}</bdi>` : shown;
}

/**
 * A JSON text, or what is meant to be one. With lines already made (a call around them, say) those are shown.
 */
export function Json({ text, made, label = 'JSON', copy = true }) {
    const [all, showAll] = useState(false);
    const whole = useMemo(() => made || (isJson(text) ? lines(text) : null), [text, made]);
    if (!whole) {
        return html`<${Plain} text=${text} label=${label} />`;
    }
    let size = 0;
    let shown = 0;
    while (shown < whole.length && shown < LINES && size < CHARACTERS) {
        size += whole[shown++].reduce((sum, token) => sum + token[1].length, 1);
    }
    const isCut = shown < whole.length;
    return html`<div class="code">${copy && html`<${Copy} text=${() => textOf(whole)} />`}
        <pre tabindex="0" aria-label=${label}>${all && isCut ? visible(textOf(whole)) : whole.slice(0, shown).map((line, i) => html`${i > 0 && '\n'}${
            line.map(token => html`<${Token} token=${token[1].length > CHARACTERS ? [token[0], cut(token[1], CHARACTERS)] : token} />`)}`)}${isCut && !all && '\n…'}</pre>
        ${isCut && html`<button type="button" class="small" onClick=${() => showAll(!all)}>${all ? 'Show less' : `Show all ${count(whole.length)} lines`}</button>`}</div>`;
}

/** A text that is no JSON, or is to be shown as it is. */
export function Plain({ text, label }) {
    const [all, showAll] = useState(false);
    const isCut = text.length > CHARACTERS;
    return html`<div class="code"><${Copy} text=${text} />
        <pre tabindex="0" aria-label=${label}>${visible(all ? text : cut(text, CHARACTERS))}</pre>
        ${isCut && html`<button type="button" class="small" onClick=${() => showAll(!all)}>${all ? 'Show less' : `Show all ${count(text.length)} characters`}</button>`}</div>`;
}

/** A value that was read already, such as a request or a response. */
export function JsonValue({ value, label }) {
    const text = useMemo(() => JSON.stringify(value), [value]);
    return html`<${Json} text=${text} label=${label} />`;
}
