// One HTTP request to the program under test, with a deadline. It never throws: what went wrong is in `error`.

import http from 'node:http';
import https from 'node:https';

export class HttpClient {
  #agents = {
    'http:': new http.Agent({ keepAlive: true, maxSockets: 64 }),
    'https:': new https.Agent({ keepAlive: true, maxSockets: 64, rejectUnauthorized: false }),
  };

  /** Gives `{status, headers, body, error}`; `error` is null when a whole answer came before `timeoutMs`. */
  request(url, { method = 'GET', headers = {}, body = null, timeoutMs = 5000 } = {}) {
    const target = new URL(url);
    const library = target.protocol === 'https:' ? https : http;
    return new Promise((resolve) => {
      const length = body === null ? {} : { 'Content-Length': body.length };
      const options = { method, agent: this.#agents[target.protocol], headers: { ...headers, ...length } };
      const request = library.request(target, options);
      const done = (status, response, bytes, error) => {
        clearTimeout(timer);
        resolve({ status, headers: response?.headers ?? {}, body: bytes, error });
      };
      const timer = setTimeout(() => request.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
      request.on('error', (error) => done(null, null, Buffer.alloc(0), error.message || error.code));
      request.on('response', (response) => {
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
