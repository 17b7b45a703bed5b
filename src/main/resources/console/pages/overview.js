// The live pipeline as a picture: what comes in, where it goes, and what needs somebody.
import { useFeed } from '../api.js';
import { brief, count, duration, plural, rate } from '../format.js';
import { rates } from '../rates.js';
import { Ago, at, Empty, Given, html, Page, State, Text, useEffect, useLayoutEffect, useRef, useState } from '../ui.js';

const SHOWN = 8;
const SOURCE_STATES = { on: 'ok', faulty: 'error', off: 'off' };

export function Overview() {
    const feed = useFeed('/api/overview', 3000);
    rates.add(feed.data);
    return html`<${Page} title="Overview" about="What flows through this hub now." feed=${feed}>
        <${Given} feed=${feed} what="how the pipeline does">${data => html`
            <${Figures} data=${data} /><${Troubles} data=${data} /><${Pipeline} data=${data} />
            <p class="about foot-note">Counts since the hub was started, <${Ago} at=${data.startedAt} />. Kafka: ${data.kafka?.embedded ? 'embedded' : 'external'}, <${Text} value=${data.kafka?.brokers} />.</p>`}
        </${Given}></${Page}>`;
}

function sum(list, member) {
    return list.reduce((all, one) => all + (one[member] || 0), 0);
}

const accepted = data => sum(data.sources, 'accepted');
const delivered = data => sum(data.destinations, 'delivered');

function Figures({ data }) {
    const fresh = data.warehouses.filter(one => one.healthy && one.eventsLoaded + one.objectsLoaded > 0).map(one => one.freshnessP95Millis).filter(millis => millis !== null);
    const failed = sum(data.destinations, 'failed');
    const rejected = sum(data.sources, 'rejected');
    return html`<div class="figures">
        <a class="figure" href="#/debugger"><h2>Events accepted</h2><p class="big">${rate(rates.of(accepted))}</p><p>${brief(accepted(data))} in all</p><${Spark} values=${rates.series(accepted)} /></a>
        <a class="figure" href="#/destinations"><h2>Delivered</h2><p class="big">${rate(rates.of(delivered))}</p><p>${brief(delivered(data))} in all</p><${Spark} values=${rates.series(delivered)} /></a>
        <a class="figure" href="#/warehouse"><h2>In the warehouse within</h2><p class="big">${fresh.length ? duration(Math.max(...fresh)) : '–'}</p><p>of 95 % of events</p></a>
        <a class="figure" href=${failed ? '#/dead-letters' : '#/sources'}><h2>Given up or rejected</h2><p class="big ${failed ? 'bad' : ''}">${brief(failed + rejected)}</p>
            <p>${plural(failed, 'delivery', 'deliveries')}, ${plural(rejected, 'event')} at the door</p></a>
    </div>`;
}

function Spark({ values }) {
    if (values.length < 3) {
        return html`<svg class="spark" viewBox="0 0 120 26" aria-hidden="true"></svg>`;
    }
    const most = Math.max(...values, 0.001);
    const points = values.map((value, i) => `${(i / (values.length - 1) * 118 + 1).toFixed(1)},${(24 - value / most * 21).toFixed(1)}`).join(' ');
    return html`<svg class="spark" viewBox="0 0 120 26" preserveAspectRatio="none" aria-hidden="true"><polyline points=${points} vector-effect="non-scaling-stroke" /></svg>`;
}

/** Each a sentence and where to go. */
function troubles(data) {
    const found = [];
    data.sources.filter(one => one.state === 'faulty').forEach(one => found.push([at('sources', one.name), 'Source ' + one.name, one.problem]));
    data.warehouses.filter(one => !one.healthy).forEach(one => found.push(['#/warehouse', 'Warehouse ' + one.name, one.error || 'is not loaded.']));
    data.destinations.filter(one => one.stoppedBy).forEach(one => found.push([at('destinations', one.name), 'Destination ' + one.name,
        'stopped by ' + one.stoppedBy + '; ' + plural(one.waiting, 'event') + ' wait until its settings are mended.']));
    if (data.syncs?.failed > 0) {
        found.push(['#/syncs', 'Syncs', plural(data.syncs.failed, 'collection') + ' could not be synced.']);
    }
    if (data.audiences?.problems > 0) {
        found.push(['#/audiences', 'Audiences and traits', plural(data.audiences.problems, 'definition') + ' cannot be computed.']);
    }
    return found;
}

function Troubles({ data }) {
    const found = troubles(data);
    return found.length === 0 ? null : html`<section class="troubles" aria-label="What needs somebody"><ul>${found.map(([href, name, text]) => html`
        <li key=${name}><${State} kind="error"><a href=${href}>${name}</a></${State}> <${Text} value=${text} most=${260} /></li>`)}</ul></section>`;
}

function busiestFirst(counter) {
    return (a, b) => counter(b) - counter(a) || a.name.localeCompare(b.name);
}

function Pipeline({ data }) {
    const on = data.sources.filter(one => one.state !== 'off').sort(busiestFirst(one => one.accepted + one.objects));
    const going = data.destinations.filter(one => one.on).sort(busiestFirst(one => one.delivered));
    // most sources of a hub that is being tried are on and bring nothing yet
    const busy = on.filter(one => one.state === 'faulty' || one.accepted + one.objects + one.rejected > 0);
    const sources = busy.length > 0 ? busy.slice(0, SHOWN) : on.slice(0, SHOWN / 2);
    const destinations = going.slice(0, SHOWN);
    const flowOf = (list, name, member) => rates.of(answer => answer[list].find(one => one.name === name)?.[member]);
    const edges = [
        ...sources.map(one => ({ from: 's/' + one.name, to: 'events', flow: (flowOf('sources', one.name, 'accepted') || 0) + (flowOf('sources', one.name, 'objects') || 0),
            kind: one.state === 'faulty' ? 'error' : '' })),
        ...data.warehouses.map(one => ({ from: 'events', to: 'w/' + one.name, flow: flowOf('warehouses', one.name, 'eventsLoaded'), kind: one.healthy ? '' : 'error' })),
        ...destinations.map(one => ({ from: 'events', to: 'd/' + one.name, flow: flowOf('destinations', one.name, 'delivered'), kind: one.stoppedBy ? 'error' : '' })),
    ];
    if (data.audiences?.definitions > 0 && data.warehouses.length > 0) {
        edges.push({ from: 'w/' + data.warehouses[0].name, to: 'audiences', flow: 0, kind: 'back' }, { from: 'audiences', to: 'events', flow: 0, kind: 'back' });
    }
    return html`<section class="pipeline" aria-label="The pipeline"><${Wires} edges=${edges} />
        <div class="lane"><h2>Sources</h2><ul>${sources.map(one => html`<li key=${one.name}><${Source} one=${one} flow=${flowOf('sources', one.name, 'accepted')} objects=${flowOf('sources', one.name, 'objects')} /></li>`)}</ul>
            ${sources.length === 0 && html`<${Empty} title="No source is on">Give one its settings; <a href="/docs">the documentation</a> says which.</${Empty}>`}
            <${More} href="#/sources" hidden=${on.length - sources.length} off=${data.sources.length - on.length} /></div>
        <div class="lane middle">
            <a class="node hub" data-node="events" href="#/debugger"><strong>Events</strong><span class="rate">${rate(rates.of(accepted))}</span>
                <span class="about">watch them live</span></a>
            <a class="node" data-node="audiences" href="#/audiences"><strong>Audiences and traits</strong>
                <span>${plural(data.audiences?.definitions ?? 0, 'definition')}</span>${data.audiences?.problems > 0
                    ? html`<${State} kind="error">${plural(data.audiences.problems, 'problem')}</${State}>` : html`<span class="about">back as events</span>`}</a></div>
        <div class="lane"><h2>Warehouses</h2><ul>${data.warehouses.map(one => html`<li key=${one.name}><a class="node" data-node="w/${one.name}" href="#/warehouse">
                <strong><${Text} value=${one.name} most=${30} /></strong><span class="rate">${rate(flowOf('warehouses', one.name, 'eventsLoaded'))}</span>
                <span class="about">${one.kind}, ${count(one.lag)} behind</span><${State} kind=${one.healthy ? 'ok' : 'error'}>${one.healthy ? 'loading' : 'not loading'}</${State}></a></li>`)}</ul>
            ${data.warehouses.length === 0 && html`<p class="about">None is configured.</p>`}
            <h2>Destinations</h2><ul>${destinations.map(one => html`<li key=${one.name}><${Destination} one=${one} flow=${flowOf('destinations', one.name, 'delivered')} /></li>`)}</ul>
            ${destinations.length === 0 && html`<p class="about">None is on. Give one its settings; <a href="/docs">the documentation</a> says which.</p>`}
            <${More} href="#/destinations" hidden=${going.length - destinations.length} off=${data.destinations.length - going.length} /></div>
    </section>`;
}

function Source({ one, flow, objects }) {
    const errors = one.state === 'faulty' ? 'faulty' : one.rejected > 0 ? brief(one.rejected) + ' rejected' : null;
    return html`<a class="node" data-node="s/${one.name}" href=${at('sources', one.name)}><strong><${Text} value=${one.name} most=${30} /></strong>
        <span class="rate">${one.in.includes('events') ? rate(flow) : rate(objects)}</span>
        <span class="about">${one.title}</span><${State} kind=${errors ? SOURCE_STATES[one.state] === 'error' ? 'error' : 'warn' : 'ok'}>${errors || 'on'}</${State}></a>`;
}

function Destination({ one, flow }) {
    const [kind, text] = one.stoppedBy ? ['error', 'stopped'] : one.failed > 0 ? ['warn', brief(one.failed) + ' failed'] : ['ok', 'on'];
    return html`<a class="node" data-node="d/${one.name}" href=${at('destinations', one.name)}><strong><${Text} value=${one.name} most=${30} /></strong>
        <span class="rate">${rate(flow)}</span><span class="about">${count(one.lag)} behind</span><${State} kind=${kind}>${text}</${State}></a>`;
}

function More({ href, hidden, off }) {
    const parts = [hidden > 0 && hidden + ' more are on', off > 0 && off + (off === 1 ? ' is off' : ' are off')].filter(part => part);
    return parts.length === 0 ? null : html`<p class="more"><a href=${href}>${parts.join(', ')}</a></p>`;
}

/** The lines lie behind the boxes, from where these are; so they are drawn again when the picture changes its size. */
function Wires({ edges }) {
    const ref = useRef(null);
    const [drawn, draw] = useState([]);
    const key = JSON.stringify(edges.map(edge => [edge.from, edge.to]));
    const measure = () => {
        const picture = ref.current?.parentElement;
        if (!picture) {
            return;
        }
        const ground = picture.getBoundingClientRect();
        const boxes = new Map([...picture.querySelectorAll('[data-node]')].map(node => [node.dataset.node, node.getBoundingClientRect()]));
        draw(edges.map(edge => path(edge, boxes.get(edge.from), boxes.get(edge.to), ground)));
    };
    useLayoutEffect(measure, [key]);
    useEffect(() => {
        const watch = new ResizeObserver(measure);
        watch.observe(ref.current.parentElement);
        return () => watch.disconnect();
    }, [key]);
    return html`<svg class="wires" ref=${ref} aria-hidden="true">${drawn.map((d, i) => d && edges[i] && html`<g key=${edges[i].from + '>' + edges[i].to}>
        <path d=${d} class="wire ${edges[i].kind}" />${edges[i].flow > 0 && html`<path d=${d} class="flow ${edges[i].flow > 5 ? 'fast' : ''}" />`}</g>`)}</svg>`;
}

function path(edge, from, to, ground) {
    if (!from || !to) {
        return null;
    }
    const middle = box => box.top + box.height / 2 - ground.top;
    if (edge.from === 'audiences') {
        const x = from.left + from.width / 2 - ground.left;
        return `M${x},${from.top - ground.top} L${x},${to.bottom - ground.top}`;
    }
    const [x1, x2] = from.left < to.left ? [from.right, to.left] : [from.left, to.right];
    const half = (x1 + x2) / 2 - ground.left;
    return `M${x1 - ground.left},${middle(from)} C${half},${middle(from)} ${half},${middle(to)} ${x2 - ground.left},${middle(to)}`;
}
