// The small parts that all pages are made of.
import { html, useEffect, useErrorBoundary, useRef, useState } from './lib/preact.js';
import { clock, count, cut, distance, hasControls, parts } from './format.js';
import { hub, isViewer } from './api.js';

export * from './lib/preact.js';

const ticks = new Set();
setInterval(() => ticks.forEach(tick => tick(Date.now())), 1000);

/** The time, told anew every second. */
export function useNow() {
    const [now, tell] = useState(Date.now());
    useEffect(() => {
        ticks.add(tell);
        return () => ticks.delete(tell);
    }, []);
    return now;
}

/** A text of others: isolated, cut, and with what cannot be seen made visible. */
export function Text({ value, most = 200 }) {
    if (value === null || value === undefined || value === '') {
        return html`<span class="none">–</span>`;
    }
    const whole = typeof value === 'string' ? value : JSON.stringify(value);
    const text = cut(whole, most);
    return html`<bdi dir="ltr" title=${whole.length > most && whole.length < 2000 && !hasControls(whole) ? whole : null}>${hasControls(text)
        ? parts(text).map(part => part.mark ? html`<span class="control" title="A character that cannot be seen">${part.mark}</span>` : part)
        : text}</bdi>`;
}

/** How long ago, or how soon. */
export function Ago({ at, none = 'never' }) {
    const now = useNow();
    return at ? html`<time datetime=${at} title=${at}>${distance(at, now)}</time>` : html`<span class="none">${none}</span>`;
}

export function Clock({ at }) {
    return html`<time class="num" datetime=${at} title=${at}>${clock(at)}</time>`;
}

const SIGNS = { ok: '●', warn: '▲', error: '■', off: '○', busy: '◐', info: '◆' };

/** A state by sign, colour and word. */
export function State({ kind, children }) {
    return html`<span class="state ${kind}"><span aria-hidden="true">${SIGNS[kind]}</span> ${children}</span>`;
}

export function Tag({ kind = '', children }) {
    return html`<span class="tag ${kind}">${children}</span>`;
}

/** The page's frame: its heading, what it is for, and how old its data is when that is not now. */
export function Page({ title, about, actions, feed, wide, children }) {
    return html`<div class="page ${wide ? 'wide' : ''}">
        <header class="page-head">
            <div><h1 tabindex="-1">${title}</h1>${about && html`<p class="about">${about}</p>`}</div>
            ${actions && html`<div class="actions">${actions}</div>`}
        </header>
        ${feed && html`<${Age} feed=${feed} />`}
        ${children}
    </div>`;
}

function Age({ feed }) {
    const now = useNow();
    const old = feed.at ? now - feed.at : 0;
    if (!feed.at || old < 12000 && !(feed.error && old > 6000)) {
        return null;
    }
    return html`<p class="age" role="status">This is ${distance(new Date(feed.at).toISOString(), now).replace(' ago', '')} old: ${
        hub.state === 'down' ? 'the hub does not answer.' : feed.error ? feed.error.message : 'the hub is slow to answer.'}</p>`;
}

/** What stands in place of data that is not there yet, cannot be had, or is none. */
export function Given({ feed, what, children }) {
    if (feed.data !== undefined) {
        return children(feed.data);
    }
    if (feed.error) {
        return html`<${Problem} error=${feed.error} what=${what} />`;
    }
    return html`<${Loading} />`;
}

export function Loading() {
    return html`<div class="loading" role="status"><span class="hidden-text">Loading</span><i></i><i></i><i></i></div>`;
}

export function Problem({ error, what }) {
    const text = error.isMissing ? 'This hub does not tell ' + (what || 'this') + '. Its version may be older than this page; restart it with the newest one.'
        : error.message;
    return html`<div class=${error.isMissing ? 'note' : 'problem'} role="alert"><strong>${error.isMissing ? 'Not here.' : 'That did not work.'}</strong> <${Text} value=${text} most=${2000} /></div>`;
}

export function Empty({ title, children }) {
    return html`<div class="empty"><p><strong>${title}</strong></p>${children && html`<p>${children}</p>`}</div>`;
}

/** Says it where a viewer would look for buttons. */
export function ForOperators({ what }) {
    return isViewer() ? html`<p class="note">You are logged in as a viewer: personal data is masked, and ${what} is for operators.</p>` : null;
}

/** Numbers right, texts left; on a phone each row becomes a card, which must not cost a screen reader the table. */
export function Table({ label, columns, rows, keyOf, empty }) {
    if (rows.length === 0 && empty) {
        return empty;
    }
    return html`<div class="table cards-when-narrow" tabindex="0" role="region" aria-label=${label}><table role="table">
        <thead role="rowgroup"><tr role="row">${columns.map(column => html`<th scope="col" role="columnheader" class=${column.number ? 'number' : ''}>${column.title}</th>`)}</tr></thead>
        <tbody role="rowgroup">${rows.map((row, i) => html`<tr role="row" key=${keyOf ? keyOf(row) : i}>${columns.map(column =>
            html`<td role="cell" data-label=${column.title} class="${column.number ? 'number' : ''} ${column.nowrap ? 'nowrap' : ''}">${column.number && typeof column.of(row) === 'number'
                ? count(column.of(row)) : column.of(row)}</td>`)}</tr>`)}</tbody>
    </table></div>`;
}

/** A button that cannot be pressed twice, and tells when it did not work. */
export function Action({ run, children, kind = '', disabled, title }) {
    const [busy, setBusy] = useState(false);
    const alive = useRef(true);
    useEffect(() => () => { alive.current = false; }, []);
    const press = async () => {
        setBusy(true);
        try {
            await run();
        } catch (e) {
            tell(e.message, 'error');
        } finally {
            if (alive.current) {
                setBusy(false);
            }
        }
    };
    return html`<button type="button" class=${kind} disabled=${busy || disabled} aria-busy=${busy} title=${title} onClick=${press}>${children}</button>`;
}

export function Copy({ text, label = 'Copy' }) {
    const [done, setDone] = useState(false);
    const copy = async () => {
        const whole = typeof text === 'function' ? text() : text;
        try {
            await navigator.clipboard.writeText(whole);
        } catch (e) {
            // over plain http beyond loopback there is no clipboard to write to
            const area = document.createElement('textarea');
            area.value = whole;
            document.body.append(area);
            area.select();
            document.execCommand('copy');
            area.remove();
        }
        setDone(true);
        setTimeout(() => setDone(false), 1500);
    };
    return html`<button type="button" class="small" onClick=${copy}>${done ? 'Copied' : label}</button>`;
}

/** Tabs as ARIA means them: arrows move, one of them is in the tab order. */
export function Tabs({ label, tabs, active, choose, children }) {
    const move = event => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step) {
            event.preventDefault();
            const at = tabs.findIndex(tab => tab.id === active);
            const next = tabs[(at + step + tabs.length) % tabs.length];
            choose(next.id);
            document.getElementById('tab-' + next.id)?.focus();
        }
    };
    return html`<div role="tablist" aria-label=${label} class="tabs" onKeyDown=${move}>${tabs.map(tab => html`
        <button type="button" role="tab" id="tab-${tab.id}" aria-selected=${tab.id === active} aria-controls="panel"
            tabindex=${tab.id === active ? 0 : -1} onClick=${() => choose(tab.id)}>${tab.title}</button>`)}</div>
        <div role="tabpanel" id="panel" aria-labelledby="tab-${active}">${children}</div>`;
}

/** A question before something is done. */
export function Dialog({ title, open, close, children }) {
    const ref = useRef(null);
    useEffect(() => {
        if (open && !ref.current.open) {
            ref.current.showModal();
        } else if (!open && ref.current.open) {
            ref.current.close();
        }
    }, [open]);
    return html`<dialog ref=${ref} onClose=${close} aria-label=${title}>${open && html`<h2>${title}</h2>${children}`}</dialog>`;
}

/** How much of a whole, as the filled part of a bar. */
export function Share({ part, whole }) {
    return html`<i hidden=${!part} ref=${bar => bar && bar.style.setProperty('--share', whole ? part / whole : 0)}></i>`;
}

/** A row of label and value. */
export function Facts({ facts }) {
    return html`<dl class="facts">${facts.filter(fact => fact).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

const toasts = { list: [], again: null, next: 1 };

/** Says something in passing. */
export function tell(text, kind = 'info') {
    const toast = { id: toasts.next++, text, kind };
    toasts.list = [...toasts.list.slice(-3), toast];
    toasts.again?.(n => n + 1);
    setTimeout(() => untell(toast.id), kind === 'error' ? 12000 : 6000);
}

function untell(id) {
    toasts.list = toasts.list.filter(toast => toast.id !== id);
    toasts.again?.(n => n + 1);
}

export function Toasts() {
    const [, again] = useState(0);
    toasts.again = again;
    return html`<div class="toasts" role="status" aria-live="polite">${toasts.list.map(toast => html`<div key=${toast.id} class="toast ${toast.kind}">
        <${Text} value=${toast.text} most=${500} /><button type="button" class="bare" aria-label="Close" onClick=${() => untell(toast.id)}>×</button></div>`)}</div>`;
}

/** A page that fails must not take the others with it. */
export function Guard({ children }) {
    const [error, reset] = useErrorBoundary(e => console.error(e));
    return error ? html`<div class="page"><h1 tabindex="-1">This page has failed</h1><div class="problem" role="alert"><${Text} value=${String(error)} /></div>
        <p><button type="button" onClick=${reset}>Try again</button></p></div>` : children;
}

/** The address of a page. */
export function at(...path) {
    return '#/' + path.map(encodeURIComponent).join('/');
}
