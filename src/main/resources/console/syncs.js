// Collections that are pulled: how their syncs go, and having one run now.
import { done } from './activity.js';
import { isViewer, post } from './api.js';
import { count, duration } from './format.js';
import { Action, Ago, at, html, State, Table, Text } from './ui.js';

const PHASES = { waiting: ['ok', 'waiting'], running: ['busy', 'running'], failed: ['error', 'failed'], stopped: ['error', 'stopped'] };

async function wish(row, full, refresh) {
    await post('/api/syncs', { source: row.source, collection: row.collection, full });
    done(`A ${full ? 'full ' : ''}sync of ${row.source} ${row.collection} begins.`);
    refresh();
}

function cursorOf(cursor) {
    const text = JSON.stringify(cursor || {});
    return text === '{}' ? '' : text;
}

function next(row) {
    return row.phase === 'running' ? '' : Date.parse(row.nextRunAt) < Date.now() ? 'next is due, ' : html`next <${Ago} at=${row.nextRunAt} />, `;
}

export function SyncTable({ list, refresh, empty }) {
    return html`<${Table} label="Syncs" rows=${list} keyOf=${row => row.source + '/' + row.collection} empty=${empty} columns=${[
        { title: 'Collection', of: row => html`<a href=${at('sources', row.source)}><${Text} value=${row.source} /></a> <strong><${Text} value=${row.collection} /></strong>
            ${cursorOf(row.cursor) && html`<div class="about">cursor <code><${Text} value=${cursorOf(row.cursor)} most=${34} /></code></div>`}
            ${row.here === false && html`<div class="about">at another hub</div>`}` },
        { title: 'State', of: row => html`<${State} kind=${(PHASES[row.phase] || ['info'])[0]}>${(PHASES[row.phase] || ['', row.phase])[1]}${row.phase === 'running' && row.full ? ', all of it' : ''}</${State}>
            ${row.message && html`<div class=${row.phase === 'failed' || row.phase === 'stopped' ? 'bad' : 'about'}><${Text} value=${row.message} most=${200} /></div>`}` },
        { title: 'Rows', number: true, of: row => html`${count(row.rows)}<div class="about">${count(row.pages)} pages${row.phase === 'running' ? `, ${row.rowsPerSecond}/s` : ''}</div>` },
        { title: 'Last run', of: row => html`${row.endedAt ? html`<${Ago} at=${row.endedAt} />` : row.startedAt ? html`began <${Ago} at=${row.startedAt} />` : html`<span class="none">never</span>`}
            <div class="about">${next(row)}every ${duration(row.periodSeconds * 1000)}</div>` },
        !isViewer() && { title: 'Do', of: row => html`<div class="actions tight"><${Action} kind="small" disabled=${row.phase === 'running'} run=${() => wish(row, false, refresh)}>Sync now</${Action}>
            <${Action} kind="small" disabled=${row.phase === 'running'} title="Reads everything, not only what is new" run=${() => wish(row, true, refresh)}>All of it</${Action}></div>` },
    ].filter(column => column)} />`;
}
