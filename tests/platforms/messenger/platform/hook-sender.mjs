// Sends notifications to the gateway as the platform does: written and signed byte for byte, answered within five
// seconds or tried again, disabled after an hour of failure. Can hold events back and let them go shuffled, doubled
// or batched. It knows no event kind.

import { writeJson } from '../../kit/exact-json.mjs';
import { answerOf } from '../../kit/ledger.mjs';
import { Random } from '../../kit/random.mjs';
import { signNotification } from './signatures.mjs';
import { HOUR } from './world.mjs';

const ALERT_AFTER = HOUR / 4;
const DISABLE_AFTER = HOUR;
const RETRY_PAUSES = [0, 1_000, 10_000, 60_000, 300_000, 600_000];

export class HookSender {
  /** How notifications are written from now on; see README.md. */
  switches = {
    spelling: 'ascii',
    signature: 'good',
    copies: 1,
    delayMs: 0,
    jitterMs: 0,
    retries: true,
    keys: 'time-first',
  };
  /** What the platform would mail to the developer: {at, page, kind: "failing" | "disabled"}. */
  alerts = [];
  /** Called with each ledger row whose answer may have changed. */
  onAnswered = () => {};
  #held = null;
  #threads = new Map();
  #underway = new Set();

  /** @param answerMs how long the gateway may take to answer, in real milliseconds */
  constructor({ clock, client, ledger, url, secret, answerMs = 5000, seed = 1 }) {
    Object.assign(this, { clock, client, ledger, url, secret, answerMs });
    this.random = new Random(seed);
  }

  /**
   * Sends one event. Gives its ledger row once the first attempt was answered (or at once while events are held).
   * @param event {page, key: "messaging" | "standby" | "changes", field, element, row}
   */
  async send(event) {
    const row = this.ledger.sent({ ...event.row, account: event.page.id, field: event.field });
    const kept = { ...event, row };
    if (this.#held) this.#held.push(kept);
    else await this.#track(this.#inTurn(kept));
    return row;
  }

  /** From now on events are kept back until release(). */
  hold() {
    this.#held ??= [];
  }

  /**
   * Lets the held events go. Gives their ledger rows when all first attempts were answered.
   * @param order "as-sent", "reversed" or "shuffled"; copies: how often each event is sent; batch: events a POST;
   *   elements: whether neighbours of one Page share one entry; atOnce: all POSTs together
   */
  async release({ order = 'as-sent', copies = 1, batch = 1, elements = false, atOnce = false } = {}) {
    let events = (this.#held ?? []).flatMap((event) => Array(copies).fill(event));
    this.#held = null;
    if (order === 'reversed') events = events.reverse();
    if (order === 'shuffled') events = this.random.shuffled(events);
    const posts = [];
    for (let start = 0; start < events.length; start += batch) posts.push(events.slice(start, start + batch));
    if (atOnce) await Promise.all(posts.map((post) => this.#track(this.#post(post, { elements }))));
    else for (const post of posts) await this.#track(this.#post(post, { elements }));
    return [...new Set(events.map((event) => event.row))];
  }

  /** Resolves when no first attempt is under way. Retries that wait for the clock are not waited for. */
  async idle() {
    while (this.#underway.size > 0) await Promise.allSettled(this.#underway);
  }

  /** Posts bytes as they are, signed. Gives {status, headers, body, error}. */
  postRaw(body, { signature = 'good', headers = {}, url = this.url } = {}) {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
    const signed = signNotification(signature, this.secret, bytes);
    return this.client.request(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'facebookexternalua',
        ...signed.headers,
        ...headers,
      },
      body: signed.body,
      timeoutMs: this.answerMs,
    });
  }

  #track(promise) {
    this.#underway.add(promise);
    return promise.finally(() => this.#underway.delete(promise));
  }

  /** First attempts of one thread follow each other; those of different threads run side by side. */
  #inTurn(event) {
    const key = event.row.customer ?? event.page.id;
    const before = this.#threads.get(key) ?? Promise.resolve();
    const { delayMs, jitterMs, copies } = this.switches;
    const wait = delayMs + (jitterMs > 0 ? this.random.between(0, jitterMs) : 0);
    const go = async () => {
      for (let copy = 0; copy < copies; copy += 1) await this.#post([event]);
    };
    if (wait > 0) return this.clock.pause(wait).then(go);
    const turn = before.then(go);
    this.#threads.set(key, turn);
    turn.finally(() => {
      if (this.#threads.get(key) === turn) this.#threads.delete(key);
    });
    return turn;
  }

  async #post(events, { elements = false, attempt = 0, firstAt = this.clock.now() } = {}) {
    const wanted = events.filter((event) => this.#subscribed(event));
    if (wanted.length === 0) return;
    const answer = await this.#deliver(wanted, elements);
    for (const { row } of wanted) {
      this.ledger.answered(row, answer);
      this.onAnswered(row);
    }
    const taken = answerOf(answer) === 'A';
    for (const page of new Set(wanted.map((event) => event.page))) this.#note(page, taken);
    if (!taken) this.#tryAgain(wanted, { elements, attempt, firstAt });
  }

  #deliver(events, elements) {
    const notification = { object: 'page', entry: this.#entries(events, elements) };
    const ascii = this.switches.spelling === 'ascii';
    const body = Buffer.from(writeJson(notification, { ascii, slashes: ascii }));
    const unescaped = Buffer.from(writeJson(notification));
    const signed = signNotification(this.switches.signature, this.secret, body, unescaped);
    return this.client.request(this.url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'facebookexternalua', ...signed.headers },
      body: signed.body,
      timeoutMs: this.answerMs,
    });
  }

  #entries(events, elements) {
    const entries = [];
    for (const { page, key, element } of events) {
      const last = entries.at(-1);
      if (elements && last?.id === page.id && last[key]) last[key].push(element);
      else entries.push(this.#entry(page.id, key, element));
    }
    return entries;
  }

  /** The order of its members is not fixed. */
  #entry(id, key, element) {
    const time = Math.max(this.clock.now(), element.timestamp ?? 0);
    const events = { [key]: [element] };
    switch (this.switches.keys) {
      case 'id-first':
        return { id, time, ...events };
      case 'events-first':
        return { ...events, time, id };
      default:
        return { time, id, ...events };
    }
  }

  #subscribed({ page, key, field, row }) {
    const needed = key === 'standby' ? 'standby' : field;
    const wanted = needed === null || page.fields.has(needed);
    if (!wanted) row.skipped = page.disabled ? 'webhooks disabled' : `not subscribed to ${needed}`;
    return wanted;
  }

  /** Keeps the Page's health: an alert after fifteen minutes of failure, the end of its subscription after an hour. */
  #note(page, taken) {
    const now = this.clock.now();
    if (taken) {
      page.failingSince = null;
      page.alerted = false;
      return;
    }
    page.failingSince ??= now;
    if (!page.alerted && now - page.failingSince >= ALERT_AFTER) {
      page.alerted = true;
      this.alerts.push({ at: now, page: page.id, kind: 'failing' });
    }
    if (!page.disabled && now - page.failingSince >= DISABLE_AFTER) {
      page.disabled = true;
      page.fields.clear();
      this.alerts.push({ at: now, page: page.id, kind: 'disabled' });
    }
  }

  /** A bad signature is an enemy's, and an enemy does not follow the platform's rhythm: no second try. */
  #tryAgain(events, { elements, attempt, firstAt }) {
    const { retries, signature } = this.switches;
    if (!retries || !signature.startsWith('good') || this.clock.now() - firstAt >= DISABLE_AFTER) return;
    const pause = RETRY_PAUSES[Math.min(attempt, RETRY_PAUSES.length - 1)];
    this.clock.after(pause, () => this.#track(this.#post(events, { elements, attempt: attempt + 1, firstAt })));
  }
}
