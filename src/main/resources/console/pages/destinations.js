// Partners' data going out: all destinations, and one of them stage by stage.
import { isViewer, useFeed } from '../api.js';
import { brief, count, duration, percent, rate } from '../format.js';
import { Exchange } from '../journey.js';
import { rates } from '../rates.js';
import { Replay } from '../replay.js';
import { Settings } from '../settings.js';
import { at, Clock, Empty, Facts, ForOperators, Given, html, Page, Share, State, Table, Text } from '../ui.js';
import { Reason } from './sources.js';

const STAGES = {
    received: ['Received', 'info', 'all that routing looked at for it'],
    filteredAtSource: ['Filtered at the source', 'off', 'by consent, integrations or suppression'],
    filtered: ['Filtered', 'off', 'by routing or the mapping'],
    retrying: ['Retrying', 'warn', 'tried again by itself'],
    failed: ['Failed', 'error', 'dead letters'],
    delivered: ['Delivered', 'ok', 'the partner took it'],
};

export function Destinations({ rest }) {
    return rest.length > 0 ? html`<${One} name=${rest.join('/')} />` : html`<${All} />`;
}

function flow(name) {
    return rates.of(answer => answer.destinations.find(one => one.name === name)?.delivered);
}

function stateOf(one) {
    return one.stoppedBy ? ['error', 'stopped'] : one.on ? ['ok', 'on'] : ['off', 'off'];
}

function All() {
    const feed = useFeed('/api/overview', 3000);
    rates.add(feed.data);
    return html`<${Page} title="Destinations" about="Partners’ data going out, one delivery for each event and destination." feed=${feed}
        actions=${html`<a class="button" href="#/dead-letters">Dead letters</a>`}>
        <${Given} feed=${feed} what="its destinations">${data => html`<${Table} label="Destinations" keyOf=${row => row.name}
            rows=${[...data.destinations].sort((a, b) => Boolean(b.stoppedBy) - Boolean(a.stoppedBy) || b.on - a.on || b.delivered - a.delivered || a.name.localeCompare(b.name))}
            empty=${html`<${Empty} title="There is no destination">Give one its settings; <a href="/docs">the documentation</a> says which.</${Empty}>`} columns=${[
                { title: 'Destination', of: row => html`<a href=${at('destinations', row.name)}><${Text} value=${row.name} /></a><div class="about">${row.title}</div>` },
                { title: 'State', of: row => html`<${State} kind=${stateOf(row)[0]}>${stateOf(row)[1]}</${State}>
                    ${row.stoppedBy ? html`<div class="about"><${Text} value=${row.stoppedBy} /></div>` : row.missing.length > 0 ? html`<div class="about">needs <${Text} value=${row.missing.join(', ')} most=${120} /></div>` : null}` },
                { title: 'Delivered', number: true, of: row => row.delivered },
                { title: 'Now', number: true, of: row => row.on ? rate(flow(row.name)) : '–' },
                { title: 'Filtered', number: true, of: row => row.filtered },
                { title: 'Retrying', number: true, of: row => row.retrying > 0 ? html`<span class="warned">${count(row.retrying)}</span>` : 0 },
                { title: 'Failed', number: true, of: row => row.failed > 0 ? html`<a class="bad" href=${'#/dead-letters?destination=' + encodeURIComponent(row.name)}>${count(row.failed)}</a>` : 0 },
                { title: 'Behind', number: true, of: row => row.lag },
            ]} />`}</${Given}></${Page}>`;
}

function One({ name }) {
    const feed = useFeed('/api/destinations/' + encodeURIComponent(name), 3000);
    const overview = useFeed('/api/overview', 3000);
    rates.add(overview.data);
    const data = feed.data;
    return html`<${Page} title=${html`<${Text} value=${name} />`} about=${html`${data?.title ?? 'A destination'}. <a href="#/destinations">All destinations</a>`} feed=${feed}
        actions=${data && html`${data.failed > 0 && !isViewer() && html`<${Replay} kind="primary" label="Replay dead letters" conditions=${{ destination: name }} what=${'All dead letters of ' + name + ' that Kafka still has. What was delivered meanwhile is passed over.'} />`}
            <a class="button" href=${'#/dead-letters?destination=' + encodeURIComponent(name)}>Dead letters</a><a class="button" href=${data.documentation}>How to set it up</a>`}>
        <${Given} feed=${feed} what="of a single destination">${one => html`
            <${ForOperators} what="replaying dead letters" />
            ${one.stoppedBy && html`<p class="problem"><strong>It is stopped by <${Text} value=${one.stoppedBy} />.</strong> ${count(one.waiting)} events wait. Mend its settings and start the hub again; nothing is lost.</p>`}
            ${!one.on && html`<p class="note">It is off. It needs ${one.missing.map((key, i) => html`${i > 0 && ', '}<code><${Text} value=${key} /></code>`)}.</p>`}
            <${Stages} stages=${one.stages} />
            <div class="card"><${Facts} facts=${[['State', html`<${State} kind=${stateOf(one)[0]}>${stateOf(one)[1]}</${State}>`], ['Delivered now', rate(flow(name))],
                ['Latency, half of events', duration(one.latency?.p50Millis)], ['Latency, 95 % of events', duration(one.latency?.p95Millis)], ['Waiting', count(one.waiting)], ['Behind', count(one.lag)]]} /></div>
            <${Reasons} list=${one.reasons} />
            <${Recent} list=${one.recent} />
            <${Settings} settings=${one.settings} documentation=${one.documentation} />`}</${Given}></${Page}>`;
}

function Stages({ stages }) {
    const received = stages.find(one => one.stage === 'received')?.count || 0;
    return html`<ol class="stages" aria-label="Stages of delivery">${stages.map(one => {
        const [title, kind, about] = STAGES[one.stage] || [one.stage, 'info', ''];
        return html`<li class="stage ${kind}" key=${one.stage}><h2>${title}</h2><p class="big" title=${count(one.count)}>${brief(one.count)}</p>
            <div class="share"><${Share} part=${one.count} whole=${received} /></div>
            <p class="about">${one.stage === 'received' ? about : html`${percent(one.count, received)}, ${about}`}</p></li>`;
    })}</ol>`;
}

function Reasons({ list }) {
    return html`<section><h2>Why not delivered</h2>${list.length === 0 ? html`<p class="about">Nothing was kept from it since the hub was started.</p>` : html`<div class="stack">${list.map(one => html`
        <${Reason} key=${one.stage + one.code} code=${one.code} kind=${STAGES[one.stage]?.[1] === 'off' ? '' : STAGES[one.stage]?.[1]} stage=${STAGES[one.stage]?.[0]} text=${one.text} remedy=${one.remedy} number=${one.count} lastAt=${one.lastAt}
            samples=${one.samples} show=${sample => html`<strong><${Text} value=${sample.event} /></strong> <span class="about"><${Clock} at=${sample.at} /></span>
                <${Exchange} request=${sample.request} response=${sample.response} />`} />`)}</div>`}</section>`;
}

function Recent({ list }) {
    return html`<section><h2>Delivered last</h2>${list.length === 0 ? html`<p class="about">Nothing yet since the hub was started.</p>` : html`<ol class="card recent">${list.map((one, i) => html`<li key=${one.messageId + i}>
        <a href=${at('journey', one.messageId)}>Journey</a>
        <${Exchange} request=${one.request} response=${one.response} title=${html`<${Clock} at=${one.at} /> <strong><${Text} value=${one.event} /></strong> <span class="about">${duration(one.millis)}</span>`} /></li>`)}</ol>`}</section>`;
}
