// The way of one event through the hub, step by step.
import { useFeed } from './api.js';
import { JsonValue } from './json.js';
import { at, Clock, Given, html, Tag, Text } from './ui.js';

const STAGES = {
    received: ['Received', 'ok'], mapped: ['Mapped', 'ok'], rejected: ['Rejected', 'error'], planned: ['Checked against its plan', 'info'],
    routed: ['Routed', 'ok'], delivered: ['Delivered', 'ok'], filtered: ['Filtered', 'off'], queued: ['Queued', 'busy'],
    retrying: ['Retrying', 'warn'], 'dead-lettered': ['Dead-lettered', 'error'], loaded: ['Loaded', 'ok'],
};

export function useJourney(messageId) {
    return useFeed(messageId ? '/api/journey?messageId=' + encodeURIComponent(messageId) : null, 3000);
}

export function Journey({ messageId }) {
    const feed = useJourney(messageId);
    if (!messageId) {
        return html`<p class="about">It has no messageId by which its way could be followed.</p>`;
    }
    return html`<${Given} feed=${feed} what="the way of an event">${journey => html`<ol class="journey">${journey.steps.map((step, i) => html`<${Step} key=${i} step=${step} />`)}</ol>
        ${journey.steps.length === 0 && html`<p class="about">Nothing is known of it yet.</p>`}`}</${Given}>`;
}

function Step({ step }) {
    const [title, kind] = step.stage === 'planned' && step.code ? ['Breaks its plan', 'warn'] : STAGES[step.stage] || [step.stage, 'info'];
    return html`<li class="step ${kind}"><div class="step-head"><strong>${title}</strong>
        ${step.destination && html`<a href=${at('destinations', step.destination)}><${Text} value=${step.destination} /></a>`}
        ${step.warehouse && html`<a href="#/warehouse"><${Text} value=${step.warehouse} /></a>`}
        ${step.source && html`<a href=${at('sources', step.source)}><${Text} value=${step.source} /></a>`}
        ${(step.code || step.by) && html`<${Tag} kind=${kind === 'ok' || kind === 'off' ? '' : kind}><${Text} value=${step.code || 'by ' + step.by} most=${60} /></${Tag}>`}
        ${step.at && html`<span class="about"><${Clock} at=${step.at} /></span>`}</div>
        <p><${Text} value=${step.text} most=${600} /></p>
        ${step.tables?.length > 0 && html`<p>${step.tables.map(table => html`<code class="tag"><${Text} value=${table} /></code> `)}</p>`}
        <${Exchange} request=${step.request} response=${step.response} /></li>`;
}

/** What a partner was asked and what it answered, folded away. */
export function Exchange({ request, response, title = 'Request and response' }) {
    if (!request && !response) {
        return null;
    }
    return html`<details class="exchange"><summary>${title}</summary>
        <div class="two"><div><h4>Request</h4>${request ? html`<${JsonValue} value=${request} label="Request" />` : html`<p class="about">None was made.</p>`}</div>
        <div><h4>Response</h4>${response ? html`<${JsonValue} value=${response} label="Response" />` : html`<p class="about">None came.</p>`}</div></div></details>`;
}
