// One HTTP request to the program under test, with a deadline. It never throws: what went wrong is in `error`.

import http from 'node:http';
import https from 'node:https';

export class HttpClient {
  #agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: 64 }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: 64, rejectUnauthorized: false }),
  };

  /**
   * Gives `{status, headers, body, error}`; `error` is null when a whole answer came before `timeoutMs`. A connection
   * that was idle may be closed by the other side while a request is on its way: that request is sent again on another.
   */
  async request(url, { timeoutMs = 5000, ...options } = {}) {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const { stale, ...answer } = await this.#once(url, { ...options, timeoutMs: end - Date.now() });
      if (!stale) return answer;
    }
  }

  #once(url, { method = 'GET', headers = {}, body = null, timeoutMs }) {
    const target = new URL(url);
    const library = target.protocol === 'https:' ? https : http;
    return new Promise((resolve) => {
      const length = body === null ? {} : { 'Content-Length': body.length };
      const options = { method, agent: this.#agents[target.protocol], headers: { ...headers, ...length } };
      const request = library.request(target, options);
      let stale = false;
      const done = (status, response, bytes, error) => {
        clearTimeout(timer);
        resolve({ status, headers: response?.headers ?? {}, body: bytes, error, stale });
      };
      const timer = setTimeout(() => request.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
      let answered = false;
      request.on('error', (error) => {
        stale = request.reusedSocket && !answered && error.code === 'ECONNRESET';
        done(null, null, Buffer.alloc(0), error.message || error.code);
      });
      request.on('response', (response) => {
        answered = true;
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => done(response.statusCode, response, Buffer.concat(chunks), null));
        response.on('error', (error) => done(null, null, Buffer.alloc(0), error.message));
      });
      request.end(body ?? undefined);
    });
  }

  close() {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }
}
