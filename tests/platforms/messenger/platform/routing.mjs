// Conversation Routing: which app holds a thread, and the four calls that move it.

import { GraphError } from '../graph/errors.mjs';

export const PAGE_INBOX_APP = '263902037430900';

export class Routing {
  /** What becomes of our request for a thread: "ignored" (as reported from the field) or "granted". */
  requests = 'ignored';
  #sim;

  constructor(sim) {
    this.#sim = sim;
  }

  /** POST /{page}/{take|pass|request|release}_thread_control */
  async call(page, verb, members) {
    const psid = String(members.recipient?.id ?? '');
    const contact = this.#sim.world.contacts.get(psid);
    if (!contact || contact.page !== page) throw new GraphError('noUser');
    const us = this.#sim.world.appId;
    if (verb === 'take') contact.owner = us;
    if (verb === 'release') {
      this.#mustHold(contact);
      contact.owner = null;
    }
    if (verb === 'pass') {
      const target = String(members.target_app_id ?? '');
      if (!/^\d+$/.test(target)) throw new GraphError('parameter', '(#100) target_app_id is required');
      this.#mustHold(contact);
      contact.owner = target;
    }
    if (verb === 'request' && this.requests === 'granted' && contact.owner !== us) {
      const { metadata } = members;
      this.#sim.clock.after(0, () => this.#sim.act(contact, 'passToUs', { metadata }));
    }
    return { success: true };
  }

  /** GET /{page}/thread_owner */
  owner(page, query) {
    const contact = this.#sim.world.contacts.get(String(query.get('recipient')));
    if (!contact || contact.page !== page) throw new GraphError('noUser');
    if (contact.owner === null) return { data: [] };
    const expiration = Math.floor((contact.lastOpenerAt ?? this.#sim.clock.now()) / 1000) + 86_400;
    return { data: [{ thread_owner: { app_id: contact.owner, expiration } }] };
  }

  #mustHold(contact) {
    const us = this.#sim.world.appId;
    if (contact.owner !== null && contact.owner !== us) throw new GraphError('otherOwner');
  }
}
