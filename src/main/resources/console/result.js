// Rows of a query or a report: as a table, and as a chart where the first column says when, where or what and others how many.
import { Bars } from './bars.js';
import { LineChart } from './chart.js';
import { count } from './format.js';
import { html, Tabs, Text, useMemo, useState } from './ui.js';

const SHOWN = 1000;
const BARS = 50;
const SERIES = 4;
const TIME = /^\d{4}-\d{2}-\d{2}([T ][\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/;

export function Result({ columns, rows, truncated }) {
    const [tab, setTab] = useState('table');
    const drawing = useMemo(() => drawingOf(columns, rows), [columns, rows]);
    const table = html`<${Rows} columns=${columns} rows=${rows} truncated=${truncated} />`;
    return drawing && rows.length > 1 ? html`<${Tabs} label="Views of the result" tabs=${[{ id: 'table', title: 'Table' }, { id: 'chart', title: 'Chart' }]} active=${tab} choose=${setTab}>
        ${tab === 'table' ? table : html`<${Drawing} drawing=${drawing} />`}</${Tabs}>` : html`<div class="result">${table}</div>`;
}

function Rows({ columns, rows, truncated }) {
    if (rows.length === 0) {
        return html`<p class="about">No rows. The columns are ${columns.join(', ')}.</p>`;
    }
    const numeric = columns.map((column, i) => rows.slice(0, 50).every(row => row[i] === null || typeof row[i] === 'number'));
    return html`${(rows.length > SHOWN || truncated) && html`<p class="about">${rows.length > SHOWN ? `The first ${count(SHOWN)} of ${count(rows.length)} rows are shown${truncated ? '' : '; the download has all'}. ` : ''}${
        truncated ? 'There were more rows than a query may answer; the rest is cut off.' : ''}</p>`}
        <div class="table result-table" tabindex="0" role="region" aria-label="Rows"><table><thead><tr>${columns.map((column, i) => html`<th scope="col" class=${numeric[i] ? 'number' : ''}><bdi>${column}</bdi></th>`)}</tr></thead>
        <tbody>${rows.slice(0, SHOWN).map((row, i) => html`<tr key=${i}>${row.map((value, j) => html`<td class=${numeric[j] ? 'number' : ''}>${value === null ? html`<span class="none">null</span>`
            : typeof value === 'number' ? String(value) : html`<${Text} value=${typeof value === 'string' ? value : JSON.stringify(value)} most=${300} />`}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** What can be drawn; null where nothing can. */
function drawingOf(columns, rows) {
    const isNumber = i => rows.some(row => typeof row[i] === 'number') && rows.every(row => row[i] === null || typeof row[i] === 'number');
    const others = columns.map((name, i) => i).filter(i => i > 0 && isNumber(i));
    if (rows.length < 2 || others.length === 0) {
        return null;
    }
    const isTime = rows.every(row => typeof row[0] === 'string' && TIME.test(row[0]));
    if (isTime || isNumber(0) && rows.every(row => row[0] !== null)) {
        const sorted = [...rows].map(row => [isTime ? Date.parse(row[0].replace(' ', 'T')) / 1000 : row[0], ...row.slice(1)]).sort((a, b) => a[0] - b[0]);
        return { kind: 'line', isTime, x: sorted.map(row => row[0]), all: others.map(i => ({ name: columns[i], values: sorted.map(row => row[i]) })) };
    }
    return { kind: 'bar', names: rows.map(row => row[0]), all: others.map(i => ({ name: columns[i], values: rows.map(row => row[i]) })) };
}

function Drawing({ drawing }) {
    const [chosen, choose] = useState(0);
    const isOwn = drawing.all.length > SERIES || spread(drawing.all) > 20;
    const one = drawing.all[Math.min(chosen, drawing.all.length - 1)];
    const series = useMemo(() => drawing.kind === 'line' && !isOwn ? drawing.all : [one], [drawing, one, isOwn]);
    const choice = drawing.all.length > 1 && (isOwn || drawing.kind === 'bar') && html`<div class="fields"><label for="drawn">Column</label><select id="drawn" value=${chosen} onChange=${event => choose(Number(event.target.value))}>
        ${drawing.all.map((each, i) => html`<option value=${i}>${each.name}</option>`)}</select></div>`;
    if (drawing.kind === 'line') {
        return html`${choice}<${LineChart} x=${drawing.x} series=${series} isTime=${drawing.isTime} label=${'Lines of ' + series.map(each => each.name).join(', ')} />`;
    }
    const bars = drawing.names.map((name, i) => ({ name, value: one.values[i] ?? 0 })).slice(0, BARS);
    return html`${choice}<${Bars} rows=${bars} label=${one.name} />${drawing.names.length > BARS && html`<p class="about">The first ${BARS} of ${count(drawing.names.length)}.</p>`}`;
}

/** How far the largest values of the series are apart; far ones would be flat lines beside each other. */
function spread(all) {
    const most = all.map(one => Math.max(...one.values.map(value => Math.abs(value ?? 0)), 0)).filter(value => value > 0);
    return most.length < 2 ? 1 : Math.max(...most) / Math.min(...most);
}
