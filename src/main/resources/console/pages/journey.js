import { Journey as Steps, useJourney } from '../journey.js';
import { JsonValue } from '../json.js';
import { html, Page, Text, useState } from '../ui.js';

/** One event by its messageId, to be linked to; or the question for one. */
export function JourneyPage({ rest }) {
    const [id, setId] = useState('');
    const messageId = rest.join('/');
    const feed = useJourney(messageId);
    if (!messageId) {
        return html`<${Page} title="Journey" about="Where one event went, and where not."><form class="fields" onSubmit=${event => {
            event.preventDefault();
            location.hash = '#/journey/' + encodeURIComponent(id.trim());
        }}><div class="field grow"><label for="message">messageId</label><input id="message" required value=${id} onInput=${event => setId(event.target.value)} /></div>
            <button type="submit" class="primary">Follow it</button></form></${Page}>`;
    }
    return html`<${Page} title="Journey" about=${html`Of event <${Text} value=${messageId} />. <a href="#/debugger">Back to the debugger</a>.`} feed=${feed}>
        <div class="two wide-left"><div><${Steps} messageId=${messageId} /></div>
        ${feed.data?.event && html`<div><h2>The event</h2><${JsonValue} value=${feed.data.event} label="The event" /></div>`}</div></${Page}>`;
}
