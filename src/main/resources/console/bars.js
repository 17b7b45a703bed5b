// Values by name as bars, widest first where the order says nothing.
import { count } from './format.js';
import { html, Share, Text } from './ui.js';

export function Bars({ rows, label }) {
    const most = Math.max(...rows.map(row => Math.abs(row.value)), 0);
    return html`<ul class="bars" aria-label=${label}>${rows.map((row, i) => html`<li key=${i}><span><${Text} value=${row.name} most=${60} /></span>
        <div class="bar"><${Share} part=${Math.abs(row.value)} whole=${most} /></div>
        <span class="num">${Number.isInteger(row.value) ? count(row.value) : row.value.toLocaleString('en', { maximumFractionDigits: 2 })}</span></li>`)}</ul>`;
}
