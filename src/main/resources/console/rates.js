// Counters of the hub only grow, until it is started anew. Two answers make a rate; here the last are kept to make them of.
const WINDOW = 20000;
const KEPT = 80;

export class Rates {
    constructor() {
        this.answers = [];
    }

    add(answer) {
        const last = this.answers[this.answers.length - 1];
        if (!answer || last && last.now === answer.now) {
            return;
        }
        if (last && last.startedAt !== answer.startedAt) {
            this.answers = [];
        }
        this.answers = [...this.answers.slice(-KEPT + 1), answer];
    }

    /** Per second over the last answers; null before there are two. */
    of(counter) {
        const newest = this.answers[this.answers.length - 1];
        const oldest = newest && this.answers.find(one => Date.parse(newest.now) - Date.parse(one.now) <= WINDOW);
        return newest && oldest !== newest ? between(oldest, newest, counter) : null;
    }

    /** Each answer's rate against the one before it, for a small line. */
    series(counter) {
        return this.answers.slice(1).map((answer, i) => between(this.answers[i], answer, counter));
    }
}

function between(before, after, counter) {
    const seconds = (Date.parse(after.now) - Date.parse(before.now)) / 1000;
    const from = counter(before);
    return from === undefined || seconds <= 0 ? 0 : Math.max(0, (counter(after) - from) / seconds);
}

/** Shared by the pages, so that rates are there at once when one goes from page to page. */
export const rates = new Rates();
