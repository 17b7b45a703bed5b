// Events as they come in. At most 500 are kept; while it is paused, new ones are counted and wait.
import { done } from '../activity.js';
import { isViewer, post, query, useFeed } from '../api.js';
import { brief, bytes, clock, count, plural } from '../format.js';
import { Journey } from '../journey.js';
import { Json } from '../json.js';
import { Replay } from '../replay.js';
import { call } from '../sdk.js';
import { listen } from '../stream.js';
import { Action, at, Clock, Dialog, Empty, Facts, ForOperators, html, Page, State, Table, Tabs, Tag, Text, useEffect, useMemo, useRef, useState } from '../ui.js';

const MOST = 500;
const MOST_BYTES = 12e6;
const SHOW = 200;
const TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'];
const KINDS = { accepted: ['ok', 'accepted'], unplanned: ['warn', 'violation'], rejected: ['error', 'rejected'] };

function read(text) {
    try {
        const json = JSON.parse(text);
        return json && typeof json === 'object' ? json : {};
    } catch (e) {
        return {};
    }
}

function text(value) {
    return typeof value === 'string' ? value : '';
}

let last = 0;

/** What the list and the filters ask about one; the payload stays the text that came. */
function entry(kind, id, data) {
    const json = read(data);
    const isRejected = kind === 'rejected';
    const original = isRejected ? read(text(json.raw)) : json;
    const violates = kind === 'accepted' && Array.isArray(json.context?.violations) && json.context.violations.length > 0;
    return {
        key: ++last, id, kind: violates ? 'unplanned' : kind, came: kind, data, raw: isRejected ? text(json.raw) || text(json.rawBase64) : data,
        source: text(json.source), type: text(original.type),
        name: text(original.type === 'track' || !original.type ? original.event : original.name) || (isRejected ? text(json.code) : ''),
        event: text(original.event), messageId: text(original.messageId), at: isRejected ? json.at : json.receivedAt,
        who: text(original.userId) || text(original.anonymousId) || text(original.groupId),
        code: text(json.code), message: text(json.message), stage: isRejected ? text(json.stage) : '',
    };
}

/** What was accepted and given up later is not what was refused at the door. */
function kindOf(one) {
    return one.kind === 'rejected' && mayBeReplayed(one.stage) && one.stage !== 'plan' ? 'dead letter' : KINDS[one.kind][1];
}

/** The newest first, so many and not more than so large. */
function kept(list) {
    let size = 0;
    let i = 0;
    while (i < list.length && i < MOST && size < MOST_BYTES) {
        size += list[i++].data.length;
    }
    return i < list.length ? list.slice(0, i) : list;
}

/** Each once; those that had come before the page was opened may come after one that is new. */
function merged(fresh, before) {
    const ids = new Set(before.map(one => one.id));
    const all = [...fresh.filter(one => !ids.has(one.id) && ids.add(one.id)), ...before];
    return all.some((one, i) => i > 0 && one.at > all[i - 1].at) ? all.sort((one, other) => one.at < other.at ? 1 : one.at > other.at ? -1 : 0) : all;
}

function filtersOf(search) {
    return Object.fromEntries(['source', 'type', 'event', 'kind'].map(name => [name, search.get(name) || '']));
}

export function Debugger({ search }) {
    const [filters, setFilters] = useState(() => filtersOf(search));
    const [sought, seek] = useState(search.get('q') || '');
    const [list, setList] = useState([]);
    const [live, setLive] = useState(true);
    const [waiting, setWaiting] = useState(0);
    const [skipped, setSkipped] = useState(0);
    const [stream, setStream] = useState({ state: 'connecting' });
    const [chosen, choose] = useState(null);
    const buffer = useRef([]);
    const isLive = useRef(true);
    const names = useMemo(() => [...new Set(list.map(one => one.event).filter(name => name))].sort().slice(0, 100), [list]);

    // A name counts at the hub once it is whole; one that is being typed only chooses among what is there.
    const known = useRef(new Set());
    names.forEach(name => known.current.add(name));
    const asked = {
        source: filters.source, type: filters.type, event: known.current.has(filters.event) ? filters.event : '',
        kind: filters.kind === 'rejected' ? 'rejected' : '',
    };
    const address = query(asked);

    const first = useRef(search);
    useEffect(() => {
        if (search !== first.current) {
            setFilters(filtersOf(search));
            seek(search.get('q') || '');
        }
    }, [search]);
    useEffect(() => {
        const url = '#/debugger' + query({ ...filters, q: sought });
        history.replaceState(null, '', url);
    }, [filters, sought]);

    useEffect(() => {
        const stop = listen(asked, {
            event: (kind, id, data) => {
                buffer.current.push(entry(kind, id, data));
                if (buffer.current.length > MOST) {
                    buffer.current.splice(0, buffer.current.length - MOST);
                }
                if (!isLive.current) {
                    setWaiting(number => number + 1);
                }
            },
            state: (state, message) => setStream({ state, message }),
            skipped: number => setSkipped(all => all + number),
        });
        return stop;
    }, [address]);

    const flush = () => {
        if (buffer.current.length > 0) {
            const fresh = buffer.current.reverse();
            buffer.current = [];
            setList(before => kept(merged(fresh, before)));
        }
    };
    useEffect(() => {
        const timer = setInterval(() => isLive.current && flush(), SHOW);
        return () => clearInterval(timer);
    }, []);
    const toggle = () => {
        isLive.current = !live;
        setLive(!live);
        setWaiting(0);
        if (!live) {
            flush();
        }
    };

    const needle = sought.toLowerCase();
    const name = filters.event.toLowerCase();
    const shown = list.filter(one => (!filters.source || one.source === filters.source) && (!filters.type || !one.type || one.type === filters.type)
        && (!filters.kind || one.kind === filters.kind) && (!name || one.name.toLowerCase().includes(name))
        && (!needle || one.data.toLowerCase().includes(needle)));
    const open = chosen && (list.find(one => one.key === chosen.key) || chosen);
    const set = member => event => setFilters({ ...filters, [member]: event.target.value });
    const isFiltered = Object.values(filters).some(value => value) || sought;

    return html`<${Page} title="Debugger" about="Events as they come in: a sample when there are many." wide=${true} actions=${html`
            <span role="status">${listening(stream, live)}</span>
            <button type="button" class=${live ? '' : 'primary'} aria-pressed=${!live} onClick=${toggle}>${live ? 'Pause' : waiting > 0 ? `Resume, ${plural(waiting, 'new event')}` : 'Resume'}</button>
            <button type="button" onClick=${() => { setList([]); setSkipped(0); choose(null); }} disabled=${list.length === 0}>Clear</button>`}>
        <div class="fields debug-filters" role="search">
            <div class="field grow"><label for="sought">Search in the payload</label><input id="sought" type="search" value=${sought} placeholder="user-12, order_id, …" onInput=${event => seek(event.target.value)} /></div>
            <div class="field"><label for="event">Name</label><input id="event" list="names" value=${filters.event} placeholder="any" onInput=${set('event')} />
                <datalist id="names">${names.map(one => html`<option value=${one} />`)}</datalist></div>
            <${Choice} id="type" label="Type" value=${filters.type} set=${set('type')} options=${TYPES.map(type => [type, type])} />
            <${Sources} value=${filters.source} set=${set('source')} />
            <${Choice} id="kind" label="Kind" value=${filters.kind} set=${set('kind')} options=${Object.entries(KINDS).map(([id, [, title]]) => [id, title])} />
            ${isFiltered && html`<button type="button" onClick=${() => { setFilters({ source: '', type: '', event: '', kind: '' }); seek(''); }}>No filters</button>`}
        </div>
        <p class="about counts">${list.length === shown.length ? plural(list.length, 'event') : `${count(shown.length)} of ${plural(list.length, 'event')}`}${
            list.length >= MOST ? ', the newest 500' : ''}${skipped > 0 ? `; ${brief(skipped)} more came than can be shown` : ''}</p>
        <div class="debug ${open ? 'has-chosen' : ''}">
            <${List} shown=${shown} all=${list.length} chosen=${open} choose=${choose} />
            <div class="detail">${open ? html`<${Detail} key=${open.key} one=${open} close=${() => choose(null)} />`
                : list.length > 0 && html`<${Empty} title="Choose an event">Its call, its payload, its way through the hub and what is wrong with it are shown here.</${Empty}>`}</div>
        </div>
    </${Page}>`;
}

function listening(stream, live) {
    if (stream.state === 'refused' || stream.state === 'interrupted') {
        return html`<${State} kind="error"><${Text} value=${stream.message || stream.state} most=${160} /></${State}>`;
    }
    return stream.state === 'connecting' ? html`<${State} kind="busy">connecting</${State}>`
        : live ? html`<${State} kind="ok">live</${State}>` : html`<${State} kind="off">paused</${State}>`;
}

function Choice({ id, label, value, set, options }) {
    return html`<div class="field"><label for=${id}>${label}</label><select id=${id} value=${value} onChange=${set}>
        <option value="">any</option>${options.map(([option, title]) => html`<option value=${option}>${title}</option>`)}</select></div>`;
}

function Sources({ value, set }) {
    const overview = useFeed('/api/overview', 15000).data;
    const names = overview ? overview.sources.filter(one => one.state !== 'off').map(one => one.name) : [];
    const all = value && !names.includes(value) ? [...names, value] : names;
    return html`<${Choice} id="source" label="Source" value=${value} set=${set} options=${all.map(name => [name, name])} />`;
}

function List({ shown, all, chosen, choose }) {
    const move = event => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step && shown.length > 0) {
            event.preventDefault();
            const next = shown[Math.max(0, Math.min(shown.length - 1, shown.findIndex(one => one.key === chosen?.key) + step))];
            choose(next);
            event.currentTarget.querySelector(`[data-key="${next.key}"]`)?.focus();
        }
    };
    if (shown.length === 0) {
        return html`<div class="stream">${all === 0 ? html`<${Empty} title="Waiting for events">Send one to try: <code>./serai send</code> sends a sample, and every SDK with a write key of this hub does.</${Empty}>`
            : html`<${Empty} title="None of these fits">Change the search or the filters. New events are still coming in.</${Empty}>`}</div>`;
    }
    return html`<ol class="stream" aria-label="Events, the newest first" onKeyDown=${move}>${shown.map(one => html`<${Row} key=${one.key} one=${one} isChosen=${one.key === chosen?.key} choose=${choose} />`)}</ol>`;
}

function Row({ one, isChosen, choose }) {
    const [sign] = KINDS[one.kind];
    return useMemo(() => html`<li><button type="button" class="event ${sign}" data-key=${one.key} aria-current=${isChosen ? 'true' : null} onClick=${() => choose(one)}>
        <span class="num">${clock(one.at)}</span><${State} kind=${sign}><span class="kind">${kindOf(one)}</span></${State}>
        <span class="name"><${Text} value=${one.name || one.type} most=${80} /></span>
        <span class="about"><${Text} value=${[one.type, one.source].filter(part => part).join(' · ')} most=${60} /></span></button></li>`, [one, isChosen]);
}

function Detail({ one, close }) {
    const [tab, setTab] = useState('pretty');
    const violations = useMemo(() => violationsOf(one), [one]);
    const tabs = [{ id: 'pretty', title: 'Pretty' }, { id: 'raw', title: 'Raw' }, { id: 'journey', title: 'Journey' },
        { id: 'violations', title: violations.length > 0 ? `Violations (${violations.length})` : 'Violations' }];
    return html`<article aria-label="The chosen event">
        <header class="detail-head"><div><h2><${Text} value=${one.name || one.type || 'Event'} most=${160} /></h2>
            <p><${State} kind=${KINDS[one.kind][0]}>${kindOf(one)}</${State}> <span class="about"><${Clock} at=${one.at} />, ${bytes(one.data.length)}</span></p></div>
            <button type="button" class="small back" onClick=${close}>Close</button></header>
        <${Deeds} one=${one} />
        ${one.message && html`<p class="problem"><strong><${Text} value=${one.code} /></strong> <${Text} value=${one.message} most=${800} /></p>`}
        <${Tabs} label="Views of the event" tabs=${tabs} active=${tab} choose=${setTab}>
            ${tab === 'pretty' && html`<${Pretty} one=${one} />`}
            ${tab === 'raw' && html`<${Raw} one=${one} />`}
            ${tab === 'journey' && html`<${Journey} messageId=${one.messageId} />`}
            ${tab === 'violations' && html`<${Violations} one=${one} own=${violations} />`}
        </${Tabs}></article>`;
}

/** What came in and was given up later; what was refused at the door is not the hub's to send. */
function mayBeReplayed(stage) {
    return stage === 'plan' || stage === 'routing' || stage.startsWith('delivery.');
}

function Deeds({ one }) {
    const what = one.came === 'rejected' ? 'replaying dead letters' : 'saving samples';
    if (isViewer()) {
        return html`<${ForOperators} what=${what} />`;
    }
    return html`<div class="actions deeds">${one.messageId && html`<${Save} messageId=${one.messageId} />
        <a class="button" href=${at('journey', one.messageId)}>Link to its journey</a>`}
        ${one.came === 'rejected' && !mayBeReplayed(one.stage) && html`<p class="about">It was refused at the door, so it is to be sent to the hub again.</p>`}
        ${one.came === 'rejected' && one.messageId && mayBeReplayed(one.stage) && html`<${Replay} conditions=${{ messageId: one.messageId, stage: one.stage }} what="Puts this event through again, from where it was given up." />`}</div>`;
}

/** The event becomes a folder beside the partner's other samples, personal data masked. */
function Save({ messageId }) {
    const [open, setOpen] = useState(false);
    const [name, setName] = useState('');
    const [problem, setProblem] = useState(null);
    const save = async () => {
        setProblem(null);
        try {
            const saved = await post('/api/samples', { messageId, name });
            setOpen(false);
            done(`Saved as ${saved.folder}; ./serai test runs it from now on.`);
        } catch (e) {
            setProblem(e.isMissing ? 'This hub cannot save samples; restart it with the newest version.' : e.message);
        }
    };
    return html`<button type="button" onClick=${() => setOpen(true)}>Save as sample</button>
        <${Dialog} title="Save as sample" open=${open} close=${() => setOpen(false)}>
            <p class="about">Writes what came in and what became of it into the partner’s folder, so that <code>./serai test</code> sees when that changes. Personal data is masked.</p>
            <form onSubmit=${event => { event.preventDefault(); save(); }}><div class="field"><label for="sample">Name, such as order-with-two-products</label>
            <input id="sample" required pattern="[a-z0-9][a-z0-9\\-]*" value=${name} onInput=${event => setName(event.target.value)} /></div>
            ${problem && html`<p class="problem" role="alert"><${Text} value=${problem} most=${600} /></p>`}
            <div class="actions"><button type="button" onClick=${() => setOpen(false)}>Cancel</button><button type="submit" class="primary">Save</button></div></form></${Dialog}>`;
}

function Pretty({ one }) {
    const json = useMemo(() => read(one.raw), [one]);
    const made = useMemo(() => call(one.raw, json), [one]);
    return html`${made ? html`<${Json} made=${made} label="The call of an SDK" />` : html`<p class="about">No call of an SDK makes this; see Raw.</p>`}
        <${Facts} facts=${[
            json.userId && ['userId', html`<a href=${at('profiles', String(json.userId))}><${Text} value=${json.userId} /></a>`],
            json.anonymousId && ['anonymousId', html`<${Text} value=${json.anonymousId} />`],
            one.messageId && ['messageId', html`<${Text} value=${one.messageId} />`],
            one.source && ['source', html`<a href=${at('sources', one.source)}><${Text} value=${one.source} /></a>`],
            json.timestamp && ['timestamp', html`<${Text} value=${json.timestamp} />`],
            json.receivedAt && ['receivedAt', html`<${Text} value=${json.receivedAt} />`],
            json.context?.library?.name && ['library', html`<${Text} value=${json.context.library.name + ' ' + (json.context.library.version || '')} />`],
            json.context?.page?.url && ['page', html`<${Text} value=${json.context.page.url} />`],
        ]} />`;
}

function Raw({ one }) {
    return html`${one.came === 'rejected' && html`<h3>As it came</h3>`}<${Json} text=${one.raw} label="The payload" />
        ${one.came === 'rejected' && html`<h3>The dead letter</h3><${Json} text=${one.data} label="The dead letter" />`}`;
}

function violationsOf(one) {
    const json = read(one.raw);
    const own = Array.isArray(json.context?.violations) ? json.context.violations : [];
    return json.unplanned === true ? [{ type: 'unplanned_event', field: '', message: 'No event spec has this name.' }, ...own] : own;
}

function Violations({ one, own }) {
    const feed = useFeed(one.source ? '/api/violations' + query({ source: one.source }) : null, 10000);
    const others = (feed.data?.violations || []).filter(other => other.event === (one.event || one.type));
    return html`${own.length === 0 ? html`<p class="about">This event breaks nothing that its source’s tracking plan says, or the source has none.</p>`
        : html`<ul class="plain">${own.map(violation => html`<li><${Tag} kind="warn"><${Text} value=${violation.type} /></${Tag}> <code><${Text} value=${violation.field || 'the whole event'} /></code>
            <p><${Text} value=${violation.message} most=${400} /></p></li>`)}</ul>`}
        ${others.length > 0 && html`<h3>Events of this name, since the hub was started</h3><${ViolationTable} violations=${others} />`}`;
}

export function ViolationTable({ violations }) {
    return html`<${Table} label="Violations" rows=${violations} columns=${[
        { title: 'Event', of: row => html`<${Text} value=${row.event} most=${80} />` },
        { title: 'What', of: row => html`<${Tag} kind="warn">${row.kind.replaceAll('_', ' ')}</${Tag}>` },
        { title: 'Field', of: row => row.field ? html`<code><${Text} value=${row.field} /></code>` : '–' },
        { title: 'Count', number: true, of: row => row.count },
        { title: 'Last', of: row => row.messageId ? html`<a href=${at('journey', row.messageId)}><${Clock} at=${row.lastSeen} /></a>` : html`<${Clock} at=${row.lastSeen} />` },
    ]} />`;
}
