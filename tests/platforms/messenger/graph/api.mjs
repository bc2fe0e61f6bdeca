// The door of the Graph API: who calls, which route, what goes wrong on purpose, what is noted in the ledger.

import { plainJson } from '../../kit/exact-json.mjs';
import { performFault } from '../../kit/faults.mjs';
import { json, writeAnswer } from '../../kit/http-service.mjs';
import { MINIMAL_FIELDS } from '../platform/world.mjs';
import { GraphError } from './errors.mjs';
import { fetchAttachment } from './media-fetch.mjs';
import * as reads from './reads.mjs';
import { authorise, readRequest } from './request.mjs';

const OTHER_FIELDS = [
  'response_feedback',
  'messaging_feedback',
  'messaging_customer_information',
  'messaging_account_linking',
  'messaging_optouts',
  'send_cart',
  'feed',
];
const KNOWN_FIELDS = new Set([...MINIMAL_FIELDS, ...OTHER_FIELDS]);
const VERSION = '/v(?<version>\\d+)\\.0';

export class GraphApi {
  /** "checked": a proof that is there must be right; "required": it must be there. */
  proofMode = 'checked';
  /** Whether errors that are seen in both forms come with their subcode as code. */
  bareCodes = false;
  #sim;

  constructor(sim) {
    this.#sim = sim;
  }

  /** Adds the routes to the service. */
  serveOn(service) {
    const edge = (method, path, name, handler) => {
      const pattern = new RegExp(`(?:${VERSION})?/${path}`);
      service.route(method, pattern, (call) => this.#answer(name, call, handler));
    };
    edge('POST', '(?<page>\\d+|me)/messages', 'send', (context) => this.#send(context));
    edge('POST', '(?<page>\\d+|me)/message_attachments', 'attachments', (context) => this.#upload(context));
    edge('POST', '(?<page>\\d+|me)/(?<verb>take|pass|request|release)_thread_control', 'routing', (context) =>
      this.#sim.routing.call(context.page, context.call.params.verb, context.members),
    );
    edge('GET', '(?<page>\\d+|me)/thread_owner', 'routing', ({ page, call }) =>
      this.#sim.routing.owner(page, call.query),
    );
    edge('POST', '(?<page>\\d+|me)/subscribed_apps', 'subscription', (context) => this.#subscribe(context));
    edge('GET', '(?<page>\\d+|me)/subscribed_apps', 'subscription', ({ page }) => this.#subscription(page));
    edge('DELETE', '(?<page>\\d+|me)/subscribed_apps', 'subscription', ({ page }) => {
      page.fields.clear();
      return { success: true };
    });
    edge('GET', '(?<page>\\d+|me)/conversations', 'conversations', ({ page, call }) =>
      reads.conversations(this.#sim, page, call.query, (path) => this.#link(path)),
    );
    edge('GET', '(?<object>t_\\d+)(?<edge>/messages)?', 'conversations', (context) => this.#conversation(context));
    edge('GET', '(?<object>m_[A-Za-z0-9_-]+|mid\\.[^/]+)', 'conversations', (context) => this.#message(context));
    edge('GET', '(?<object>\\d+|me)', 'profile', (context) => this.#object(context));
  }

  /** The whole way of one call: fault, rights, work, usage headers, ledger row, answer. */
  async #answer(name, call, handler) {
    const { faults, ledger, consequences } = this.#sim;
    const row = ledger.received({ route: name, method: call.method, path: call.path, status: null, outcome: 'open' });
    const context = { call, row, message: null };
    const fault = faults.take(name, { path: call.path, body: call.body.toString('latin1') });
    const refused = fault?.kind === 'error';
    const spoilt = fault && !fault.taken && !refused;
    const work = refused ? () => this.#refuse(fault) : handler;
    const answer = spoilt ? this.#untouched(context) : await this.#carryOut(name, context, work);
    if (context.message) await consequences.beforeAnswer(context.message);
    if (!fault || refused) {
      writeAnswer(call.response, answer);
      return;
    }
    row.fault = fault.kind === 'status' ? `status ${fault.status ?? 503}` : [fault.kind, fault.at].join(' ');
    row.status = fault.kind === 'status' ? (fault.status ?? 503) : row.status;
    await performFault(fault, call.response, answer);
  }

  #refuse({ error, detail }) {
    throw new GraphError(error, detail);
  }

  /** A call that is spoilt before any work: its words are noted all the same. */
  #untouched(context) {
    context.row.outcome = 'untouched';
    try {
      this.#note(context.row, readRequest(context.call).members);
    } catch {
      context.row.text = null;
    }
    return json(503, { error: { message: 'Service temporarily unavailable', type: 'OAuthException', code: 2 } });
  }

  async #carryOut(name, context, handler) {
    const { world, clock, rates, appSecret } = this.#sim;
    const { call, row } = context;
    let page = null;
    try {
      const { members, file } = readRequest(call);
      this.#note(row, members);
      page = authorise(world, {
        headers: call.headers,
        members,
        now: clock.now(),
        appSecret,
        proofMode: this.proofMode,
      });
      row.account = page.id;
      const named = call.params.page;
      if (named && named !== 'me' && named !== page.id) throw new GraphError('permission');
      if (name !== 'send') rates.count(page, name === 'conversations' ? name : 'other');
      const value = await handler(Object.assign(context, { page, members, file }));
      Object.assign(row, { status: 200, outcome: 'accepted' });
      return json(200, value, rates.headers(page));
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      const { status, value } = error.toAnswer(this);
      Object.assign(row, { status, outcome: 'refused', error: error.name, code: error.code, subcode: error.subcode });
      return json(status, value, page ? rates.headers(page) : {});
    }
  }

  #note(row, members) {
    const { access_token: _token, appsecret_proof: proof, ...kept } = members;
    row.text = members.message?.text ?? null;
    row.customer = members.recipient?.id === undefined ? null : String(members.recipient.id);
    row.proof = proof !== undefined;
    row.body = plainJson(kept);
  }

  async #send(context) {
    const { page, members, file, row } = context;
    const sent = await this.#sim.sendApi.send(page, members, file, row);
    context.message = sent.message;
    row.id = sent.message?.mid ?? null;
    if (page.tokenEnds !== null && sent.message) {
      page.tokenEnds.after -= 1;
      if (page.tokenEnds.after <= 0) Object.assign(page, { tokenState: page.tokenEnds.as, tokenEnds: null });
    }
    return sent.value;
  }

  async #upload({ page, members, file }) {
    const { media, client, clock } = this.#sim;
    const { type, payload = {} } = members.message?.attachment ?? {};
    if (!['image', 'audio', 'video', 'file'].includes(type)) throw new GraphError('parameter');
    if (file) {
      const source = media.add({ bytes: file.bytes, type: file.type, name: file.filename });
      return { attachment_id: media.attach(page, type, source) };
    }
    const fetched = await fetchAttachment(client, payload.url, type, clock.scale);
    const source = fetched ? media.add(fetched) : media.readyMade(type);
    return { attachment_id: media.attach(page, type, source) };
  }

  #subscribe({ page, members }) {
    const fields = String(members.subscribed_fields ?? '')
      .split(',')
      .filter((field) => field !== '');
    const wrong = fields.find((field) => !KNOWN_FIELDS.has(field));
    if (wrong)
      throw new GraphError('parameter', `(#100) Param subscribed_fields must be one of the known fields, not ${wrong}`);
    if (fields.length === 0) throw new GraphError('parameter', '(#100) The parameter subscribed_fields is required');
    page.fields = new Set(fields);
    Object.assign(page, { disabled: false, failingSince: null, alerted: false });
    return { success: true };
  }

  #subscription(page) {
    if (page.fields.size === 0) return { data: [] };
    const { appId } = this.#sim.world;
    return { data: [{ id: appId, name: 'Guichet', category: 'Business', subscribed_fields: [...page.fields] }] };
  }

  #conversation({ page, call }) {
    const contact = this.#sim.world.contacts.get(call.params.object.slice(2));
    if (!contact || contact.page !== page) throw new GraphError('noObject');
    const read = call.params.edge ? reads.messagesOf : reads.oneConversation;
    return read(contact, call.query, (path) => this.#link(path));
  }

  #message({ page, call }) {
    for (const contact of this.#sim.world.contacts.values()) {
      const message = contact.page === page && contact.message(call.params.object);
      if (message) return reads.oneMessage(contact, message, call.query);
    }
    throw new GraphError('noObject');
  }

  #object({ page, call }) {
    const { object } = call.params;
    if (object === 'me' || object === page.id) return { id: page.id, name: page.name };
    const contact = this.#sim.world.contacts.get(object);
    if (!contact) throw new GraphError('noObject');
    return reads.profile(this.#sim, page, contact, call.query);
  }

  #link(path) {
    return `${this.#sim.origin}/v25.0/${path}`;
  }
}
