// Which events go to which destination, as the routing file says it.
import { useFeed } from '../api.js';
import { at, Empty, Given, html, Page, State, Text } from '../ui.js';

export function Routing() {
    const feed = useFeed('/api/routing', 5000);
    return html`<${Page} title="Routing" about="Which events go to which destination. Consent, integrations and suppression are asked before." feed=${feed}>
        <${Given} feed=${feed} what="its routing">${data => html`
            ${data.fault && html`<p class="problem" role="alert"><strong>The file cannot be used.</strong> <${Text} value=${data.fault} most=${800} /></p>`}
            <p class="about">From <code><${Text} value=${data.file} /></code>; it is read again when it changes. <code>./serai routes explain</code> says the same of one event.</p>
            ${data.routes.length === 0 ? html`<${Empty} title="There is no route">Then every event goes to every destination that is on.</${Empty}>` : data.routes.map(route => html`<section key=${route.id}>
                <h2><${Text} value=${route.id} /></h2>${route.description && html`<p class="about"><${Text} value=${route.description} most=${400} /></p>`}
                <div class="tree" tabindex="0" role="region" aria-label=${'Route ' + route.id}><div class="tree-node from"><${Text} value=${route.from} /></div><${Steps} steps=${route.steps} /></div></section>`)}`}</${Given}></${Page}>`;
}

/** The step to all destinations comes as one for each; they are drawn as one again. */
function grouped(steps) {
    const found = [];
    steps.forEach(step => {
        const last = found[found.length - 1];
        if (step.kind === 'destination' && step.all) {
            if (last?.kind === 'all') {
                last.steps.push(step);
            } else {
                found.push({ kind: 'all', steps: [step] });
            }
        } else {
            found.push(step);
        }
    });
    return found;
}

function Steps({ steps }) {
    return html`<ul class="tree-steps">${grouped(steps).map((step, i) => html`<li key=${i}><${Step} step=${step} /></li>`)}</ul>`;
}

function Step({ step }) {
    if (step.kind === 'destination') {
        return html`<a class="tree-node destination ${step.on ? '' : 'is-off'}" href=${at('destinations', step.name)}><strong><${Text} value=${step.name} /></strong> <${State} kind=${step.on ? 'ok' : 'off'}>${step.on ? 'on' : 'off'}</${State}></a>`;
    }
    if (step.kind === 'all') {
        return html`<div class="tree-node choice">every destination that is on</div><ul class="tree-steps flat"><li>${step.steps.map(one => html`<${Step} key=${one.name} step=${one} />`)}</li></ul>`;
    }
    if (step.kind === 'filter') {
        return html`<div class="tree-node condition"><span class="about">only if</span> <code><${Text} value=${step.expression} most=${400} /></code></div><${Steps} steps=${step.steps || []} />`;
    }
    if (step.kind === 'choice') {
        return html`<div class="tree-node choice">the first that fits</div><ul class="tree-steps">${step.branches.map((branch, i) => html`<li key=${i}>
            <div class="tree-node condition"><span class="about">${branch.label}</span> ${branch.expression && html`<code><${Text} value=${branch.expression} most=${400} /></code>`}</div>
            ${branch.steps.length > 0 ? html`<${Steps} steps=${branch.steps} />` : html`<ul class="tree-steps"><li><div class="tree-node">nothing</div></li></ul>`}</li>`)}</ul>`;
    }
    return html`<div class="tree-node"><${Text} value=${step.label} most=${200} /></div>`;
}
