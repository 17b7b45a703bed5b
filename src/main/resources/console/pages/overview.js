import { useFeed } from '../api.js';
import { Given, html, Page } from '../ui.js';

export function Overview() {
    const feed = useFeed('/api/overview', 3000);
    return html`<${Page} title="Overview" feed=${feed}><${Given} feed=${feed} what="how the pipeline does">${data => html`<p>${data.sources.length} sources</p>`}</${Given}></${Page}>`;
}
