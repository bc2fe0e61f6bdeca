// Traffic that goes on while the gateway is killed, starved or stopped: customers write and agents answer, side by side.
// What was asked and what was answered stands in the simulator's ledger (hooks) and in `replies` (the API); answers are
// A (taken), U (nobody knows) and R (refused).

import http from 'node:http';
import { answerOf } from '../../platforms/kit/ledger.mjs';
import { pause } from '../../integration/kit/until.mjs';

const WORDS = ['Bonjour', 'Hello', 'Où est mon colis ?', 'thanks 🙂', 'Ça marche', 'one more thing', 'est-ce encore possible ?'];

export class Load {
  /** {text, ticket, key, answer, attempts: [status or null]} in the order in which they were first asked. */
  replies = [];
  /** Hooks and replies that were answered, and how long each took: {at, ms, status}. */
  hookAnswers = [];
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
    this.#number += 1;
    const began = performance.now();
    const { row } = await mine[this.#number % mine.length].text(`${WORDS[this.#number % WORDS.length]} ${this.#number}`);
    const { status } = row.attempts[0];
    this.hookAnswers.push({ at: Date.now(), ms: performance.now() - began, status });
    return row.answer === 'A';
  }

  async #reply(replier) {
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
