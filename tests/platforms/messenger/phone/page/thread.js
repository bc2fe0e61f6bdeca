// The conversation: messages in time order, what became of the newest ones, who is writing.

import { bubble } from './bubble.js';
import { byId, make } from './dom.js';
import { shortTime, words } from './words.js';

const PAUSE_SHOWN_MS = 30 * 60_000;
const NEAR_END_PX = 120;

function stateOfOwn(message, person) {
  if (message.answer === 'R') return words.refused;
  if (message.answer === 'U') return words.noAnswer;
  if (!message.answer) return words.sending;
  return person.seenAt && person.seenAt >= message.at ? words.seen : words.sent;
}

export class Thread {
  #messages = new Map();
  #nodes = new Map();
  #person = null;
  #typing = false;
  #atEnd = true;
  #top = 0;
  #handlers;

  /** @param handlers {open(message), tap(button)} */
  constructor(handlers) {
    const find = (mid) => this.#messages.get(mid);
    this.#handlers = { ...handlers, find };
    const box = byId('thread');
    box.addEventListener('scroll', () => {
      if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX) this.#atEnd = true;
      // Only a reader goes up; what grows below moves nobody.
      else if (box.scrollTop < this.#top) this.#atEnd = false;
      this.#top = box.scrollTop;
    });
    // The tray and the quick replies take room from below, pictures when they have come: who was at the end stays there.
    new ResizeObserver(() => this.#keepEnd()).observe(box);
    for (const came of ['load', 'loadedmetadata']) box.addEventListener(came, () => this.#keepEnd(), { capture: true });
  }

  get newest() {
    return this.#sorted().at(-1) ?? null;
  }

  show(person, messages) {
    this.#person = person;
    this.#typing = false;
    this.#nodes.clear();
    this.#messages = new Map(messages.map((message) => [message.mid, message]));
    this.#draw(true);
  }

  /** A new or changed message. */
  put(person, message) {
    const written = message.side === 'customer' && !this.#messages.has(message.mid);
    this.#person = person;
    this.#messages.set(message.mid, message);
    this.#nodes.delete(message.mid);
    if (message.side === 'page') this.#typing = false;
    this.#draw(written);
  }

  typing(on) {
    this.#typing = on;
    this.#draw(false);
  }

  seen(at) {
    this.#person = { ...this.#person, seenAt: at };
    this.#draw(false);
  }

  #sorted() {
    return [...this.#messages.values()].sort((a, b) => a.at - b.at);
  }

  #draw(toEnd) {
    const sorted = this.#sorted();
    const rows = [];
    let before = 0;
    for (const message of sorted) {
      if (message.at - before > PAUSE_SHOWN_MS) rows.push(make('p', { class: 'pause' }, shortTime(message.at)));
      before = message.at;
      if (!this.#nodes.has(message.mid)) this.#nodes.set(message.mid, bubble(message, this.#handlers));
      rows.push(this.#nodes.get(message.mid));
    }
    if (sorted.length === 0) rows.push(make('p', { class: 'note' }, words.empty));
    rows.push(this.#state(sorted.at(-1)), this.#typing ? this.#dots() : null);
    byId('thread').replaceChildren(...rows.filter(Boolean));
    if (toEnd) this.#atEnd = true;
    this.#keepEnd();
  }

  #keepEnd() {
    const box = byId('thread');
    if (this.#atEnd) box.scrollTop = box.scrollHeight;
    this.#top = box.scrollTop;
  }

  #state(newest) {
    if (!newest || newest.unsent || newest.tap) return null;
    if (newest.side === 'customer') return make('p', { class: 'state own' }, stateOfOwn(newest, this.#person));
    return newest.readAt ? make('p', { class: 'state other' }, words.readByYou) : null;
  }

  #dots() {
    const label = `${this.#person.pageName} ${words.typing}`;
    return make(
      'p',
      { class: 'typing', role: 'status', 'aria-label': label },
      make('span'),
      make('span'),
      make('span'),
    );
  }
}
