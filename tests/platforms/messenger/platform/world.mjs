// The state of the simulated platform: Pages, people, their threads. It changes only when told; what happens is
// told on as events of this emitter: "message" (a new or changed message), "contact" (a new person), "typing".

import { EventEmitter } from 'node:events';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const WINDOW = DAY;
export const HUMAN_AGENT_WINDOW = 7 * DAY;

/** The fields that a Page of ours is subscribed to unless a test says otherwise (messenger.md, section 11). */
export const MINIMAL_FIELDS = [
  'messages',
  'message_echoes',
  'message_edits',
  'message_reactions',
  'message_deliveries',
  'message_reads',
  'messaging_postbacks',
  'messaging_referrals',
  'messaging_optins',
  'messaging_handovers',
  'standby',
  'messaging_policy_enforcement',
];

const FIRST_PSID = 7012345678901234n;

/** One person as one Page sees them, with their thread. */
export class Contact {
  constructor(page, { psid, name, locale = 'en_CA', timezone = -5, portrait, profile = 'full', appId }) {
    const [firstName, ...rest] = name.split(' ');
    Object.assign(this, { page, psid, name, firstName, lastName: rest.join(' '), locale, timezone, profile });
    this.portrait = portrait ?? Number(BigInt(psid) % 64n);
    this.conversationId = `t_${psid}`;
    this.messages = [];
    this.owner = appId;
    this.lastOpenerAt = null;
    this.lastMessageAt = null;
    this.blocked = false;
    this.reads = true;
    this.readDelayMs = null;
    this.engaged = false;
    /** What a story makes of them, when one does: stories/player.mjs. */
    this.role = null;
  }

  message(mid) {
    return this.messages.find((message) => message.mid === mid) ?? null;
  }

  /** The newest message of one side ("customer" or "page") that was not unsent. */
  newest(side) {
    return this.messages.findLast((message) => message.side === side && !message.unsent) ?? null;
  }

  /** Notes an act that opens the 24-hour window. */
  opened(at) {
    this.lastOpenerAt = Math.max(this.lastOpenerAt ?? 0, at);
    this.engaged = true;
  }
}

export class World extends EventEmitter {
  pages = new Map();
  contacts = new Map();
  #nextPsid = FIRST_PSID;

  constructor({ appId, pages }) {
    super();
    this.appId = appId;
    for (const { id, name, token, locale = 'en_CA', fields = MINIMAL_FIELDS, subscribed = true } of pages) {
      const page = { id, name, token, locale, tokenState: 'good', tokenEnds: null, fields: new Set() };
      if (subscribed) page.fields = new Set(fields);
      Object.assign(page, { failingSince: null, alerted: false, disabled: false });
      this.pages.set(id, page);
    }
  }

  page(id = null) {
    const page = id === null ? this.pages.values().next().value : this.pages.get(String(id));
    if (!page) throw new RangeError(`no Page has the id ${id}`);
    return page;
  }

  /** A new person who may write to the Page, with the next free PSID unless one is given. */
  addContact({ page = null, psid = null, ...person }) {
    while (psid === null && this.contacts.has(String(this.#nextPsid))) this.#nextPsid += 1n;
    const id = psid ?? String(this.#nextPsid);
    if (this.contacts.has(id)) throw new RangeError(`PSID ${id} is taken`);
    const contact = new Contact(this.page(page), { appId: this.appId, name: `Customer ${id}`, ...person, psid: id });
    this.contacts.set(id, contact);
    this.emit('contact', contact);
    return contact;
  }

  /** Everybody and their threads, as a value that restore() takes: for a platform that goes on after a restart. */
  saved() {
    return { contacts: [...this.contacts.values()].map((contact) => ({ ...contact, page: contact.page.id })) };
  }

  restore({ contacts }) {
    for (const { page, ...person } of contacts) Object.assign(this.addContact({ page, ...person }), person);
  }

  contact(psid) {
    const contact = this.contacts.get(String(psid));
    if (!contact) throw new RangeError(`nobody has the PSID ${psid}`);
    return contact;
  }

  /** Keeps a message of either side in time order and tells of it. */
  addMessage(contact, message) {
    const kept = { text: null, attachments: [], replyTo: null, reactions: {}, edits: 0, unsent: false, ...message };
    const place = contact.messages.findLastIndex((other) => other.at <= kept.at) + 1;
    contact.messages.splice(place, 0, kept);
    contact.lastMessageAt = Math.max(contact.lastMessageAt ?? 0, kept.at);
    this.emit('message', { contact, message: kept, change: 'new' });
    return kept;
  }

  changed(contact, message, change) {
    this.emit('message', { contact, message, change });
  }

  /** How many people the Page may write to: the base of the daily call limit. */
  engagedCount(page) {
    let count = 0;
    for (const contact of this.contacts.values()) if (contact.page === page && contact.engaged) count += 1;
    return count;
  }
}
