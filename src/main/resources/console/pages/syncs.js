import { useFeed } from '../api.js';
import { SyncTable } from '../syncs.js';
import { Empty, ForOperators, Given, html, Page, useState } from '../ui.js';

const ORDER = { stopped: 0, failed: 1, running: 2, waiting: 3 };

/** Every collection that is pulled; what needs somebody comes first. */
export function Syncs() {
    const feed = useFeed('/api/syncs', 2000);
    const [source, setSource] = useState('');
    const sources = [...new Set((feed.data?.syncs || []).map(one => one.source))].sort();
    return html`<${Page} title="Syncs" about="Collections that the hub pulls from partners, each from where its last run ended." feed=${feed}
        actions=${sources.length > 1 && html`<div class="fields"><label for="of">Source</label><select id="of" value=${source} onChange=${event => setSource(event.target.value)}><option value="">all</option>${sources.map(one => html`<option value=${one}>${one}</option>`)}</select></div>`}>
        <${ForOperators} what="having a sync run now" />
        <${Given} feed=${feed} what="its syncs">${({ syncs }) => html`<${SyncTable} refresh=${feed.refresh}
            list=${syncs.filter(one => !source || one.source === source).sort((a, b) => ORDER[a.phase] - ORDER[b.phase] || a.source.localeCompare(b.source) || a.collection.localeCompare(b.collection))}
            empty=${html`<${Empty} title="Nothing is pulled">Give a source such as stripe, zendesk or salesforce its settings; <a href="/docs">the documentation</a> says which. To try it without an account: <code>serai.sandbox.enabled=true</code>.</${Empty}>`} />`}</${Given}></${Page}>`;
}
