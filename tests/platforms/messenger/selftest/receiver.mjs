// A tiny receiver for the simulator's own tests: checks the signature, keeps what came, answers as told.

import { createHmac } from 'node:crypto';
import { readJson } from '../../kit/exact-json.mjs';
import { HttpService, text } from '../../kit/http-service.mjs';

export class Receiver {
  /** Every POST that came: {body, text, signed, headers}. */
  posts = [];
  /** Answers for the next POSTs: a status, or a function that gives one, possibly later. Empty: 200. */
  next = [];
  #service = new HttpService();
  #secret;
  #token;

  constructor({ secret, token }) {
    this.#secret = secret;
    this.#token = token;
  }

  async start() {
    this.#service.route('GET', /\/hooks\/.+/, ({ query }) => this.#verify(query));
    this.#service.route('POST', /\/hooks\/[^/]+/, (call) => this.#take(call));
    this.#service.route('POST', /\/hooks\/[^/]+\/deletion/, (call) => this.#deletion(call));
    this.origin = await this.#service.listen();
    return this;
  }

  close() {
    return this.#service.close();
  }

  /** All elements that came with a good signature, in order, with their entry's id. */
  get elements() {
    const good = this.posts.filter((post) => post.taken);
    return good.flatMap(({ body }) =>
      body.entry.flatMap((entry) => [...(entry.messaging ?? []), ...(entry.standby ?? []), ...(entry.changes ?? [])]),
    );
  }

  #verify(query) {
    const good = query.get('hub.mode') === 'subscribe' && query.get('hub.verify_token') === this.#token;
    return good ? text(200, query.get('hub.challenge')) : text(403, 'wrong token');
  }

  async #take({ headers, body }) {
    const expected = `sha256=${createHmac('sha256', this.#secret).update(body).digest('hex')}`;
    const signed = headers['x-hub-signature-256'] === expected;
    const post = {
      body: signed ? readJson(body.toString()) : null,
      text: body.toString(),
      signed,
      headers,
      taken: false,
    };
    this.posts.push(post);
    if (!signed) return text(401, 'bad signature');
    const told = this.next.shift() ?? 200;
    const status = typeof told === 'function' ? await told() : told;
    post.taken = status === 200;
    return text(status, 'EVENT_RECEIVED');
  }

  #deletion({ body }) {
    const [signature, payload] = (new URLSearchParams(body.toString()).get('signed_request') ?? '').split('.');
    const good =
      createHmac('sha256', this.#secret)
        .update(payload ?? '')
        .digest('base64url') === signature;
    const { algorithm } = good ? JSON.parse(Buffer.from(payload, 'base64url')) : {};
    return algorithm === 'HMAC-SHA256' ? text(200, '{"url":"https://x/","confirmation_code":"abc"}') : text(400, 'no');
  }
}
