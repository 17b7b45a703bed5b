// What people have the hub do, whoever does it: the last as a panel, what is new in passing.
import { feedOf, useFeed } from './api.js';
import { Ago, html, State, tell, Text, useEffect, useRef, useState } from './ui.js';

const KINDS = { started: 'busy', ended: 'ok', failed: 'error' };
const SHOWN = 30;

const ADDRESS = '/api/activity';

/** After one's own doing: it is told as that of others is, at once; or in these words by a hub that does not tell. */
export function done(text) {
    const feed = feedOf(ADDRESS);
    if (feed.data) {
        feed.refresh();
    } else {
        tell(text);
    }
}

/** What was done before the page was opened is only in the list. */
export function Activity() {
    const feed = useFeed(ADDRESS, 3000);
    const [open, setOpen] = useState(false);
    const last = useRef(null);
    const box = useRef(null);
    useEffect(() => {
        const outside = event => !box.current?.contains(event.target) && setOpen(false);
        const escape = event => event.key === 'Escape' && setOpen(false);
        addEventListener('pointerdown', outside);
        addEventListener('keydown', escape);
        return () => {
            removeEventListener('pointerdown', outside);
            removeEventListener('keydown', escape);
        };
    }, []);
    const list = feed.data?.activities || [];
    useEffect(() => {
        if (!feed.data) {
            return;
        }
        const newest = list.reduce((most, one) => Math.max(most, one.number), 0);
        if (last.current !== null && newest >= last.current) {
            list.filter(one => one.number > last.current).slice(-3)
                .forEach(one => tell(one.text, one.state === 'failed' ? 'error' : 'info'));
        }
        last.current = newest;
    }, [feed.data]);
    if (!feed.data) {
        return null;
    }
    const running = list.filter(one => one.state === 'started' && !list.some(other => other.number > one.number
        && other.action === one.action && other.subject === one.subject)).length;
    return html`<aside class="activity" ref=${box} aria-label="What people have the hub do">
        <button type="button" class="activity-button" aria-expanded=${open} onClick=${() => setOpen(!open)}>
            Activity${running > 0 ? html` <span class="pill" title="${running} running">${running}<span class="hidden-text"> running</span></span>` : ''}</button>
        ${open && html`<div class="activity-list">${list.length === 0 ? html`<p class="about">Nobody has had the hub do anything since it was started.</p>`
            : html`<ol>${[...list].sort((a, b) => b.number - a.number).slice(0, SHOWN).map(one => html`<li key=${one.number}>
                <${State} kind=${KINDS[one.state] || 'info'}>${one.state}</${State}> <${Ago} at=${one.at} />
                <p><${Text} value=${one.text} most=${300} /></p></li>`)}</ol>`}</div>`}
    </aside>`;
}
