// Reports: a funnel as bars, anything else as rows and a chart.
import { useFeed } from '../api.js';
import { count, percent } from '../format.js';
import { Result } from '../result.js';
import { at, Copy, Empty, Given, html, Page, Share, Table, Text, useMemo, useState } from '../ui.js';

export function Reports({ rest }) {
    return rest.length > 0 ? html`<${One} name=${rest.join('/')} />` : html`<${All} />`;
}

function All() {
    const feed = useFeed('/api/audiences', 10000);
    return html`<${Page} title="Funnels and reports" about="Questions to the warehouse that are asked again and again." feed=${feed}>
        <${Given} feed=${feed} what="its reports">${data => {
            const reports = data.reports || data.audiences.filter(one => one.kind === 'report');
            return reports.length === 0 ? html`<${Empty} title="There is no report">Put a file such as <code>email-funnel.report.yaml</code> into <code>audiences/</code>, with a funnel or a query.</${Empty}>`
                : html`<ul class="cards">${reports.map(one => html`<li key=${one.name}><a class="card" href=${at('reports', one.name)}><h2><${Text} value=${one.name} /></h2><p class="about"><${Text} value=${one.description || 'A report.'} most=${300} /></p></a></li>`)}</ul>`;
        }}</${Given}></${Page}>`;
}

function isFunnel(rows) {
    return rows.length > 0 && ['step', 'event', 'profiles'].every(column => column in rows[0]);
}

function One({ name }) {
    const feed = useFeed('/api/reports/' + encodeURIComponent(name), Infinity);
    const columns = useMemo(() => feed.data?.rows.length > 0 ? Object.keys(feed.data.rows[0]) : [], [feed.data]);
    const rows = useMemo(() => (feed.data?.rows || []).map(row => columns.map(column => row[column])), [feed.data]);
    return html`<${Page} title=${html`<${Text} value=${name} />`} about=${html`${feed.data?.description && html`<${Text} value=${feed.data.description} most=${400} />`} <a href="#/reports">All reports</a>`}
        actions=${html`${feed.at > 0 && html`<span class="about">as of ${new Date(feed.at).toLocaleTimeString('en-GB')}</span>`}<button type="button" onClick=${feed.refresh}>Compute again</button>`}>
        ${feed.data && feed.error && html`<p class="problem"><${Text} value=${feed.error.message} most=${600} /></p>`}
        <${Given} feed=${feed} what="its reports">${report => html`
            ${report.rows.length === 0 ? html`<${Empty} title="It has no rows">The events that it asks for have not come yet.</${Empty}>`
                : isFunnel(report.rows) ? html`<${Funnel} rows=${report.rows} />` : html`<${Result} columns=${columns} rows=${rows} />`}
            <section><details><summary>Its SQL</summary><div class="code"><${Copy} text=${report.sql} /><pre tabindex="0">${report.sql}</pre></div></details></section>`}</${Given}></${Page}>`;
}

function byStep(rows) {
    const steps = new Map();
    rows.forEach(row => steps.set(row.step, { event: row.event, profiles: (steps.get(row.step)?.profiles || 0) + row.profiles }));
    return [...steps].sort((a, b) => a[0] - b[0]).map(([step, value]) => ({ step, ...value }));
}

function Funnel({ rows }) {
    const groups = useMemo(() => [...new Set(rows.map(row => row.breakdown))].filter(one => one !== undefined), [rows]);
    const [group, setGroup] = useState('');
    const isBroken = groups.length > 1 || groups.length === 1 && groups[0] !== null;
    const chosen = group === '' ? rows : rows.filter(row => String(row.breakdown) === group);
    const steps = byStep(chosen);
    const first = steps[0]?.profiles || 0;
    return html`${isBroken && html`<div class="fields"><label for="of">Of</label><select id="of" value=${group} onChange=${event => setGroup(event.target.value)}><option value="">all together</option>${groups.map(one => html`<option value=${String(one)}>${String(one)}</option>`)}</select></div>`}
        <ol class="funnel card">${steps.map((step, i) => html`<li key=${step.step}><div class="funnel-head"><span><span class="about">${i + 1}</span> <strong><${Text} value=${step.event} /></strong></span>
            <span><strong class="num">${count(step.profiles)}</strong> <span class="about">${percent(step.profiles, first)}</span></span></div>
            <div class="funnel-bar"><${Share} part=${step.profiles} whole=${first} /></div>
            ${i > 0 && html`<p class="about">${percent(step.profiles, steps[i - 1].profiles)} of those before; ${count(steps[i - 1].profiles - step.profiles)} went no further</p>`}</li>`)}</ol>
        ${isBroken && html`<section><h2>By breakdown</h2><${Breakdown} rows=${rows} groups=${groups} steps=${byStep(rows)} /></section>`}`;
}

function Breakdown({ rows, groups, steps }) {
    const of = (group, step) => rows.find(row => row.breakdown === group && row.step === step)?.profiles || 0;
    const sorted = [...groups].sort((a, b) => of(b, steps[0].step) - of(a, steps[0].step));
    return html`<${Table} label="By breakdown" rows=${sorted} keyOf=${String} columns=${[{ title: 'Of', of: group => html`<${Text} value=${group} />` },
        ...steps.map((step, i) => ({ title: step.event, number: true, of: group => html`${count(of(group, step.step))}${i > 0 && html` <span class="about">${percent(of(group, step.step), of(group, steps[0].step))}</span>`}` }))]} />`;
}
