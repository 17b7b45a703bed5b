// The console's frame: which page is shown, who one is, whether the hub answers, what others do.
import { hub, isViewer, logOut, openSession, tryNow, useFeed, useHub } from './api.js';
import { Guard, html, Loading, render, Text, Toasts, useEffect, useNow, useState } from './ui.js';
import { rates } from './rates.js';
import { Activity } from './activity.js';
import { Audiences } from './pages/audiences.js';
import { DeadLetters } from './pages/dead-letters.js';
import { Debugger } from './pages/debugger.js';
import { Destinations } from './pages/destinations.js';
import { JourneyPage } from './pages/journey.js';
import { Login } from './pages/login.js';
import { Overview } from './pages/overview.js';
import { Profiles } from './pages/profiles.js';
import { Reports } from './pages/reports.js';
import { Routing } from './pages/routing.js';
import { Sources } from './pages/sources.js';
import { Syncs } from './pages/syncs.js';
import { Warehouse } from './pages/warehouse.js';

const GROUPS = [
    { title: 'Live', pages: [['overview', 'Overview'], ['debugger', 'Debugger']] },
    { title: 'Data in', pages: [['sources', 'Sources'], ['syncs', 'Syncs']] },
    { title: 'Data out', pages: [['routing', 'Routing'], ['destinations', 'Destinations'], ['dead-letters', 'Dead letters']] },
    { title: 'Knowledge', pages: [['warehouse', 'Warehouse'], ['audiences', 'Audiences and traits'], ['profiles', 'Profiles'],
        ['reports', 'Funnels and reports']] },
];

/** By the first part of the hash; each page gets the other parts and the query. */
const PAGES = {
    overview: Overview, debugger: Debugger, journey: JourneyPage, sources: Sources, syncs: Syncs, routing: Routing,
    destinations: Destinations, 'dead-letters': DeadLetters, warehouse: Warehouse, audiences: Audiences, profiles: Profiles,
    reports: Reports,
};

function place() {
    const [path, search] = location.hash.replace(/^#\/?/, '').split('?');
    const parts = path.split('/').filter(part => part).map(part => {
        try {
            return decodeURIComponent(part);
        } catch (e) {
            return part;
        }
    });
    return { page: parts[0] || 'overview', rest: parts.slice(1), search: new URLSearchParams(search || '') };
}

function usePlace() {
    const [now, go] = useState(place);
    useEffect(() => {
        const moved = () => go(place());
        addEventListener('hashchange', moved);
        return () => removeEventListener('hashchange', moved);
    }, []);
    return now;
}

function titleOf(page) {
    return GROUPS.flatMap(group => group.pages).find(([id]) => id === page)?.[1] || 'Not found';
}

function App() {
    useHub();
    const here = usePlace();
    const key = here.page + '/' + here.rest.join('/');
    useEffect(() => {
        document.title = [...here.rest, titleOf(here.page === 'journey' ? 'debugger' : here.page), 'Serai'].join(' · ');
        if (App.shown && App.shown !== key) {
            window.scrollTo(0, 0);
            document.querySelector('main h1')?.focus({ preventScroll: true });
        }
        App.shown = key;
    }, [key]);
    if (hub.refusal) {
        return html`<${Refused} />`;
    }
    if (hub.session === undefined) {
        return html`<${Down} /><div class="alone"><${Loading} /></div>`;
    }
    if (hub.session === null) {
        return html`<${Down} /><${Login} />`;
    }
    const Shown = PAGES[here.page] || Missing;
    return html`<a class="skip" href="#main" onClick=${skip}>Skip to content</a>
        <${Down} /><${Renewed} />
        <div class="frame">
            <${Navigation} here=${here.page === 'journey' ? 'debugger' : here.page} />
            <main id="main" tabindex="-1"><${Guard} key=${key}><${Shown} rest=${here.rest} search=${here.search} /></${Guard}></main>
        </div>
        <${Toasts} />`;
}

function skip(event) {
    event.preventDefault();
    document.getElementById('main').focus();
}

function Down() {
    useHub();
    const now = useNow();
    if (hub.state !== 'down') {
        return null;
    }
    const seconds = Math.max(0, Math.ceil((hub.nextTry - now) / 1000));
    return html`<div class="banner" role="alert"><span><strong>The hub does not answer; trying again…</strong>${' '}
        What you see is the last that it said.</span> <button type="button" class="small" onClick=${tryNow}>Try now${seconds > 1 ? ` (${seconds} s)` : ''}</button></div>`;
}

function Renewed() {
    return hub.restarted ? html`<div class="banner info" role="status"><span>The hub has a new version.</span>
        <button type="button" class="small" onClick=${() => location.reload()}>Load the new console</button></div>` : null;
}

function Refused() {
    return html`<div class="alone"><div class="card"><h1>The hub lets nobody in from here</h1><p><${Text} value=${hub.refusal} most=${1000} /></p>
        <p><button type="button" onClick=${() => { hub.refusal = null; openSession().catch(() => { }); }}>Try again</button></p></div></div>`;
}

function Missing({ rest }) {
    return html`<div class="page"><h1 tabindex="-1">There is no such page</h1><p>Go to the <a href="#/">overview</a>.</p></div>`;
}

function Navigation({ here }) {
    const [open, setOpen] = useState(false);
    const overview = useFeed('/api/overview', 5000).data;
    rates.add(overview);
    useEffect(() => setOpen(false), [here]);
    const marks = overview ? {
        sources: overview.sources?.some(one => one.state === 'faulty'),
        destinations: overview.destinations?.some(one => one.stoppedBy),
        warehouse: overview.warehouses?.some(one => !one.healthy),
        syncs: overview.syncs?.failed > 0,
        audiences: overview.audiences?.problems > 0,
    } : {};
    return html`<header class="side">
        <div class="brand"><a href="#/" aria-label="Serai, to the overview"><svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
            <rect width="32" height="32" rx="8" class="brand-ground" /><path d="M7 25V15a9 9 0 0 1 18 0v10h-5v-9a4 4 0 0 0-8 0v9z" class="brand-arch" /></svg>
            <span>Serai</span></a><${Activity} />
            <button type="button" class="menu" aria-expanded=${open} aria-controls="pages" onClick=${() => setOpen(!open)}>${open ? 'Close' : 'Menu'}</button></div>
        <nav id="pages" aria-label="Pages" class=${open ? 'open' : ''}>
            ${GROUPS.map(group => html`<div class="group"><h2>${group.title}</h2><ul>${group.pages.map(([id, title]) => html`
                <li><a href="#/${id === 'overview' ? '' : id}" aria-current=${id === here ? 'page' : null}>${title}${marks[id]
                    && html`<span class="mark" title="Something here needs you"><span class="hidden-text">, needs attention</span></span>`}</a></li>`)}</ul></div>`)}
            <div class="group foot"><ul><li><a href="/docs">Documentation</a></li></ul><${Theme} /><${Who} /></div>
        </nav>
    </header>`;
}

function Theme() {
    const [theme, setTheme] = useState(document.documentElement.dataset.theme || 'system');
    const choose = event => {
        const chosen = event.target.value;
        setTheme(chosen);
        try {
            if (chosen === 'system') {
                delete document.documentElement.dataset.theme;
                localStorage.removeItem('serai.theme');
            } else {
                document.documentElement.dataset.theme = chosen;
                localStorage.setItem('serai.theme', chosen);
            }
        } catch (e) {
            // storage is switched off: it counts until the page is left
        }
        dispatchEvent(new Event('theme'));
    };
    return html`<label class="theme"><span>Theme</span> <select value=${theme} onChange=${choose}>
        <option value="system">as the system</option><option value="light">light</option><option value="dark">dark</option></select></label>`;
}

function Who() {
    const { session } = hub;
    return html`<p class="who">${isViewer() ? 'Viewer' : 'Operator'}${session.version ? ` · ${session.version}` : ''}${session.login
        && html` · <button type="button" class="link" onClick=${() => logOut().catch(() => { })}>Log out</button>`}</p>`;
}

render(html`<${App} />`, document.getElementById('app'));
openSession().catch(() => { });
