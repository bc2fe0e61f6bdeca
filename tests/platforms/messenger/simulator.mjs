// The simulated Messenger platform: one object that holds its parts and the acts of its customers. README.md says
// how to use it.

import { SimClock } from '../kit/clock.mjs';
import { FaultPlan } from '../kit/faults.mjs';
import { HttpClient } from '../kit/http-client.mjs';
import { HttpService } from '../kit/http-service.mjs';
import { Ledger } from '../kit/ledger.mjs';
import { MESSAGE_ACTS } from './acts/messages.mjs';
import { dashboardTest, feedComment, feedPost, PAGE_ACTS } from './acts/page.mjs';
import { SIGNAL_ACTS } from './acts/signals.mjs';
import { GraphApi } from './graph/api.mjs';
import { GRAPH_ERRORS } from './graph/errors.mjs';
import { SendApi } from './graph/send-api.mjs';
import { PhoneServer } from './phone/server.mjs';
import { Consequences } from './platform/consequences.mjs';
import { serveControl } from './platform/control.mjs';
import { HookSender } from './platform/hook-sender.mjs';
import { MediaStore } from './platform/media-store.mjs';
import { Rates } from './platform/rates.mjs';
import { Routing } from './platform/routing.mjs';
import { signedRequest } from './platform/signatures.mjs';
import { World } from './platform/world.mjs';

export const ACTS = { ...MESSAGE_ACTS, ...SIGNAL_ACTS, ...PAGE_ACTS };

/** What an act is about when it is called with a string. */
const MAIN_ARGUMENT = {
  react: 'reaction',
  sticker: 'name',
  image: 'name',
  photo: 'name',
  policy: 'action',
  optInChange: 'status',
};

export const DEFAULTS = {
  host: '127.0.0.1',
  port: 0,
  gateway: 'http://127.0.0.1:8080',
  channel: 'maple-messenger',
  appId: '515151515151515',
  appSecret: 'maple-demo-app-secret',
  verifyToken: 'maple-demo-verify-token',
  pages: [
    { id: '104857600000123', name: 'Maple Outdoors', token: 'maple-demo-page-token', locale: 'en_CA' },
    { id: '104857600000456', name: 'Plein air Érable', token: 'erable-demo-page-token', locale: 'fr_CA' },
  ],
  timeScale: 1,
  answerMs: 5000,
  seed: 1,
  tls: null,
  clock: null,
};

/** One customer: every act of ACTS as a method, and what the test may look at. */
class Customer {
  constructor(sim, contact) {
    this.contact = contact;
    this.psid = contact.psid;
    for (const name of Object.keys(ACTS)) this[name] = (args) => sim.act(contact, name, args);
    this.read = (at) => sim.consequences.read(contact, at);
    this.comment = (args) => sim.publicAct(contact, feedComment, args);
    this.visitorPost = (args) => sim.publicAct(contact, feedPost, args);
  }

  get messages() {
    return this.contact.messages;
  }
}

export class MessengerSimulator {
  /** Who stands behind a user_ref, comment or post id: "user_ref X" → {contact}. */
  references = new Map();

  constructor(options) {
    this.options = { ...DEFAULTS, ...options };
    const { appId, appSecret, pages, gateway, channel, timeScale, answerMs, seed, tls } = this.options;
    this.appSecret = appSecret;
    this.clock = this.options.clock ?? new SimClock({ scale: timeScale });
    this.hookUrl = `${gateway}/hooks/${channel}`;
    this.world = new World({ appId, pages });
    this.ledger = new Ledger(this.clock);
    this.client = new HttpClient();
    this.faults = new FaultPlan(this.clock, GRAPH_ERRORS);
    this.media = new MediaStore({ clock: this.clock, secret: appSecret });
    this.rates = new Rates({ clock: this.clock, world: this.world });
    const sending = { clock: this.clock, client: this.client, ledger: this.ledger, seed };
    const scaled = answerMs / Math.max(1, this.clock.scale);
    this.hooks = new HookSender({ ...sending, url: this.hookUrl, secret: appSecret, answerMs: scaled });
    this.sendApi = new SendApi(this);
    this.consequences = new Consequences(this);
    this.routing = new Routing(this);
    this.graph = new GraphApi(this);
    this.service = new HttpService({ tls });
    this.phone = new PhoneServer(this);
  }

  async start() {
    this.service.route('GET', /\/cdn\/(?<id>[^/]+)\/[^/]+/, (call) => this.media.serve(call));
    serveControl(this, this.service);
    this.phone.serveOn(this.service);
    this.graph.serveOn(this.service);
    this.origin = await this.service.listen(this.options);
    this.media.servedFrom(this.origin);
    return this;
  }

  async close() {
    this.phone.close();
    this.clock.close();
    await this.service.close();
    this.client.close();
  }

  /** A new person, ready to act. @param person {page?, psid?, name?, locale?, profile?: full | empty | phone-account | no-access} */
  customer(person = {}) {
    return new Customer(this, this.world.addContact(person));
  }

  /** The person with this PSID, ready to act. */
  known(psid) {
    return new Customer(this, this.world.contact(psid));
  }

  /**
   * Lets a customer do something. Gives {mid, row, event}: the row's `answer` is A, U or R after the first attempt.
   * @param args an object, or a string for the act's main argument; `at` (ms) puts it into the past; `standby: true`
   *   sends it as standby whoever holds the thread
   */
  async act(contact, name, args = {}) {
    if (!Object.hasOwn(ACTS, name)) throw new RangeError(`no act is called "${name}"`);
    const given = typeof args === 'string' ? { [MAIN_ARGUMENT[name] ?? 'text']: args } : args;
    const { at = this.clock.now(), standby = false, ...rest } = given;
    const event = ACTS[name]({ sim: this, contact, at }, rest);
    if (event === null) return { mid: null, row: null };
    if (event.echo) return this.#echo(event);
    const row = await this.hooks.send(this.#remember(contact, at, event, standby));
    return { mid: event.message?.mid ?? event.target ?? null, row, event };
  }

  /**
   * A public comment or visitor's post. The Page may answer it once in private, by its comment_id or post_id.
   * @param make feedComment or feedPost
   */
  async publicAct(contact, make, args = {}) {
    const at = this.clock.now();
    const { kind, id, element } = make(contact, at, args);
    contact.opened(at);
    this.references.set(`${kind}_id ${id}`, { contact, at, once: true });
    const row = { id: `${kind} ${id}`, kind, customer: contact.psid, text: element.value.message, timestamp: at };
    return { row: await this.hooks.send({ page: contact.page, key: 'changes', field: 'feed', element, row }) };
  }

  /** Asks the gateway the verification question. Gives {status, headers, body}. */
  verify({ token = this.options.verifyToken, mode = 'subscribe', challenge = '1158201444', url = this.hookUrl } = {}) {
    const query = new URLSearchParams({ 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge });
    return this.client.request(`${url}?${query}`, { timeoutMs: this.hooks.answerMs });
  }

  /** Sends the notification of the dashboard's "Test" button. */
  dashboardTest(form = 'changes') {
    return this.hooks.postRaw(JSON.stringify(dashboardTest(form)));
  }

  /**
   * Sends a data deletion call. Gives {status, headers, body}.
   * @param spoil null for a good one, or "signature", "algorithm", "payload", "shape"
   */
  requestDeletion({ userId = '218471', spoil = null, path = '/deletion', url = this.hookUrl + path } = {}) {
    const now = Math.floor(this.clock.now() / 1000);
    const payload = { user_id: userId, issued_at: now, expires: now + 3600 };
    const form = new URLSearchParams({ signed_request: signedRequest(this.appSecret, payload, spoil) });
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    return this.client.request(url, { method: 'POST', headers, body: Buffer.from(form.toString()) });
  }

  /**
   * Ends a Page's token now, or after it sent that many more messages. A new one is given by renewToken().
   * @param why "expired", or revoked: "app-removed", "password-changed"
   */
  expireToken(pageId, { afterSends = 0, why = 'expired' } = {}) {
    const page = this.world.page(pageId);
    if (afterSends > 0) page.tokenEnds = { after: afterSends, as: why };
    else page.tokenState = why;
  }

  renewToken(pageId, token) {
    Object.assign(this.world.page(pageId), { token, tokenState: 'good', tokenEnds: null });
  }

  /** Pushes the platform's clock ahead; see SimClock.advance(). */
  advance(ms) {
    return this.clock.advance(ms);
  }

  async #echo({ contact, message }) {
    const kept = this.world.addMessage(contact, message);
    return { mid: kept.mid, row: await this.consequences.echoOf(contact, kept) };
  }

  /** Notes an event in the world and gives what the sender needs. */
  #remember(contact, at, event, standby) {
    if (event.opens) contact.opened(at);
    const target = event.target && contact.message(event.target);
    if (target && event.changes) {
      event.changes(target);
      this.world.changed(contact, target, event.kind);
    }
    if (event.message) this.world.addMessage(contact, event.message);
    const elsewhere = contact.owner !== null && contact.owner !== this.world.appId;
    const key = event.key ?? (standby || elsewhere ? 'standby' : 'messaging');
    const members = structuredClone(event.members);
    if (key === 'standby' && members.postback) delete members.postback.payload;
    const element = { sender: { id: contact.psid }, recipient: { id: contact.page.id }, timestamp: at, ...members };
    if (event.sender === null) delete element.sender;
    else if (event.sender) element.sender = event.sender;
    const id = event.id ?? event.message.mid;
    const text = event.text ?? event.message?.text ?? null;
    const row = { id, kind: event.kind, customer: contact.psid, text, timestamp: at };
    return { page: contact.page, key, field: event.field, element, row };
  }
}

/** Starts a simulated Messenger; see DEFAULTS for the options. Call close() at the end. */
export function startMessenger(options = {}) {
  return new MessengerSimulator(options).start();
}
