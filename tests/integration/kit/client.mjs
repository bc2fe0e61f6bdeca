// The REST API as a test uses it. Every answer is held against docs/openapi.yaml: an undocumented status, member or
// problem type fails the test that asked.

import http from 'node:http';
import https from 'node:https';
import { description } from './description.mjs';

export const BASE = '/api/v1';

/** One request, any bytes: gives {status, headers, body: Buffer}; rejects when there is no whole answer. */
export function request(url, { method = 'GET', headers = {}, body, agent, timeoutMs = 20_000, ca } = {}) {
  const target = new URL(url);
  const library = target.protocol === 'https:' ? https : http;
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
  const attempt = (again) =>
    new Promise((resolve, reject) => {
      const sent = library.request(target, { method, agent, ca, headers: { ...length, ...headers } }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
        );
      });
      sent.setTimeout(timeoutMs, () => sent.destroy(new Error(`no answer within ${timeoutMs} ms: ${method} ${target.pathname}`)));
      // A kept connection that the server closed just now is not an answer.
      sent.on('error', (error) => (again && sent.reusedSocket ? attempt(false).then(resolve, reject) : reject(error)));
      sent.end(body);
    });
  return attempt(true);
}

export class ApiClient {
  /** Of somebody who signed in: the answer to POST /session. */
  session = null;
  #gateway;
  #agent;

  /** @param headers sent with every request */
  constructor(gateway, headers = {}) {
    this.#gateway = gateway;
    this.headers = headers;
    const { tls } = gateway;
    const options = { keepAlive: true, maxSockets: 32 };
    this.#agent = tls ? new https.Agent({ ...options, ca: tls.ca }) : new http.Agent(options);
  }

  /** Signs in; from then on cookie and CSRF token go with every request. */
  async signIn({ login, password }) {
    const { origin } = this.#gateway;
    this.headers = { Origin: origin, 'Sec-Fetch-Site': 'same-origin' };
    const answer = await this.ask('POST', '/session', { body: { login, password }, want: 200 });
    this.session = answer.value;
    this.headers.Cookie = answer.headers['set-cookie'].map((cookie) => cookie.split(';')[0]).join('; ');
    this.headers['X-CSRF-Token'] = answer.value.csrf_token;
    return this;
  }

  /**
   * Asks and checks the answer against the description. Gives {status, headers, body, value}: `value` is the JSON.
   * @param path below /api/v1, or below / with `base: ''`
   * @param want the status (or list of them) that is expected; without it any documented one passes
   * @param body an object (sent as JSON), a string or bytes as they are
   * @param headers over those of the client; undefined takes one away
   */
  async ask(method, path, { body, headers = {}, want, base = BASE } = {}) {
    const plain = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
    const all = { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...this.headers, ...headers };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    const answer = await request(this.#gateway.origin + base + path, {
      method,
      headers: sent,
      body: plain ? body : JSON.stringify(body),
      agent: this.#agent,
    });
    this.#gateway.onAnswer?.(answer);
    const problems = description.answerProblems({ method, path: (base + path).split('?')[0] }, answer);
    const isJson = (answer.headers['content-type'] ?? '').split(';')[0].endsWith('json') && answer.body.length > 0;
    const value = isJson ? JSON.parse(answer.body.toString()) : null;
    if (want !== undefined && ![want].flat().includes(answer.status)) problems.unshift(`${answer.status}, wanted ${want}`);
    if (answer.status === 500) problems.unshift('an internal error');
    if (problems.length > 0)
      throw new Error(`${method} ${path}: ${problems.join('\n  ')}\n  ${answer.body.toString().slice(0, 600)}`);
    return { ...answer, value };
  }

  /** The JSON of a GET that succeeds. */
  async get(path, options = {}) {
    return (await this.ask('GET', path, { want: 200, ...options })).value;
  }

  /** The JSON of a request that succeeds. */
  async post(path, body, options = {}) {
    return (await this.ask('POST', path, { body, want: [200, 202, 204], ...options })).value;
  }

  async patch(path, body, options = {}) {
    return (await this.ask('PATCH', path, { body, want: 200, ...options })).value;
  }

  async delete(path, options = {}) {
    return (await this.ask('DELETE', path, { want: 204, ...options })).value;
  }

  /** Replies on a ticket; gives the message. */
  reply(ticket, text, { key, ...body } = {}) {
    const headers = key === undefined ? {} : { 'Idempotency-Key': key };
    return this.post(`/tickets/${ticket.id ?? ticket}/messages`, { kind: 'reply', text, ...body }, { want: 202, headers });
  }

  /** All items of a list, page by page. */
  async all(path, limit = 200) {
    const items = [];
    const join = path.includes('?') ? '&' : '?';
    for (let cursor = ''; cursor !== null; ) {
      const page = await this.get(`${path}${join}limit=${limit}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      items.push(...page.items);
      cursor = page.next_cursor;
    }
    return items;
  }

  close() {
    this.#agent.destroy();
  }
}
