// How much a Page may ask: calls and media a second, calls a day, private replies an hour, messages to one
// person. Gives the two usage headers, and refuses what is too much. Times are the simulation's clock.

import { GraphError } from '../graph/errors.mjs';
import { DAY, HOUR } from './world.mjs';

export const USUAL_LIMITS = {
  sendPerSecond: 300,
  mediaPerSecond: 10,
  conversationsPerSecond: 2,
  callsPerEngagedUser: 200,
  fewestCallsPerDay: 10_000,
  privateRepliesPerHour: 750,
  /** The platform has a limit and does not say which. */
  threadPerSecond: Number.POSITIVE_INFINITY,
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
  /**
   * When set, {call_count, total_time?, total_cputime?, regainMinutes?, page?} is shown in the headers whatever was
   * used; with `page` to that Page alone.
   */
  shownUsage = null;
  #pages = new Map();
  #threads = new Map();

  constructor({ clock, world }) {
    Object.assign(this, { clock, world });
  }

  /** Counts a call of the Page; throws 613 when a second is full, 4 when the day is. @param kind send, media, conversations or other */
  count(page, kind) {
    const counts = this.#counts(page);
    this.#within(counts.day, this.#dayLimit(page), 'appLimit');
    if (counts[kind]) this.#within(counts[kind], this.limits[`${kind}PerSecond`], 'pageLimit');
  }

  /** Counts a private reply; throws 613 when the hour is full. */
  countPrivateReply(page) {
    this.#within(this.#counts(page).private, this.limits.privateRepliesPerHour, 'pageLimit');
  }

  /** Counts a message to one person; throws 613 with a subcode of its own when there were too many in a second. */
  countThread(contact) {
    if (!this.#threads.has(contact.psid)) this.#threads.set(contact.psid, new SlidingCount(1000));
    this.#within(this.#threads.get(contact.psid), this.limits.threadPerSecond, 'threadLimit');
  }

  #within(count, limit, error) {
    const now = this.clock.now();
    if (count.at(now) >= limit) throw new GraphError(error);
    count.add(now);
  }

  headers(page) {
    const used = Math.min(100, Math.round((100 * this.#counts(page).day.at(this.clock.now())) / this.#dayLimit(page)));
    const { page: only = page.id, ...told } = this.shownUsage ?? {};
    const shown = { call_count: used, total_cputime: used, total_time: used, ...(only === page.id ? told : {}) };
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
      this.#pages.set(page.id, { day: new SlidingCount(DAY), private: new SlidingCount(HOUR), ...seconds });
    }
    return this.#pages.get(page.id);
  }
}
