// A small HTTP server with routes, on 127.0.0.1. It reads a request whole, finds its handler and writes the
// handler's answer; it can be told to misbehave while writing (see faults.mjs). It knows no platform.

import http from 'node:http';
import https from 'node:https';
import { writeJson } from './exact-json.mjs';

const BODY_LIMIT = 40 * 1024 * 1024;

/** An answer with a JSON body. BigInts are written as numbers. */
export function json(status, value, headers = {}) {
  return { status, headers: { 'Content-Type': 'application/json; charset=UTF-8', ...headers }, body: writeJson(value) };
}

export function text(status, body, headers = {}) {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body };
}

/** A web page of another site, open in a browser of this machine, must not play with the simulator. */
function isForeign({ origin, host }) {
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
}

async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new RangeError(`a request body over ${BODY_LIMIT} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export class HttpService {
  #routes = [];
  #server;
  #origin = '';

  /** @param tls `{key, cert}` in PEM for HTTPS; without it plain HTTP. */
  constructor({ tls = null } = {}) {
    const listener = (request, response) => {
      this.#serve(request, response).catch((error) => this.#fail(response, error));
    };
    this.#server = tls ? https.createServer(tls, listener) : http.createServer(listener);
    this.#origin = tls ? 'https' : 'http';
    this.#server.keepAliveTimeout = 30_000;
  }

  /**
   * Sends requests whose path matches `pattern` (a RegExp over the whole path) to `handler(call)`. Earlier routes
   * win. `call` has method, path, params (the groups), query, headers, body, request, response.
   * The handler gives an answer `{status, headers, body}`, or nothing if it wrote the response itself.
   */
  route(method, pattern, handler) {
    this.#routes.push({ method, pattern: new RegExp(`^(?:${pattern.source})$`), handler });
  }

  /** Starts to listen; gives the origin, such as http://127.0.0.1:40123. */
  async listen({ port = 0, host = '127.0.0.1' } = {}) {
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    this.#origin += `://${host}:${this.#server.address().port}`;
    return this.#origin;
  }

  async close() {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request, response) {
    response.on('error', () => {});
    const url = new URL(request.url, 'http://service.invalid');
    const path = decodeURIComponent(url.pathname);
    const onPath = this.#routes.filter((route) => route.pattern.test(path));
    const route = onPath.find((candidate) => candidate.method === request.method);
    const body = await readBody(request);
    if (isForeign(request.headers)) {
      writeAnswer(response, text(403, 'Not from another site\n'));
      return;
    }
    if (!route) {
      const answer = onPath.length > 0 ? text(405, 'Method not allowed\n') : text(404, 'Not found\n');
      writeAnswer(response, answer);
      return;
    }
    const { method, headers } = request;
    const params = route.pattern.exec(path).groups ?? {};
    const call = { method, path, params, query: url.searchParams, headers, body, request, response };
    const answer = await route.handler(call);
    if (answer) writeAnswer(response, answer);
  }

  #fail(response, error) {
    if (response.headersSent || response.destroyed) return response.destroy();
    const known = error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError;
    writeAnswer(response, json(known ? 400 : 500, { error: { message: error.message } }));
  }
}

/** Writes a whole answer. A connection that is gone is nobody's fault. */
export function writeAnswer(response, { status, headers = {}, body = '' }) {
  if (response.destroyed) return;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
  response.writeHead(status, { ...headers, 'Content-Length': bytes.length });
  response.end(bytes);
}
