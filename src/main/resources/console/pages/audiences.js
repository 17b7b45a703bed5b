// Audiences and traits: how large they are, when they are computed, what a run would change.
import { done } from '../activity.js';
import { call, get, isViewer, post, useFeed } from '../api.js';
import { Bars } from '../bars.js';
import { LineChart } from '../chart.js';
import { count, plural } from '../format.js';
import { Action, Ago, at, Clock, Copy, Dialog, Empty, Facts, ForOperators, Given, html, Page, State, Table, Tag, Text, useMemo, useState } from '../ui.js';

export function Audiences({ rest }) {
    return rest.length > 0 ? html`<${One} name=${rest.join('/')} />` : html`<${All} />`;
}

function stateOf(one) {
    return one.running ? ['busy', 'running'] : one.problem ? ['error', one.hasFile ? 'problem' : 'file is gone'] : ['ok', 'computed'];
}

async function compute(name, refresh) {
    const found = await post('/api/audiences/' + encodeURIComponent(name) + '/runs', {}, { patient: true });
    done(`${name}: ${plural(found.rows, 'row')}; ${count(found.added)} added, ${count(found.changed)} changed, ${count(found.removed)} removed.`);
    refresh();
}

function All() {
    const feed = useFeed('/api/audiences', 3000);
    return html`<${Page} title="Audiences and traits" about="Who meets a condition, and facts about users, computed from the warehouse and sent to destinations as events." feed=${feed}>
        <${ForOperators} what="computing one now" />
        <${Given} feed=${feed} what="its audiences">${data => html`
            ${data.problems.length > 0 && html`<div class="problem" role="alert"><strong>Left out until they are mended</strong><ul>${data.problems.map(one => html`<li><${Text} value=${one} most=${400} /></li>`)}</ul></div><br />`}
            <${Table} label="Audiences and traits" keyOf=${row => row.name} rows=${data.audiences.filter(one => one.kind !== 'report')}
                empty=${html`<${Empty} title="Nothing is defined">Put a file such as <code>win-back.audience.yaml</code> into <code>audiences/</code>; it is computed within a second. The documentation of audiences shows some.</${Empty}>`} columns=${[
                    { title: 'Name', of: row => html`<a href=${at('audiences', row.name)}><${Text} value=${row.name} /></a>${row.description && html`<div class="about"><${Text} value=${row.description} most=${120} /></div>`}` },
                    { title: 'Kind', of: row => html`<${Tag} kind=${row.kind === 'audience' ? 'info' : ''}>${row.kind}</${Tag}>` },
                    { title: 'Size', number: true, of: row => row.size },
                    { title: 'State', of: row => html`<${State} kind=${stateOf(row)[0]}>${stateOf(row)[1]}</${State}>${row.problem && html`<div class="about"><${Text} value=${row.problem} most=${160} /></div>`}` },
                    { title: 'Last run', nowrap: true, of: row => html`<${Ago} at=${row.lastRun} />` },
                    { title: 'Next run', nowrap: true, of: row => row.nextRun && Date.parse(row.nextRun) < Date.now() ? 'due' : html`<${Ago} at=${row.nextRun} none="–" />` },
                    !isViewer() && { title: 'Do', of: row => row.hasFile && html`<${Action} kind="small" disabled=${row.running} run=${() => compute(row.name, feed.refresh)}>Run now</${Action}>` },
                ].filter(column => column)} />`}</${Given}></${Page}>`;
}

function One({ name }) {
    const feed = useFeed('/api/audiences', 3000);
    const runs = useFeed('/api/audiences/' + encodeURIComponent(name) + '/runs', 5000);
    const one = feed.data?.audiences.find(other => other.name === name);
    const refresh = () => {
        feed.refresh();
        runs.refresh();
    };
    return html`<${Page} title=${html`<${Text} value=${name} />`} about=${html`<${Text} value=${one?.description || (one ? one.kind : '')} most=${400} /> <a href="#/audiences">All audiences and traits</a>`} feed=${feed}
        actions=${one && !isViewer() && (one.hasFile ? html`<${Action} kind="primary" disabled=${one.running} run=${() => compute(name, refresh)}>${one.running ? 'Running…' : 'Run now'}</${Action}>` : html`<${Drop} name=${name} size=${one.size} />`)}>
        <${Given} feed=${feed} what="its audiences">${() => !one ? html`<${Empty} title="There is no such definition">It may have been renamed. <a href="#/audiences">All audiences and traits</a></${Empty}>` : html`
            <${ForOperators} what="computing it now" />
            ${one.problem && html`<p class="problem"><${Text} value=${one.problem} most=${800} /></p>`}
            <div class="card"><${Facts} facts=${[['State', html`<${State} kind=${stateOf(one)[0]}>${stateOf(one)[1]}</${State}>`], ['Size', count(one.size)], ['Key', one.key], ['Warehouse', one.warehouse],
                ['Last run', html`<${Ago} at=${one.lastRun} />`], ['Next run', html`<${Ago} at=${one.nextRun} none="–" />`]]} /></div>
            <${Sizes} feed=${runs} />
            ${one.hasFile && html`<${Preview} name=${name} kind=${one.kind} />`}`}</${Given}></${Page}>`;
}

function Sizes({ feed }) {
    const runs = feed.data?.runs;
    const drawn = useMemo(() => {
        const ended = [...(runs || [])].filter(run => run.ended).reverse();
        return { x: ended.map(run => Date.parse(run.ended) / 1000), series: [{ name: 'size', values: ended.map(run => run.size) }] };
    }, [JSON.stringify(runs?.[0]), runs?.length]);
    return html`<section><h2>Size over time</h2><${Given} feed=${feed} what="the runs of a definition">${() => runs.length === 0 ? html`<p class="about">It has not been computed yet.</p>` : html`
        ${drawn.x.length > 1 && html`<div class="card"><${LineChart} x=${drawn.x} series=${drawn.series} isTime=${true} label="Size over time; the runs below have the numbers" height=${200} /></div>`}
        <details class="runs"><summary>The last ${plural(runs.length, 'run')}</summary><${Table} label="Runs" rows=${runs} keyOf=${run => run.run} columns=${[
            { title: 'Ended', nowrap: true, of: run => run.ended ? html`<${Clock} at=${run.ended} />` : 'not ended' }, { title: 'Size', number: true, of: run => run.size },
            { title: 'Added', number: true, of: run => run.added }, { title: 'Changed', number: true, of: run => run.changed }, { title: 'Removed', number: true, of: run => run.removed }]} /></details>`}</${Given}></section>`;
}

/** Asked for by hand: it runs the query. */
function Preview({ name, kind }) {
    const [found, setFound] = useState(null);
    const look = async () => setFound(await get('/api/audiences/' + encodeURIComponent(name) + '/preview', { patient: true }));
    const columns = found?.sample.length > 0 ? Object.keys(found.sample[0]) : [];
    return html`<section><h2>Preview</h2><p class="about">What a run would come to now. Nothing is sent.</p>
        <${Action} run=${look}>${found ? 'Preview again' : 'Preview'}</${Action}>
        ${found && html`<div class="stack gap"><div class="card"><${Facts} facts=${[['Size', count(found.size)], ['Would be added', count(found.added)], ['Would be changed', count(found.changed)], ['Would be removed', count(found.removed)],
            found.unknown > 0 && ['New people', count(found.unknown)], found.large > 0 && ['Left out, over 16 KB', count(found.large)]]} /></div>
            ${Object.keys(found.overlap).length > 0 && html`<div><h3>Also in</h3><${Bars} label="Overlap with other audiences" rows=${Object.entries(found.overlap).sort((a, b) => b[1] - a[1]).map(([other, value]) => ({ name: other, value }))} /></div>`}
            ${columns.length > 0 && html`<div><h3>Some of ${kind === 'audience' ? 'its members' : 'its rows'}</h3><${Table} label="Sample" rows=${found.sample} columns=${[...columns.map(column => ({ title: column, of: row => html`<${Text} value=${row[column]} />` })),
                ...found.unknown > 0 ? [{ title: 'Known', of: row => found.known[found.sample.indexOf(row)] ? html`<${State} kind="ok">known</${State}>` : html`<${State} kind="warn">nobody yet</${State}>` }] : []]} /></div>`}
            <details><summary>The query</summary><div class="code"><${Copy} text=${found.query} /><pre tabindex="0">${found.query}</pre></div></details></div>`}</section>`;
}

function Drop({ name, size }) {
    const [open, setOpen] = useState(false);
    const drop = async silent => {
        const ended = await call('DELETE', '/api/audiences/' + encodeURIComponent(name) + (silent ? '?silent=true' : ''), undefined, { patient: true });
        done(`${name} has ended with ${plural(ended.members, 'member')}${ended.told ? '; destinations are told' : ''}.`);
        location.hash = '#/audiences';
    };
    return html`<button type="button" onClick=${() => setOpen(true)}>End it…</button><${Dialog} title=${'End ' + name} open=${open} close=${() => setOpen(false)}>
        <p>Its file is gone, and ${plural(size, 'member')} ${size === 1 ? 'is' : 'are'} still what destinations were told. Shall they be told that everybody has left?</p>
        <div class="actions"><button type="button" onClick=${() => setOpen(false)}>Cancel</button><${Action} run=${() => drop(true)}>End it in silence</${Action}><${Action} kind="primary" run=${() => drop(false)}>Tell destinations</${Action}></div></${Dialog}>`;
}
