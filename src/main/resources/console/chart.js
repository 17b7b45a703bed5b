// uPlot, fetched when a chart is shown first, in the colours of the theme.
import { html, useEffect, useRef } from './ui.js';

let loading = null;

export function load(script, style) {
    const add = (name, members) => new Promise((done, failed) => {
        const element = Object.assign(document.createElement(name), members);
        element.onload = done;
        element.onerror = () => failed(new Error('The hub does not answer.'));
        document.head.append(element);
    });
    return Promise.all([script && add('script', { src: new URL(script, import.meta.url).href, async: false }),
        style && add('link', { rel: 'stylesheet', href: new URL(style, import.meta.url).href })]);
}

function uPlot() {
    if (!loading) {
        loading = load('./lib/uplot.js', './lib/uplot.css').then(() => window.uPlot);
        loading.catch(() => { loading = null; });
    }
    return loading;
}

export const COLOURS = ['--accent', '--chart-2', '--chart-3', '--chart-4'];

function colour(name) {
    const probe = document.createElement('i');
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
}

/**
 * A line for each of series ({name, values}) over x; times in seconds when isTime. What it shows is also in a table of the
 * page, so it is one picture for a screen reader.
 */
export function LineChart({ x, series, isTime, label, height = 240 }) {
    const box = useRef(null);
    useEffect(() => {
        let plot = null;
        let ended = false;
        const draw = async () => {
            const Plot = await uPlot();
            if (ended) {
                return;
            }
            plot?.destroy();
            const [muted, grid, text] = [colour('--muted'), colour('--line'), colour('--text')];
            const axis = { stroke: muted, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: '12px system-ui, sans-serif' };
            plot = new Plot({
                width: box.current.clientWidth, height, legend: { show: false }, cursor: { y: false },
                scales: { x: { time: isTime } },
                axes: [isTime ? { ...axis, values: (plotted, at) => times(at) } : axis, { ...axis, size: 64 }],
                series: [{}, ...series.map((one, i) => ({ stroke: colour(COLOURS[i % COLOURS.length]), width: 2, points: { show: x.length < 40, size: 5 } }))],
                hooks: { setCursor: [() => told(plot, x, series, isTime, box.current?.nextSibling, text)] },
            }, [x, ...series.map(one => one.values)], box.current);
        };
        draw().catch(() => { });
        const watch = new ResizeObserver(() => plot && box.current && plot.width !== box.current.clientWidth && plot.setSize({ width: box.current.clientWidth, height }));
        watch.observe(box.current);
        const repaint = () => draw().catch(() => { });
        addEventListener('theme', repaint);
        return () => {
            ended = true;
            watch.disconnect();
            removeEventListener('theme', repaint);
            plot?.destroy();
        };
    }, [x, series, isTime]);
    return html`<figure class="chart"><div ref=${box} role="img" aria-label=${label} class="chart-box"></div><p class="chart-value" aria-hidden="true"></p>
        ${series.length > 1 && html`<figcaption>${series.map((one, i) => html`<span><i class="swatch c${i % COLOURS.length}"></i><bdi>${one.name}</bdi></span>`)}</figcaption>`}</figure>`;
}

/** As short as the distance between two of them allows. */
function times(at) {
    const step = at.length > 1 ? at[1] - at[0] : 0;
    return at.map(second => {
        const time = new Date(second * 1000);
        return step >= 86400 ? time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
            : time.toLocaleTimeString('en-GB', step >= 60 ? { hour: '2-digit', minute: '2-digit' } : {});
    });
}

/** What lies under the pointer, in words. */
function told(plot, x, series, isTime, line) {
    if (!plot || !line) {
        return;
    }
    const i = plot.cursor.idx;
    line.textContent = i === null || i === undefined ? '' : (isTime ? new Date(x[i] * 1000).toLocaleString('en-GB') : String(x[i])) + ': '
        + series.map(one => (series.length > 1 ? one.name + ' ' : '') + (one.values[i] === null ? '–' : one.values[i].toLocaleString('en'))).join(', ');
}
