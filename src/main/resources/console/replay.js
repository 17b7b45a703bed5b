// Putting dead letters through again: first it is counted, then asked, then done, and its progress shown.
import { get, post } from './api.js';
import { count, plural } from './format.js';
import { Action, Dialog, html, Text, useEffect, useRef, useState } from './ui.js';

const LOOK = 500;

async function status(id) {
    return get('/api/replays/' + encodeURIComponent(id));
}

function hasEnded(run) {
    return run.state === 'finished' || run.state === 'failed';
}

/** The button and its question; conditions are those of POST /api/replays. */
export function Replay({ conditions, label = 'Replay', what, kind = '' }) {
    const [open, setOpen] = useState(false);
    return html`<button type="button" class=${kind} onClick=${() => setOpen(true)}>${label}</button>
        <${Dialog} title=${label} open=${open} close=${() => setOpen(false)}>${open && html`<${Steps} conditions=${conditions} what=${what} close=${() => setOpen(false)} />`}</${Dialog}>`;
}

function Steps({ conditions, what, close }) {
    const [counted, setCounted] = useState(null);
    const [run, setRun] = useState(null);
    const [problem, setProblem] = useState(null);
    const alive = useRef(true);
    const follow = async (dryRun, told) => {
        const { id } = await post('/api/replays', { ...conditions, dryRun });
        for (;;) {
            const now = await status(id);
            if (!alive.current) {
                return;
            }
            told(now);
            if (hasEnded(now)) {
                return;
            }
            await new Promise(done => setTimeout(done, LOOK));
        }
    };
    useEffect(() => {
        follow(true, setCounted).catch(e => alive.current && setProblem(e.message));
        return () => { alive.current = false; };
    }, []);
    const isCounted = counted && hasEnded(counted);
    return html`<p class="about">${what}</p>
        ${problem && html`<p class="problem" role="alert"><${Text} value=${problem} most=${600} /></p>`}
        <div role="status">${run ? html`<${Progress} run=${run} />` : isCounted ? html`<${Counted} run=${counted} />` : !problem && html`<${Progress} run=${counted} counting=${true} />`}</div>
        <div class="actions"><button type="button" onClick=${close}>${run && hasEnded(run) ? 'Close' : run ? 'Go on without me' : 'Cancel'}</button>
        ${!run && html`<${Action} kind="primary" disabled=${!isCounted || counted.sent === 0} run=${() => follow(false, setRun).catch(e => setProblem(e.message))}>Replay ${isCounted ? count(counted.sent) : ''}</${Action}>`}</div>`;
}

function Counted({ run }) {
    return html`<p><strong>${plural(run.matched, 'dead letter')}</strong> ${run.matched === 1 ? 'is' : 'are'} meant; ${count(run.sent)} would go on ${run.sent === 1 ? 'its' : 'their'} way again.</p>
        <${Skipped} run=${run} />`;
}

function Skipped({ run }) {
    const skipped = Object.entries(run.skipped || {});
    return skipped.length === 0 ? null : html`<ul class="plain">${skipped.map(([why, number]) => html`<li>${count(number)} passed over: <${Text} value=${why} /></li>`)}</ul>`;
}

function Progress({ run, counting }) {
    const done = run?.total ? run.read / run.total : 0;
    return html`<p>${run?.state === 'failed' ? html`<span class="problem"><${Text} value=${run.failure} most=${600} /></span>`
        : run && hasEnded(run) ? html`<strong>Done.</strong> ${plural(run.sent, 'dead letter')} ${run.sent === 1 ? 'is' : 'are'} on ${run.sent === 1 ? 'its' : 'their'} way again.`
            : counting ? 'Counting…' : run?.state === 'waiting' ? 'Waiting for a replay that was begun before.' : `Under way: ${count(run?.sent || 0)} so far.`}</p>
        <progress max="1" value=${run && hasEnded(run) ? 1 : done} aria-label="How far it is"></progress>
        ${run && hasEnded(run) && html`<${Skipped} run=${run} />`}`;
}
