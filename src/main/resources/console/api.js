// Talks to the hub. One place knows whether it answers, who is logged in, and what it said last; every page asks here.
import { useEffect, useState } from './lib/preact.js';

const TIMEOUT = 20000;
const BACK_OFF = [1000, 2000, 3000, 5000, 8000, 10000];
/** What is asked for once is asked again when it is opened after this time. */
const FRESH = 30000;
/** How long until an address that the hub does not have is asked for again; the hub may be exchanged. */
const MISSING = 60000;
const KEPT_FEEDS = 60;

/** What a request came to when it was no success; the message is a sentence for people. */
export class ApiError extends Error {
    constructor(status, code, message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** The hub is older than this page, or has no such part. */
    get isMissing() {
        return this.status === 404 && this.code === 'not_found';
    }
}

/**
 * state: 'up' or 'down'; session: undefined before the first answer, null when a token is needed, else {role, login, version};
 * refusal: why the hub lets nobody in from here.
 */
export const hub = { state: 'up', session: undefined, refusal: null, nextTry: 0, restarted: false };
const watchers = new Set();
let tries = 0;
let retry = null;

function changed() {
    watchers.forEach(watcher => watcher());
}

/** Renders again whenever the hub or the session changes. */
export function useHub() {
    const [, again] = useState(0);
    useEffect(() => {
        const watcher = () => again(n => n + 1);
        watchers.add(watcher);
        return () => watchers.delete(watcher);
    }, []);
    return hub;
}

export function isViewer() {
    return hub.session?.role === 'viewer';
}

async function ask(method, path, body, options) {
    const timeout = new AbortController();
    const timer = options.patient ? null : setTimeout(() => timeout.abort(), TIMEOUT);
    const stop = () => timeout.abort();
    options.signal?.addEventListener('abort', stop);
    const headers = { Accept: options.accept || 'application/json' };
    if (method !== 'GET') {
        headers['X-Serai-Console'] = '1';
        headers['Content-Type'] = 'application/json';
    }
    try {
        const response = await fetch(path, {
            method, headers, body: body === undefined ? undefined : JSON.stringify(body),
            credentials: 'same-origin', cache: 'no-store', signal: timeout.signal,
        });
        const isJson = (response.headers.get('Content-Type') || '').startsWith('application/json');
        const answer = response.status === 204 ? null : isJson ? await response.json() : await response.text();
        return { response, answer, isJson };
    } catch (e) {
        if (options.signal?.aborted) {
            throw e;
        }
        if (timeout.signal.aborted) {
            throw new ApiError(0, 'slow', 'The hub took longer than ' + TIMEOUT / 1000 + ' seconds to answer.');
        }
        throw new ApiError(0, 'unreachable', 'The hub does not answer.');
    } finally {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', stop);
    }
}

/** Options: signal, accept, and patient for what may take long. Throws an ApiError for all that is no success. */
export async function call(method, path, body, options = {}) {
    let found;
    try {
        found = await ask(method, path, body, options);
    } catch (e) {
        if (e.code === 'unreachable') {
            lost();
        }
        throw e;
    }
    const { response, answer, isJson } = found;
    if (response.ok) {
        return answer;
    }
    if (!isJson && response.status >= 502 || answer?.error === 'not_ready') {
        lost();
        throw new ApiError(response.status, 'unreachable', 'The hub is starting or stopping.');
    }
    if (response.status === 401 && path !== '/api/session') {
        loggedOut();
    }
    throw new ApiError(response.status, isJson ? answer?.error : 'failed',
        isJson && answer?.message || 'The hub answered ' + response.status + '.');
}

export function get(path, options) {
    return call('GET', path, undefined, options);
}

export function post(path, body, options) {
    return call('POST', path, body, options);
}

export function loggedOut() {
    if (hub.session !== null) {
        hub.session = null;
        changed();
    }
}

/** Who one is to the hub; also the question whether it is there. */
export async function openSession() {
    try {
        const session = await get('/api/session');
        hub.restarted = hub.restarted || Boolean(hub.version) && session.version !== hub.version;
        hub.version = session.version;
        hub.session = session;
        hub.refusal = null;
    } catch (e) {
        if (e.status === 401) {
            hub.session = null;
        } else if (e.status === 403) {
            hub.refusal = e.message;
        } else if (e.isMissing) {
            hub.session = { role: 'operator', login: false, version: null };
        } else {
            if (e.code === 'slow') {
                lost();
            }
            throw e;
        }
    }
    changed();
    feeds.forEach(feed => feed.tick());
}

export async function logIn(token) {
    await call('POST', '/api/session', { token });
    // another one may be allowed less than who was here before
    feeds.clear();
    await openSession();
}

export async function logOut() {
    await call('DELETE', '/api/session');
    feeds.clear();
    loggedOut();
}

function lost() {
    if (hub.state === 'down') {
        return;
    }
    hub.state = 'down';
    tries = 0;
    again();
}

function again() {
    const wait = BACK_OFF[Math.min(tries++, BACK_OFF.length - 1)];
    hub.nextTry = Date.now() + wait;
    clearTimeout(retry);
    retry = setTimeout(tryNow, wait);
    changed();
}

/** Asks whether the hub is back; all pages go on when it is. */
export async function tryNow() {
    clearTimeout(retry);
    try {
        const { response, answer, isJson } = await ask('GET', '/api/session', undefined, {});
        if (!isJson && response.status >= 502 || answer?.error === 'not_ready') {
            again();
            return;
        }
    } catch (e) {
        again();
        return;
    }
    hub.state = 'up';
    openSession().catch(() => { });
}

// A feed is one address that is asked again and again, for all parts of the page that want it, while the page is visible.
const feeds = new Map();

class Feed {
    constructor(path) {
        this.path = path;
        this.data = undefined;
        this.error = null;
        this.at = 0;
        this.asked = 0;
        this.readers = new Set();
        this.refresh = () => this.tick();
    }

    join(reader) {
        this.readers.add(reader);
        if (Date.now() - this.at > Math.min(reader.period, FRESH)) {
            this.tick();
        } else {
            this.later();
        }
    }

    leave(reader) {
        this.readers.delete(reader);
        if (this.readers.size === 0) {
            this.request?.abort();
            this.request = null;
            clearTimeout(this.timer);
        }
    }

    period() {
        return Math.min(...[...this.readers].map(reader => reader.period), Infinity);
    }

    later() {
        clearTimeout(this.timer);
        if (this.period() < Infinity && this.readers.size > 0) {
            this.timer = setTimeout(() => this.tick(), this.error?.isMissing ? MISSING : this.period());
        }
    }

    async tick() {
        clearTimeout(this.timer);
        if (this.readers.size === 0 || document.hidden || hub.state === 'down' || hub.session === null || hub.refusal) {
            return;
        }
        this.request?.abort();
        const request = new AbortController();
        this.request = request;
        this.asked = Date.now();
        try {
            this.data = await get(this.path, { signal: request.signal });
            this.error = null;
            this.at = Date.now();
        } catch (e) {
            if (request.signal.aborted) {
                return;
            }
            this.error = e;
        }
        this.request = null;
        this.asked = 0;
        this.readers.forEach(reader => reader.again(n => n + 1));
        this.later();
    }
}

export function feedOf(path) {
    let feed = feeds.get(path);
    if (!feed) {
        for (const [old, other] of feeds) {
            if (feeds.size >= KEPT_FEEDS && other.readers.size === 0) {
                feeds.delete(old);
            }
        }
        feed = new Feed(path);
        feeds.set(path, feed);
    }
    return feed;
}

const NOTHING = { data: undefined, error: null, at: 0, asked: 0, refresh() { } };

/**
 * What the hub last said at this address: {data, error, at, refresh}; asked again every period milliseconds, or once with
 * Infinity. What was known stays shown while the hub is slow or away. A path of null asks nothing.
 */
export function useFeed(path, period = 3000) {
    const [, again] = useState(0);
    useEffect(() => {
        if (!path) {
            return undefined;
        }
        const feed = feedOf(path);
        const reader = { period, again };
        feed.join(reader);
        return () => feed.leave(reader);
    }, [path, period]);
    return path ? feedOf(path) : NOTHING;
}

document.addEventListener('visibilitychange', () => {
    if (!document.hidden) {
        feeds.forEach(feed => feed.tick());
    }
});
window.addEventListener('online', () => hub.state === 'down' && tryNow());

/** The text of a query string; empty members are left out. */
export function query(members) {
    const text = new URLSearchParams(Object.entries(members).filter(([, value]) => value !== '' && value !== null
        && value !== undefined)).toString();
    return text ? '?' + text : '';
}
