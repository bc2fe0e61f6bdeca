// Plays the stories: some customers are already waiting, then something happens every few seconds, and who is
// answered answers back. When the stories are told, new visitors drop by. All chance comes from one seed.

import { Random } from '../../kit/random.mjs';
import { duration, readStories } from './book.mjs';
import { fill, Replies } from './replies.mjs';

export const USUAL_PACE = {
  event: [5_000, 20_000],
  visit: [12_000, 40_000],
  reply: [4_000, 12_000],
  read: [1_500, 5_000],
  mostVisitors: 150,
};

/** The story of somebody who only drops by. */
const visitorStory = (visitor) => ({ ...visitor, before: [], live: [], answers: [], otherwise: [] });

export class StoryPlayer {
  #sim;
  #book;
  #random;
  #pace;
  #speed;
  #log;
  #casts = [];
  #waiting = new Map();
  #stopped = false;

  /** @param book what readStories() gives; @param speed how much faster than life; @param log told in a sentence what happens */
  constructor(sim, { book = readStories(), seed = 7, pace = {}, speed = 1, log = () => {} } = {}) {
    this.#sim = sim;
    this.#book = book;
    this.#random = new Random(seed);
    this.#pace = { ...USUAL_PACE, ...pace };
    this.#speed = speed;
    this.#log = log;
    sim.world.on('message', ({ contact, message, change }) => {
      if (change === 'new' && message.side === 'page') this.#hears(contact, message);
    });
  }

  /**
   * Lets the past happen at once, then goes on by itself. Resolves when the past was sent. Who is there already, from
   * an earlier run, has had theirs.
   */
  async play() {
    for (const contact of this.#sim.world.contacts.values()) if (contact.role) this.#resume(contact);
    const known = new Set(this.#casts.map(({ story }) => story.file));
    const newcomers = this.#book.stories.filter(({ file }) => !known.has(file)).map((story) => this.#join(story));
    const now = this.#sim.clock.now();
    const past = newcomers.flatMap((cast) =>
      cast.story.before.map((step) => ({ cast, step, at: now - duration(step.ago) })),
    );
    past.sort((a, b) => a.at - b.at);
    for (const { cast, step, at } of past) await this.#perform(cast, step, { at });
    this.#next();
  }

  stop() {
    this.#stopped = true;
  }

  /** Some time between two lengths, at the speed of the play. */
  #span([low, high]) {
    return this.#random.between(low, high) / this.#speed;
  }

  #seconds(count) {
    return (count * 1000) / this.#speed;
  }

  #join(story, visitor = null) {
    const pages = [...this.#sim.world.pages.values()];
    const page = story.page === 'erable' ? pages.at(-1) : pages[0];
    const { name, portrait, profile = 'full', language, file = null, live } = story;
    const locale = language === 'fr' ? 'fr_CA' : 'en_CA';
    const { contact } = this.#sim.customer({ page: page.id, name, portrait, profile, locale });
    contact.readDelayMs = this.#span(this.#pace.read);
    contact.role = { file, visitor, live: [...live], remembered: null };
    return this.#cast(contact, story);
  }

  /** Somebody of an earlier run goes on where they were; a story that is not told any more has no further part. */
  #resume(contact) {
    const { file, visitor } = contact.role;
    const story = visitor ? visitorStory(visitor) : this.#book.stories.find((one) => one.file === file);
    if (story) this.#cast(contact, story);
  }

  #cast(contact, story) {
    const replies = new Replies(story, this.#book.replies, this.#random);
    const cast = { story, contact, role: contact.role, replies, readyAt: 0 };
    this.#allowNext(cast);
    this.#casts.push(cast);
    return cast;
  }

  /** A step waits `after` seconds from the one before it. */
  #allowNext(cast) {
    cast.readyAt = this.#sim.clock.now() + this.#seconds(cast.role.live[0]?.after ?? 0);
  }

  #next() {
    if (this.#stopped) return;
    const told = this.#casts.every((cast) => cast.role.live.length === 0);
    this.#sim.clock.after(this.#span(told ? this.#pace.visit : this.#pace.event), async () => {
      await (told ? this.#visit() : this.#oneEvent());
      this.#next();
    });
  }

  async #oneEvent() {
    const now = this.#sim.clock.now();
    const ready = this.#casts.filter((cast) => cast.role.live.length > 0 && cast.readyAt <= now && this.#possible(cast));
    if (ready.length === 0) return this.#visit();
    const cast = this.#random.pick(ready);
    const step = cast.role.live.shift();
    await this.#perform(cast, step);
    return this.#allowNext(cast);
  }

  /** A story gives way to a person at the phone; a reaction needs something to react to. */
  #possible(cast) {
    if (cast.contact.playedByPerson) {
      cast.role.live = [];
      return false;
    }
    return cast.role.live[0].act !== 'react' || cast.contact.newest('page') !== null;
  }

  /** Somebody new drops by; when enough have, one of them comes back with another question. */
  #visit() {
    const visitors = this.#casts.filter((cast) => cast.role.visitor && !cast.contact.playedByPerson);
    const full = visitors.length >= this.#pace.mostVisitors;
    const language = full ? null : this.#random.pick(Object.keys(this.#book.visits));
    const cast = full ? this.#random.pick(visitors) : this.#newVisitor(language);
    const { lines } = this.#book.visits[cast.story.language];
    cast.role.live = this.#random.pick(lines).map((text) => ({ after: 10, text }));
    return this.#perform(cast, cast.role.live.shift());
  }

  #newVisitor(language) {
    const { page, first, last, facts } = this.#book.visits[language];
    const name = `${this.#random.pick(first)} ${this.#random.pick(last)}`;
    const visitor = { name, page, language, facts };
    return this.#join(visitorStory(visitor), visitor);
  }

  async #perform(cast, step, { at } = {}) {
    const { contact, story } = cast;
    if (contact.playedByPerson) return;
    const act = step.act ?? 'text';
    const args = { ...step.args, ...(at === undefined ? {} : { at }) };
    if (step.text) args.text = fill(step.text, story.facts ?? {});
    if (act === 'edit' || act === 'unsend') args.mid = cast.role.remembered ?? undefined;
    try {
      const { mid } = await this.#sim.act(contact, act, args);
      if (step.remember) cast.role.remembered = mid;
      this.#log(`${contact.name} (${contact.page.name}): ${act}${args.text ? ` "${args.text}"` : ''}`);
    } catch (error) {
      this.#log(`${contact.name}: ${act} was not possible: ${error.message}`);
    }
  }

  /** Somebody who is written to reads, thinks and answers; what comes meanwhile is answered together. */
  #hears(contact, message) {
    const cast = this.#casts.find((other) => other.contact === contact);
    // Only what our side of the counter says is answered, not what another app or the Page inbox does.
    if (!cast || message.appId !== this.#sim.world.appId || contact.playedByPerson || this.#stopped) return;
    const heard = this.#waiting.get(contact.psid);
    heard?.cancel();
    const texts = [...(heard?.texts ?? []), message.text].filter(Boolean);
    const together = { ...message, text: texts.join('\n') || null };
    const delay = this.#span(this.#pace.reply) + contact.readDelayMs;
    const cancel = this.#sim.clock.after(delay, async () => {
      this.#waiting.delete(contact.psid);
      for (const step of cast.replies.to(together)) {
        if (step.after) await this.#sim.clock.pause(this.#seconds(step.after));
        await this.#perform(cast, step);
      }
    });
    this.#waiting.set(contact.psid, { cancel, texts });
  }
}
