// Partners' data coming in: all sources, and one of them with its settings and what was wrong.
import { useFeed } from '../api.js';
import { Bars } from '../bars.js';
import { count, plural, rate } from '../format.js';
import { Json } from '../json.js';
import { rates } from '../rates.js';
import { Address, Settings } from '../settings.js';
import { SyncTable } from '../syncs.js';
import { Ago, at, Clock, Empty, Facts, Given, html, Page, State, Table, Tag, Text, useState } from '../ui.js';
import { ViolationTable } from './debugger.js';

const STATES = { on: 'ok', faulty: 'error', off: 'off' };
const ORDER = { faulty: 0, on: 1, off: 2 };

export function Sources({ rest }) {
    return rest.length > 0 ? html`<${One} name=${rest.join('/')} />` : html`<${All} />`;
}

function flow(name, member) {
    return rates.of(answer => answer.sources.find(one => one.name === name)?.[member]);
}

function All() {
    const feed = useFeed('/api/overview', 3000);
    rates.add(feed.data);
    return html`<${Page} title="Sources" about="Partners’ data coming in: events and objects." feed=${feed}>
        <${Given} feed=${feed} what="its sources">${data => html`<${Table} label="Sources" keyOf=${row => row.name}
            rows=${[...data.sources].sort((a, b) => ORDER[a.state] - ORDER[b.state] || b.accepted + b.objects - a.accepted - a.objects || a.name.localeCompare(b.name))}
            empty=${html`<${Empty} title="There is no source">Put partner folders into <code>routes/</code>; <a href="/docs">the documentation</a> says how.</${Empty}>`} columns=${[
                { title: 'Source', of: row => html`<a href=${at('sources', row.name)}><${Text} value=${row.name} /></a><div class="about">${row.title}</div>` },
                { title: 'State', of: row => html`<${State} kind=${STATES[row.state]}>${row.state}</${State}>${row.problem && html`<div class="about"><${Text} value=${row.problem} most=${140} /></div>`}` },
                { title: 'Brings', of: row => row.in.map(one => html`<${Tag}>${one}</${Tag}> `) },
                { title: 'Events', number: true, of: row => row.accepted },
                { title: 'Now', number: true, of: row => row.state === 'off' ? '–' : rate(flow(row.name, 'accepted')) },
                { title: 'Rejected', number: true, of: row => row.rejected > 0 ? html`<span class="bad">${count(row.rejected)}</span>` : 0 },
                { title: 'Violations', number: true, of: row => row.violations > 0 ? html`<span class="warned">${count(row.violations)}</span>` : 0 },
                { title: 'Objects', number: true, of: row => row.objects },
                { title: 'Last', nowrap: true, of: row => html`<${Ago} at=${row.lastAt} none="–" />` },
            ]} />`}</${Given}></${Page}>`;
}

function One({ name }) {
    const feed = useFeed('/api/sources/' + encodeURIComponent(name), 3000);
    const overview = useFeed('/api/overview', 3000);
    rates.add(overview.data);
    const data = feed.data;
    return html`<${Page} title=${html`<${Text} value=${name} />`} about=${html`${data?.title ?? 'A source'}. <a href="#/sources">All sources</a>`} feed=${feed}
        actions=${html`<a class="button" href=${'#/debugger?source=' + encodeURIComponent(name)}>Watch it live</a>${data && html`<a class="button" href=${data.documentation}>How to set it up</a>`}`}>
        <${Given} feed=${feed} what="of a single source">${source => html`
            ${source.problem && html`<p class="problem"><strong>It is ${source.state}.</strong> <${Text} value=${source.problem} most=${600} /></p>`}
            <div class="card"><${Facts} facts=${[
                ['State', html`<${State} kind=${STATES[source.state]}>${source.state}</${State}>`],
                ['Events now', rate(flow(name, 'accepted'))], ['Events accepted', count(source.accepted)],
                source.in.includes('objects') && ['Objects', count(source.objects)],
                ['Rejected', count(source.rejected)], ['Violations', count(violations(source).reduce((sum, one) => sum + one.count, 0))], ['Last', html`<${Ago} at=${source.lastAt} />`],
            ]} /></div>
            ${source.webhooks.length > 0 && html`<section><h2>${source.webhooks.length === 1 ? 'Webhook address' : 'Webhook addresses'}</h2>
                <p class="about">Give it to the partner. From outside it is the hub’s public name that counts.</p>${source.webhooks.map(one => html`<${Address} address=${one} />`)}</section>`}
            <${ByType} byType=${source.byType} />
            <${Rejections} list=${source.rejections} />
            ${violations(source).length > 0 && html`<section><h2>Violations</h2><p class="about">What was not as the tracking plan says.</p>
                <${ViolationTable} violations=${violations(source)} /></section>`}
            ${source.collections.length > 0 && html`<section><h2>Collections</h2><${SyncTable} list=${source.collections} refresh=${feed.refresh} /></section>`}
            <${Settings} settings=${source.settings} documentation=${source.documentation} />`}</${Given}></${Page}>`;
}

/** Where the overview has their number, one source has the list of them. */
function violations(source) {
    return Array.isArray(source.violations) ? source.violations : [];
}

function ByType({ byType }) {
    const types = Object.entries(byType).filter(([, number]) => number > 0).sort((a, b) => b[1] - a[1]);
    return types.length === 0 ? null : html`<section><h2>By type</h2><${Bars} label="Events by type" rows=${types.map(([name, value]) => ({ name, value }))} /></section>`;
}

function Rejections({ list }) {
    return list.length === 0 ? null : html`<section><h2>Rejected at the door</h2><p class="about">None of these became an event. The sender must mend them.</p>
        <div class="stack">${list.map(one => html`<${Reason} key=${one.code} code=${one.code} text=${one.message} remedy=${one.remedy} number=${one.count} lastAt=${one.lastAt}
            samples=${one.samples} show=${sample => html`<p class="about"><${Clock} at=${sample.at} /></p><${Json} text=${sample.raw} label="What came" />`} />`)}</div></section>`;
}

/** Why, how often, what to do, and what it looked like. */
export function Reason({ code, text, remedy, number, lastAt, samples, show, kind = 'error', stage }) {
    const [open, setOpen] = useState(false);
    return html`<div class="card reason"><div class="reason-head"><${Tag} kind=${kind}><${Text} value=${code} /></${Tag}>${stage && html`<span class="about">${stage}</span>`}<strong class="num">${plural(number, 'event')}</strong>
        <span class="about">last <${Ago} at=${lastAt} /></span></div>
        <p><${Text} value=${text} most=${600} /></p>${remedy && html`<p class="about"><strong>What to do:</strong> <${Text} value=${remedy} most=${600} /></p>`}
        ${samples.length > 0 && html`<button type="button" class="small" aria-expanded=${open} onClick=${() => setOpen(!open)}>${open ? 'Hide samples' : plural(samples.length, 'sample')}</button>
            ${open && html`<ol class="samples">${samples.map((sample, i) => html`<li key=${i}>${sample.messageId && html`<a href=${at('journey', sample.messageId)}>Journey</a> `}${show(sample)}</li>`)}</ol>`}`}</div>`;
}
