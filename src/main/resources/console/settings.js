// The settings of a source or destination. A secret's value never comes here, only whether it is set.
import { Copy, html, State, Table, Text } from './ui.js';

export function Settings({ settings, documentation }) {
    return html`<section><h2>Settings</h2><p class="about">Set them in <code>application.properties</code> or the environment, then start the hub again.${' '}
        <a href=${documentation}>How to set it up</a> says where each is found.</p>
        <${Table} label="Settings" rows=${settings} keyOf=${row => row.key} empty=${html`<p class="about">It has none.</p>`} columns=${[
            { title: 'Key', of: row => html`<code><${Text} value=${row.key} /></code>` },
            { title: 'Value', of: row => html`<${Value} row=${row} />` },
            { title: 'What it is', of: row => html`<${Text} value=${row.description} most=${300} />` },
        ]} /></section>`;
}

function Value({ row }) {
    if (row.isSet) {
        return row.secret ? html`<${State} kind="ok">set, secret</${State}>` : row.value === null ? html`<${State} kind="ok">set</${State}>` : html`<${Text} value=${row.value} />`;
    }
    return row.required ? html`<${State} kind="error">missing</${State}>` : html`<${State} kind="off">not set</${State}>`;
}

export function Address({ address }) {
    return html`<p class="address"><code><${Text} value=${address} /></code> <${Copy} text=${address} /></p>`;
}
