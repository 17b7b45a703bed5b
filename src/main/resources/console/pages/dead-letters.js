// What the hub gave up on, and putting it through again.
import { isViewer, query, useFeed } from '../api.js';
import { plural } from '../format.js';
import { Exchange } from '../journey.js';
import { Json } from '../json.js';
import { Replay } from '../replay.js';
import { at, Clock, Empty, ForOperators, Given, html, Page, Tag, Text, useEffect, useState } from '../ui.js';

const FIELDS = [['destination', 'Destination'], ['stage', 'Stage'], ['code', 'Code'], ['event', 'Event'], ['source', 'Source'], ['messageId', 'messageId'], ['since', 'Since, as 2h']];
const LIMIT = 100;
const AT_ONCE = 25;
const PAUSE = 400;

function fieldsOf(search) {
    return Object.fromEntries(FIELDS.map(([name]) => [name, search.get(name) || '']));
}

export function DeadLetters({ search }) {
    const [fields, setFields] = useState(() => fieldsOf(search));
    const [asked, ask] = useState(fields);
    const [shown, show] = useState(AT_ONCE);
    useEffect(() => setFields(fieldsOf(search)), [search]);
    useEffect(() => {
        const timer = setTimeout(() => ask(fields), PAUSE);
        history.replaceState(null, '', '#/dead-letters' + query(fields));
        return () => clearTimeout(timer);
    }, [fields]);
    const feed = useFeed('/api/dead-letters' + query({ ...trimmed(asked), limit: LIMIT }), 5000);
    const conditions = trimmed(asked);
    const isFiltered = Object.keys(conditions).length > 0;
    return html`<${Page} title="Dead letters" about="What the hub gave up on, with the reason and the original." feed=${feed}
        actions=${!isViewer() && feed.data?.deadLetters.length > 0 && html`<${Replay} kind="primary" label=${isFiltered ? 'Replay these' : 'Replay all'} conditions=${conditions}
            what=${isFiltered ? 'All dead letters that the filters mean, also those that are not listed.' : 'All dead letters that Kafka still has. Narrow them down with the filters first, if not all are meant.'} />`}>
        <${ForOperators} what="replaying dead letters" />
        <div class="fields" role="search">${FIELDS.map(([name, title]) => html`<div class="field narrow" key=${name}><label for=${'f-' + name}>${title}</label>
            <input id=${'f-' + name} value=${fields[name]} placeholder="any" onInput=${event => setFields({ ...fields, [name]: event.target.value })} /></div>`)}
            ${isFiltered && html`<button type="button" onClick=${() => setFields(fieldsOf(new URLSearchParams()))}>No filters</button>`}</div>
        <section><${Given} feed=${feed} what="its dead letters">${({ deadLetters }) => deadLetters.length === 0
            ? html`<${Empty} title=${isFiltered ? 'No dead letter is like that' : 'There are no dead letters'}>${isFiltered ? 'Change the filters.' : 'Nothing was given up: all that was accepted was delivered, filtered or waits.'}</${Empty}>`
            : html`<p class="about counts">${deadLetters.length === LIMIT ? 'The newest 100' : plural(deadLetters.length, 'dead letter')}, the newest first</p>
                <ol class="stack">${deadLetters.slice(0, shown).map(letter => html`<${Letter} key=${letter.id} letter=${letter} />`)}</ol>
                ${deadLetters.length > shown && html`<p class="more"><button type="button" onClick=${() => show(shown + AT_ONCE)}>Show ${Math.min(AT_ONCE, deadLetters.length - shown)} more</button></p>`}`}</${Given}></section></${Page}>`;
}

function trimmed(fields) {
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
}

function Letter({ letter }) {
    const [open, setOpen] = useState(false);
    const original = letter.raw ?? letter.rawBase64 ?? '';
    const messageId = original.length < 70000 ? idOf(original) : null;
    return html`<li class="card reason"><div class="reason-head"><${Tag} kind="error"><${Text} value=${letter.code} /></${Tag}><strong><${Text} value=${letter.stage} /></strong>
        <span class="about">from <a href=${at('sources', letter.source)}><${Text} value=${letter.source} /></a>, <${Clock} at=${letter.at} /></span>
        <span class="push"></span>${messageId && html`<a href=${at('journey', messageId)}>Journey</a>`}
        <button type="button" class="small" aria-expanded=${open} onClick=${() => setOpen(!open)}>${open ? 'Hide the original' : 'Show the original'}</button></div>
        <p><${Text} value=${letter.message} most=${600} /></p>
        ${open && html`<${Json} text=${original} label="The original" /><${Exchange} request=${letter.request} response=${letter.response} />`}</li>`;
}

function idOf(original) {
    try {
        const id = JSON.parse(original).messageId;
        return typeof id === 'string' ? id : null;
    } catch (e) {
        return null;
    }
}
