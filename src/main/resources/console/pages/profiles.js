// A person, as resolved from all identifiers.
import { isViewer, useFeed } from '../api.js';
import { at, Clock, Empty, Given, html, Page, Table, Tag, Text, useEffect, useState } from '../ui.js';

export function Profiles({ rest }) {
    const id = rest.join('/');
    const [sought, seek] = useState(id);
    useEffect(() => seek(id), [id]);
    const feed = useFeed(id && !isViewer() ? '/api/profiles/' + encodeURIComponent(id) : null, 15000);
    if (isViewer()) {
        return html`<${Page} title="Profiles"><${Empty} title="Profiles are for operators">You are logged in as a viewer, and a profile is personal data.</${Empty}></${Page}>`;
    }
    return html`<${Page} title="Profiles" about="Look up a person by any identifier: userId, anonymousId, email, or the profile’s own id." feed=${id ? feed : null}>
        <form class="fields" role="search" onSubmit=${event => { event.preventDefault(); location.hash = at('profiles', sought.trim()); }}>
            <div class="field grow"><label for="person">Identifier</label><input id="person" type="search" required value=${sought} placeholder="user-12" onInput=${event => seek(event.target.value)} /></div>
            <button type="submit" class="primary">Look up</button></form>
        ${!id ? html`<section><${Empty} title="Nobody is looked up yet">What the warehouse knows of a person is shown here: identifiers, traits, audiences, the newest events.</${Empty}></section>`
            : feed.error?.status === 404 && feed.error.code === 'unknown_profile' ? html`<section><${Empty} title="Nobody is known by this id">It may have come seconds ago: what is not loaded yet is not found.</${Empty}></section>`
                : html`<section><${Given} feed=${feed} what="of people">${profile => html`<${Profile} profile=${profile} />`}</${Given}></section>`}</${Page}>`;
}

function Profile({ profile }) {
    const traits = Object.entries(profile.traits).flatMap(([source, values]) => Object.entries(values).map(([name, value]) => ({ source, name, value })));
    return html`<div class="two"><div><h2>Identifiers</h2><${Table} label="Identifiers" rows=${profile.identifiers} columns=${[
        { title: 'Kind', of: row => row.kind }, { title: 'Value', of: row => html`<${Text} value=${row.value} />` }, { title: 'First seen', of: row => html`<${Clock} at=${row.seen} />` }]} />
        <section><h2>Audiences</h2>${profile.audiences.length === 0 ? html`<p class="about">In none.</p>` : html`<p>${profile.audiences.map(one => html`<a href=${at('audiences', one)}><${Tag} kind="info"><${Text} value=${one} /></${Tag}></a> `)}</p>`}</section></div>
        <div><h2>Traits</h2><${Table} label="Traits" rows=${traits} empty=${html`<p class="about">None is known.</p>`} columns=${[
            { title: 'Trait', of: row => html`<${Text} value=${row.name} />` }, { title: 'Value', of: row => html`<${Text} value=${row.value} />` }, { title: 'From', of: row => html`<span class="about">${row.source}</span>` }]} /></div></div>
        <section><h2>Newest events</h2><${Table} label="Newest events" rows=${profile.events} empty=${html`<p class="about">None.</p>`} columns=${[
            { title: 'When', nowrap: true, of: row => html`<${Clock} at=${row.at} />` }, { title: 'Call', of: row => row.call }, { title: 'Name', of: row => html`<strong><${Text} value=${row.name} /></strong>` },
            { title: 'Source', of: row => html`<a href=${at('sources', row.source)}>${row.source}</a>` }, { title: 'Its way', of: row => row.message_id && html`<a href=${at('journey', row.message_id)}>Journey</a>` }]} /></section>`;
}
