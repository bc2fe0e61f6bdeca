// How much a Page may ask: calls a second, media a second, calls a day. Gives the two usage headers, and refuses
// what is too much. Times are the simulation's clock.

import { GraphError } from '../graph/errors.mjs';
import { DAY } from './world.mjs';

export const USUAL_LIMITS = {
  sendPerSecond: 300,
  mediaPerSecond: 10,
  conversationsPerSecond: 2,
  callsPerEngagedUser: 200,
  fewestCallsPerDay: 10_000,
};

class SlidingCount {
  #times = [];
  #span;

  constructor(span) {
    this.#span = span;
  }

  /** How many were added within the span before `now`. */
  at(now) {
    const first = this.#times.findIndex((time) => time > now - this.#span);
    if (first !== 0) this.#times.splice(0, first < 0 ? this.#times.length : first);
    return this.#times.length;
  }

  add(now) {
    this.#times.push(now);
  }
}

export class Rates {
  /** Limits in force; tests may lower them. */
  limits = { ...USUAL_LIMITS };
  /** When set, {call_count, total_time?, total_cputime?, regainMinutes?} is shown in the headers whatever was used. */
  shownUsage = null;
  #pages = new Map();

  constructor({ clock, world }) {
    Object.assign(this, { clock, world });
  }

  /** Counts a call of the Page; throws 613 when a second is full, 4 when the day is. @param kind send, media, conversations or other */
  count(page, kind) {
    const now = this.clock.now();
    const counts = this.#counts(page);
    if (counts.day.at(now) >= this.#dayLimit(page)) throw new GraphError('appLimit');
    counts.day.add(now);
    const perSecond = this.limits[`${kind}PerSecond`];
    if (perSecond === undefined) return;
    if (counts[kind].at(now) >= perSecond) throw new GraphError('pageLimit');
    counts[kind].add(now);
  }

  headers(page) {
    const used = Math.min(100, Math.round((100 * this.#counts(page).day.at(this.clock.now())) / this.#dayLimit(page)));
    const shown = { call_count: used, total_cputime: used, total_time: used, ...this.shownUsage };
    const { regainMinutes = shown.call_count >= 100 ? 5 : 0, ...usage } = shown;
    const object = { type: 'messenger', ...usage, estimated_time_to_regain_access: regainMinutes };
    return {
      'X-App-Usage': JSON.stringify(usage),
      'X-Business-Use-Case-Usage': JSON.stringify({ [page.id]: [object] }),
    };
  }

  #dayLimit(page) {
    const { callsPerEngagedUser, fewestCallsPerDay } = this.limits;
    return Math.max(fewestCallsPerDay, callsPerEngagedUser * this.world.engagedCount(page));
  }

  #counts(page) {
    if (!this.#pages.has(page.id)) {
      const seconds = Object.fromEntries(
        ['send', 'media', 'conversations'].map((kind) => [kind, new SlidingCount(1000)]),
      );
      this.#pages.set(page.id, { day: new SlidingCount(DAY), ...seconds });
    }
    return this.#pages.get(page.id);
  }
}
