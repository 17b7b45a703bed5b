// An event as the call of an SDK that makes one like it.
import { lines, members } from './json.js';

const ARGUMENTS = {
    track: event => [event.event, event.properties],
    identify: event => [event.userId, event.traits],
    page: event => [event.category, event.name, event.properties],
    screen: event => [event.category, event.name, event.properties],
    group: event => [event.groupId, event.traits],
    alias: event => [event.userId, event.previousId],
};

/** The payload's text as lines of tokens; null for what no call makes. */
export function call(text, event) {
    const of = ARGUMENTS[event?.type];
    if (!of) {
        return null;
    }
    const given = of(members(text));
    while (given.length > 0 && given[given.length - 1] === undefined) {
        given.pop();
    }
    if (given[0] === undefined && (event.type === 'page' || event.type === 'screen')) {
        given.shift();
    }
    const all = [[['value', 'analytics'], ['', '.' + event.type + '(']]];
    given.forEach((argument, i) => {
        const [first, ...rest] = lines(argument ?? 'null');
        all[all.length - 1].push(...(i > 0 ? [['', ', ']] : []), ...first);
        all.push(...rest);
    });
    all[all.length - 1].push(['', ');']);
    return all;
}
