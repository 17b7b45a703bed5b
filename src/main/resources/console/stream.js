// The live stream of events. EventSource goes on by itself after a break, but tells nothing of why the hub refused; then
// the hub is asked once by hand.
import { get, hub, loggedOut, query } from './api.js';

const KINDS = ['accepted', 'rejected', 'unplanned'];
/** Of those that came before. */
const RECENT = 50;
const LONGEST_WAIT = 15000;

/**
 * told: event(kind, id, text), state('connecting' | 'listening' | 'interrupted' | 'refused', sentence), skipped(count).
 * Answers what ends it.
 */
export function listen(filters, told) {
    const address = '/api/events/stream' + query({ ...filters, recent: RECENT });
    let source = null;
    let timer = null;
    let ended = false;
    let wait = 1000;

    function open() {
        told.state('connecting');
        source = new EventSource(address);
        KINDS.forEach(kind => source.addEventListener(kind, event => told.event(kind, event.lastEventId, event.data)));
        source.addEventListener('listening', () => {
            wait = 1000;
            told.state('listening');
        });
        source.addEventListener('interrupted', event => told.state('interrupted', read(event.data).message));
        source.addEventListener('skipped', event => told.skipped(read(event.data).count || 0));
        source.onerror = () => {
            if (source.readyState === EventSource.CLOSED) {
                source.close();
                why();
            } else {
                told.state('connecting');
            }
        };
    }

    async function why() {
        const look = new AbortController();
        try {
            const answer = await fetch(address, { signal: look.signal, headers: { Accept: 'text/event-stream' } });
            if (answer.status === 401) {
                loggedOut();
            } else if (!answer.ok) {
                told.state('refused', (await answer.json()).message);
            }
        } catch (e) {
            // asks whether the hub is there at all, which tells everybody
            get('/api/session').catch(() => { });
        }
        look.abort();
        if (!ended) {
            timer = setTimeout(open, hub.state === 'down' ? 1500 : wait);
            wait = Math.min(LONGEST_WAIT, wait * 2);
        }
    }

    open();
    return () => {
        ended = true;
        clearTimeout(timer);
        source.close();
    };
}

function read(text) {
    try {
        return JSON.parse(text);
    } catch (e) {
        return {};
    }
}
