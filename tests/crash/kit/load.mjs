// Traffic that goes on while the gateway is killed, starved or stopped: customers write, send pictures, share, tap, edit,
// take back and react, and agents answer, side by side; receipts come by themselves. What was asked and what was answered
// stands in the simulator's ledger (hooks) and in `replies` (the API); answers are A (taken), U (nobody knows) and R (refused).

import http from 'node:http';
import { answerOf } from '../../platforms/kit/ledger.mjs';
import { pause } from '../../integration/kit/until.mjs';

const WORDS = ['Bonjour', 'Hello', 'Où est mon colis ?', 'thanks 🙂', 'Ça marche', 'one more thing', 'est-ce encore possible ?'];

/** What a customer does, in turn. An act that has nothing to be about is a text. */
const TURNS = ['text', 'text', 'image', 'edit', 'text', 'react', 'postback', 'text', 'unsend', 'text', 'sharedPost', 'unreact'];

const newest = ({ messages }, fits) => messages.findLast((message) => fits(message));
const ownText = (customer) => newest(customer, ({ side, tap, text, unsent, edits = 0 }) => side === 'customer' && !tap && text && !unsent && edits < 5);
const answer = (customer, reacted) => newest(customer, ({ side, reactions }) => side === 'page' && Boolean(reactions?.customer) === reacted);

/** The message that an act is about, for acts that are about one. */
const SUBJECTS = {
  edit: ownText,
  unsend: ownText,
  react: (customer) => answer(customer, false),
  unreact: (customer) => answer(customer, true),
};

/** Lets a customer do the n-th act; gives what the act gives. */
function act(customer, n) {
  const text = `${WORDS[n % WORDS.length]} ${n}`;
  const name = TURNS[n % TURNS.length];
  const subject = SUBJECTS[name]?.(customer);
  if (SUBJECTS[name] && !subject) return customer.text(text);
  if (name === 'postback') return customer.postback({ title: text, payload: `TAP_${n}` });
  return customer[name]({ mid: subject?.mid, ...(['text', 'edit'].includes(name) ? { text } : {}) });
}

const MOST_WAITING = 200;

export class Load {
  /** {text, ticket, key, answer, attempts: [status or null]} in the order in which they were first asked. */
  replies = [];
  /** Hooks and replies that were answered, and how long each took: {at, ms, status}. */
  hookAnswers = [];
  /** Messages that were on their way when the gateway ended: what became of them, nobody may be able to tell. */
  inFlight = new Set();
  #gateway;
  #customers = [];
  #tickets = [];
  #agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  #running = null;
  #number = 0;

  /** @param writers customers who write at the same time; repliers: replies that are asked for at the same time */
  constructor(gateway, { customers = 40, writers = 6, repliers = 3, pauseMs = 0 } = {}) {
    Object.assign(this, { customers, writers, repliers, pauseMs });
    this.#gateway = gateway;
  }

  /** Makes the customers, who write once each, so that each has a ticket; and a token for the agents' side. */
  async open() {
    const { sim } = this.#gateway;
    sim.rates.limits.fewestCallsPerDay = Number.POSITIVE_INFINITY; // a release's rounds take more than a day's calls
    const token = await this.#gateway.token('agent', 'load');
    this.headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    this.#customers = Array.from({ length: this.customers }, (_, i) =>
      sim.customer({ name: `Customer ${i}`, page: sim.options.pages[i % sim.options.pages.length].id }),
    );
    await Promise.all(this.#customers.map((customer) => customer.text(WORDS[0])));
    this.#tickets = (await this.#gateway.rows('SELECT id FROM ticket')).map(({ id }) => id);
    if (this.#tickets.length !== this.customers) throw new Error(`${this.#tickets.length} tickets of ${this.customers}`);
    return this;
  }

  /** Begins, or goes on. */
  run() {
    const running = { on: true };
    const loop = async (act) => {
      while (running.on) {
        const taken = await act();
        await pause(taken ? this.pauseMs : 20);
      }
    };
    running.loops = [
      ...Array.from({ length: this.writers }, (_, i) => loop(() => this.#write(i))),
      ...Array.from({ length: this.repliers }, (_, i) => loop(() => this.#reply(i))),
    ];
    this.#running = running;
    return this;
  }

  /** Ends; what is under way is waited for. */
  async rest() {
    if (!this.#running) return;
    this.#running.on = false;
    await Promise.all(this.#running.loops);
    this.#running = null;
  }

  /** Each writer has customers of its own, so that one customer's messages are sent one after the other. */
  async #write(writer) {
    const mine = this.#customers.filter((_, i) => i % this.writers === writer);
    const n = this.#number++;
    const began = performance.now();
    const { row } = await act(mine[(n + Math.floor(n / TURNS.length)) % mine.length], n);
    const { status } = row.attempts[0];
    this.hookAnswers.push({ at: Date.now(), ms: performance.now() - began, status });
    return row.answer === 'A';
  }

  /** Agents do not run ahead of the platform: what waits at the end is sent within the book's patience. */
  #ahead() {
    const accepted = this.replies.filter(({ answer }) => answer === 'A').length;
    const arrived = this.#gateway.sim.ledger.out.filter(({ route, outcome }) => route === 'send' && outcome === 'accepted').length;
    return accepted - arrived >= MOST_WAITING;
  }

  async #reply(replier) {
    if (this.#ahead()) return false;
    const mine = this.#tickets.filter((_, i) => i % this.repliers === replier);
    const n = this.replies.length;
    const reply = { text: `reply ${n}`, ticket: mine[n % mine.length], key: `key-${n}`, answer: null, attempts: [] };
    this.replies.push(reply);
    return (await this.#ask(reply)) === 202;
  }

  async #ask(reply) {
    const status = await this.#post(reply).catch(() => null);
    reply.attempts.push(status);
    const answer = answerOf({ status });
    if (reply.answer !== 'A') reply.answer = answer;
    return status;
  }

  #post({ text, ticket, key }) {
    return new Promise((resolve, reject) => {
      const body = JSON.stringify({ kind: 'reply', text });
      const headers = { ...this.headers, 'Idempotency-Key': key, 'Content-Length': Buffer.byteLength(body) };
      const url = `${this.#gateway.origin}/api/v1/tickets/${ticket}/messages`;
      const sent = http.request(url, { method: 'POST', agent: this.#agent, headers, timeout: 10_000 }, (response) => {
        response.on('error', reject);
        response.on('end', () => resolve(response.statusCode));
        response.resume();
      });
      sent.on('timeout', () => sent.destroy(new Error('no answer')));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  /** To be called whenever the gateway has ended, or stands still. */
  async ended() {
    const rows = await this.#gateway.rows('SELECT message_id AS id FROM outbox WHERE state = 1'); // "sending"
    for (const { id } of rows) this.inFlight.add(id);
  }

  /** Replies whose fate nobody knows are asked for once more, with the same keys: now the gateway runs and must answer. */
  async settle() {
    const unknown = this.replies.filter(({ answer }) => answer === 'U');
    for (const reply of unknown) {
      const status = await this.#ask(reply);
      if (status !== 202) throw new Error(`the repeated request ${reply.key} was answered with ${status}`);
    }
    return unknown.length;
  }

  async close() {
    await this.rest();
    this.#agent.destroy();
  }
}
