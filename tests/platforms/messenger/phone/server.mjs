// Serves the phone page: its files, what it shows, what its user does, and news as server-sent events.

import { readFileSync } from 'node:fs';
import { EventStream } from '../../kit/event-stream.mjs';
import { json } from '../../kit/http-service.mjs';
import { SCENES, STICKERS, sticker } from '../../kit/scenes.mjs';

const FILES = {
  'phone.css': 'text/css; charset=utf-8',
  'chat.css': 'text/css; charset=utf-8',
  'phone.js': 'text/javascript; charset=utf-8',
  'people.js': 'text/javascript; charset=utf-8',
  'thread.js': 'text/javascript; charset=utf-8',
  'bubble.js': 'text/javascript; charset=utf-8',
  'composer.js': 'text/javascript; charset=utf-8',
  'dom.js': 'text/javascript; charset=utf-8',
  'words.js': 'text/javascript; charset=utf-8',
};
const ACTS = new Set([
  ...['text', 'photo', 'sticker', 'react', 'unreact', 'edit', 'unsend', 'sharedPost', 'quickReply', 'getStarted'],
  ...['templateTap', 'audio', 'video', 'file', 'location', 'reel'],
]);
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
};

function file(name, type) {
  const body = readFileSync(new URL(`./page/${name}`, import.meta.url));
  return { status: 200, headers: { ...HEADERS, 'Content-Type': type }, body };
}

export class PhoneServer {
  #sim;
  #stream = new EventStream();

  constructor(sim) {
    this.#sim = sim;
    const { world, hooks } = sim;
    world.on('message', ({ contact, message }) => this.#tell(contact, message));
    world.on('contact', (contact) => this.#stream.send('contact', this.#person(contact)));
    world.on('typing', ({ contact, action }) => this.#acted(contact, action));
    hooks.onAnswered = (row) => this.#answered(row);
  }

  serveOn(service) {
    service.route('GET', /\/phone\/?/, () => file('index.html', 'text/html; charset=utf-8'));
    const icon = () => ({ status: 200, headers: { ...HEADERS, 'Content-Type': 'image/png' }, body: sticker('leaf') });
    service.route('GET', /\/phone\/icon\.png/, icon);
    for (const [name, type] of Object.entries(FILES)) {
      service.route('GET', new RegExp(`/phone/${name.replace('.', '\\.')}`), () => file(name, type));
    }
    service.route('GET', /\/phone\/api\/state/, () => json(200, this.#state()));
    service.route('GET', /\/phone\/api\/thread/, ({ query }) => json(200, this.#thread(query.get('psid'))));
    service.route('GET', /\/phone\/api\/live/, ({ response }) => this.#stream.open(response));
    this.#command(service, 'customers', (person) => this.#create(person));
    this.#command(service, 'act', (request) => this.#act(request));
    this.#command(service, 'read', (request) => this.#read(request));
  }

  close() {
    this.#stream.close();
  }

  /** Only JSON is taken: a foreign page cannot send it without asking first, and asking is not answered. */
  #command(service, name, run) {
    service.route('POST', new RegExp(`/phone/api/${name}`), async ({ headers, body }) => {
      if (!/^application\/json\b/.test(headers['content-type'] ?? '')) return json(415, { error: 'JSON only' });
      return json(200, await run(JSON.parse(body.toString())));
    });
  }

  #state() {
    const { world, media, options } = this.#sim;
    const picture = (kind) => (name) => ({ name, url: this.#local(media.url(media.readyMade(kind, name))) });
    return {
      console: options.gateway,
      pages: [...world.pages.values()].map(({ id, name, locale }) => ({ id, name, locale })),
      people: [...world.contacts.values()].map((contact) => this.#person(contact)),
      photos: SCENES.map(picture('image')),
      stickers: STICKERS.map(picture('sticker')),
    };
  }

  #person(contact) {
    const { media } = this.#sim;
    const newest = contact.messages.findLast((message) => !message.unsent);
    return {
      psid: contact.psid,
      name: contact.name,
      page: contact.page.id,
      pageName: contact.page.name,
      picture: this.#local(media.url(media.readyMade('portrait', contact.portrait))),
      at: contact.lastMessageAt,
      preview: newest ? { text: newest.text, kind: newest.attachments[0]?.type ?? null, side: newest.side } : null,
      unread: contact.messages.filter((message) => message.side === 'page' && !message.readAt).length,
      seenAt: contact.seenAt ?? null,
    };
  }

  /** Addresses of our own files without their origin: the page works under every name of this machine. */
  #local(url) {
    return url?.startsWith(this.#sim.origin) ? url.slice(this.#sim.origin.length) : url;
  }

  #message({
    mid,
    side,
    at,
    text,
    quickReplies,
    replyTo,
    reactions,
    edits,
    unsent,
    deliveredAt,
    readAt,
    answer,
    tap,
    ...more
  }) {
    const attachments = more.attachments.map((attachment) => ({
      ...attachment,
      url: this.#local(attachment.url),
      picture: this.#local(attachment.picture),
    }));
    const shown = { mid, side, at, text, attachments, quickReplies, replyTo, reactions, edits, unsent };
    return { ...shown, deliveredAt, readAt, answer, tap };
  }

  #thread(psid) {
    const contact = this.#sim.world.contact(psid);
    return { person: this.#person(contact), messages: contact.messages.map((message) => this.#message(message)) };
  }

  #create({ name, page }) {
    const clean = String(name).trim().slice(0, 60);
    if (clean === '') throw new RangeError('a customer needs a name');
    const { locale } = this.#sim.world.page(page);
    const { contact } = this.#sim.customer({ name: clean, page, locale });
    this.#takeOver(contact);
    return this.#person(contact);
  }

  async #act({ psid, act, args }) {
    if (!ACTS.has(act)) throw new RangeError(`the phone cannot do "${act}"`);
    const contact = this.#sim.world.contact(psid);
    this.#takeOver(contact);
    const { mid } = await this.#sim.act(contact, act, args);
    return { mid };
  }

  async #read({ psid }) {
    const contact = this.#sim.world.contact(psid);
    const unread = contact.messages.some((message) => message.side === 'page' && !message.readAt);
    if (unread) await this.#sim.consequences.read(contact);
    return { read: unread };
  }

  /** From now on a person at the phone plays this customer: no story speaks or reads for them. */
  #takeOver(contact) {
    contact.playedByPerson = true;
    contact.reads = false;
  }

  #acted(contact, action) {
    if (action === 'mark_seen') contact.seenAt = this.#sim.clock.now();
    this.#stream.send('typing', { psid: contact.psid, action, seenAt: contact.seenAt ?? null });
  }

  #answered(row) {
    const contact = this.#sim.world.contacts.get(row.customer);
    const message = contact?.message(row.id);
    if (message?.side !== 'customer' || message.answer === row.answer) return;
    message.answer = row.answer;
    this.#tell(contact, message);
  }

  #tell(contact, message) {
    this.#stream.send('message', { person: this.#person(contact), message: this.#message(message) });
  }
}
