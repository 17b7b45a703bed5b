// What was loaded, asked with SQL. The hub reads only, and bounds time and rows.
import { isViewer, post, useFeed } from '../api.js';
import { count, duration, plural } from '../format.js';
import { Result } from '../result.js';
import { SqlEditor } from '../editor.js';
import { Action, Ago, Empty, Given, html, Page, Problem, State, Text, useMemo, useRef, useState } from '../ui.js';

const FIRST = 'SELECT event, count(*) AS events\nFROM website.tracks\nGROUP BY event\nORDER BY events DESC';
const KEPT = 'serai.sql';
const WORDS = ['SELECT', 'FROM', 'WHERE', 'GROUP BY', 'ORDER BY', 'LIMIT', 'JOIN', 'LEFT JOIN', 'HAVING', 'DISTINCT', 'COUNT', 'INTERVAL', 'BETWEEN', 'DATE_TRUNC', 'COALESCE'];

export function Warehouse({ search }) {
    const feed = useFeed('/api/warehouses', 3000);
    const names = (feed.data?.warehouses || []).map(one => one.name);
    const [chosen, choose] = useState(search.get('name'));
    const name = names.includes(chosen) ? chosen : names[0];
    return html`<${Page} title="Warehouse" about="What was loaded, asked with SQL. It is only read; a query has limits of time and rows." feed=${feed} wide=${true}>
        <${Given} feed=${feed} what="its warehouses">${({ warehouses }) => warehouses.length === 0
            ? html`<${Empty} title="This hub loads no warehouse">Set <code>serai.warehouse.url</code>; without it a DuckDB file in the data directory is used.</${Empty}>`
            : html`<div class="houses">${warehouses.map(one => html`<${House} key=${one.name} one=${one} isChosen=${one.name === name} choose=${warehouses.length > 1 ? () => choose(one.name) : null} />`)}</div>
                <${Workbench} key=${name} name=${name} />`}</${Given}></${Page}>`;
}

function House({ one, isChosen, choose }) {
    return html`<div class="card house ${isChosen && choose ? 'is-chosen' : ''}"><div class="reason-head"><strong><${Text} value=${one.name} /></strong><span class="about">${one.kind}</span>
        <${State} kind=${one.healthy ? 'ok' : 'error'}>${one.healthy ? 'loading' : 'not loading'}</${State}>${choose && html`<button type="button" class="small" aria-pressed=${isChosen} onClick=${choose}>${isChosen ? 'Asked below' : 'Ask this one'}</button>`}</div>
        ${one.error && html`<p class="bad"><${Text} value=${one.error} most=${300} /></p>`}
        <p class="about">${count(one.eventsLoaded)} events and ${count(one.objectsLoaded)} objects loaded since the start, ${count(one.lag)} behind; 95 % within ${duration(one.freshnessP95Millis)}; last load <${Ago} at=${one.lastLoad} /></p></div>`;
}

function kept() {
    try {
        return sessionStorage.getItem(KEPT) || FIRST;
    } catch (e) {
        return FIRST;
    }
}

function Workbench({ name }) {
    const schema = useFeed(isViewer() ? null : '/api/warehouses/' + encodeURIComponent(name) + '/schema', 30000);
    const [sql, setSql] = useState(kept);
    const [answer, setAnswer] = useState(null);
    const [problem, setProblem] = useState(null);
    const [running, setRunning] = useState(false);
    const api = useRef({}).current;
    const names = useMemo(() => namesOf(schema.data), [schema.data]);
    if (isViewer()) {
        return html`<${Empty} title="SQL is for operators">You are logged in as a viewer: personal data is masked for you, and a query would show it.</${Empty}>`;
    }
    const change = text => {
        setSql(text);
        try {
            sessionStorage.setItem(KEPT, text);
        } catch (e) {
            // it is not kept
        }
    };
    const run = async () => {
        if (running) {
            return;
        }
        setRunning(true);
        setProblem(null);
        const begun = performance.now();
        try {
            const result = await post('/api/query', { sql, warehouse: name }, { patient: true });
            setAnswer({ ...result, millis: performance.now() - begun, sql });
        } catch (e) {
            setProblem(e);
        } finally {
            setRunning(false);
        }
    };
    const download = async () => {
        const csv = await post('/api/query', { sql: answer.sql, warehouse: name }, { patient: true, accept: 'text/csv' });
        const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
        link.download = 'query.csv';
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    };
    return html`<div class="workbench"><${Schema} feed=${schema} insert=${text => api.insert?.(text)} />
        <div class="bench"><${SqlEditor} value=${sql} change=${change} run=${run} names=${() => names} api=${api} />
            <div class="actions"><button type="button" class="primary" disabled=${running || !sql.trim()} aria-busy=${running} onClick=${run}>${running ? 'Running…' : 'Run'}</button>
                <span class="about">Ctrl+Enter runs it; Ctrl+Space offers names</span>
                ${answer && html`<span class="push"></span><span class="about" role="status">${plural(answer.rows.length, 'row')}${answer.truncated ? ' and more, which are cut off' : ''} in ${duration(answer.millis)}</span>
                    <${Action} kind="small" run=${download}>Download CSV</${Action}>`}</div>
            ${problem && html`<${Problem} error=${problem} what="queries" />`}
            ${answer && html`<${Result} columns=${answer.columns} rows=${answer.rows} truncated=${answer.truncated} />`}
            ${!answer && !problem && html`<${Empty} title="Run a query">Its rows are shown here, and as a chart where that makes sense. Names on the left put themselves into the query.</${Empty}>`}</div></div>`;
}

function namesOf(data) {
    const all = new Set(WORDS);
    (data?.schemas || []).forEach(schema => schema.tables.forEach(table => {
        all.add(schema.name + '.' + table.name);
        table.columns.forEach(column => all.add(column.name));
    }));
    return [...all];
}

function Schema({ feed, insert }) {
    const [sought, seek] = useState('');
    const needle = sought.toLowerCase();
    return html`<aside class="schema" aria-label="Tables and columns">
        <div class="field"><label for="table">Find a table</label><input id="table" type="search" value=${sought} onInput=${event => seek(event.target.value)} /></div>
        <${Given} feed=${feed} what="the tables of a warehouse">${({ schemas }) => schemas.length === 0 ? html`<p class="about">Nothing is loaded yet.</p>`
            : schemas.map(schema => {
                const tables = schema.tables.filter(table => !needle || (schema.name + '.' + table.name).toLowerCase().includes(needle));
                return tables.length === 0 ? null : html`<details key=${schema.name} open=${Boolean(needle) || schemas.length < 3}><summary><${Text} value=${schema.name} /> <span class="about">${tables.length}</span></summary>
                    <ul>${tables.map(table => html`<${TableEntry} key=${table.name} schema=${schema.name} table=${table} insert=${insert} />`)}</ul></details>`;
            })}</${Given}></aside>`;
}

function TableEntry({ schema, table, insert }) {
    const [open, setOpen] = useState(false);
    return html`<li><div class="schema-table"><button type="button" class="bare toggle" aria-expanded=${open} aria-label=${'Columns of ' + table.name} onClick=${() => setOpen(!open)}>${open ? '▾' : '▸'}</button>
        <button type="button" class="bare" title="Put into the query" onClick=${() => insert(quoted(schema) + '.' + quoted(table.name))}><${Text} value=${table.name} most=${60} /></button>
        <span class="about num">${table.rows === null ? '' : count(table.rows)}</span></div>
        ${open && html`<ul class="columns">${table.columns.map(column => html`<li key=${column.name}><button type="button" class="bare" title="Put into the query" onClick=${() => insert(quoted(column.name))}><${Text} value=${column.name} most=${60} /></button>
            <span class="about">${column.type}</span></li>`)}</ul>`}</li>`;
}

function quoted(name) {
    return /^[a-z_][a-z0-9_]*$/.test(name) ? name : '"' + name.replaceAll('"', '""') + '"';
}
