// What a platform does wrong on demand: refuses, limits, hangs, cuts. A plan is a list of faults; each applies to
// some routes for a number of calls or a length of time. Performing one means writing a bad answer on purpose.

import { json, writeAnswer } from './http-service.mjs';

const SPOILT_BODIES = {
  'not-json': () => ({ status: 200, headers: { 'Content-Type': 'application/json' }, body: '{"recipient_id": ' }),
  'wrong-type': () => json(200, ['not', 'an', 'object']),
  html: () => ({ status: 200, headers: { 'Content-Type': 'text/html' }, body: '<!doctype html><title>Hello</title>' }),
  empty: () => ({ status: 200, headers: { 'Content-Type': 'application/json' }, body: '' }),
  huge: () => ({ status: 200, headers: { 'Content-Type': 'application/json' }, body: Buffer.alloc(100 << 20, ' ') }),
};

function statusAnswer({ status = 503, body, headers = {}, retryAfter }) {
  const limits = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  const problem = { error: { message: 'Service temporarily unavailable', type: 'OAuthException', code: 2 } };
  return body === undefined
    ? json(status, problem, { ...headers, ...limits })
    : { status, headers: { 'Content-Type': 'text/html', ...headers, ...limits }, body };
}

function startBody(response, answer, bytes) {
  response.writeHead(answer.status, { ...answer.headers, 'Content-Length': Buffer.byteLength(answer.body) });
  if (bytes > 0) response.write(Buffer.from(answer.body).subarray(0, bytes));
  else response.flushHeaders();
}

/**
 * Writes the fault instead of `answer`. Kinds:
 * status {status, body?, retryAfter?} · hang {at: before-headers | after-headers | half-body} ·
 * slow {ms, or `gate`: the promise that the answer waits for} ·
 * cut {at: before-headers | after-headers | half-body} · spoilt {body: not-json | wrong-type | html | empty | huge} ·
 * redirect {location}. A hang ends when the other side goes away or the service closes.
 */
export async function performFault(fault, response, answer) {
  const whole = answer ?? json(200, {});
  switch (fault.kind) {
    case 'status':
      return writeAnswer(response, statusAnswer(fault));
    case 'slow':
      await (fault.gate ?? new Promise((resolve) => setTimeout(resolve, fault.ms).unref()));
      return writeAnswer(response, whole);
    case 'spoilt':
      return writeAnswer(response, SPOILT_BODIES[fault.body]());
    case 'redirect':
      return writeAnswer(response, { status: 302, headers: { Location: fault.location } });
    case 'hang':
    case 'cut': {
      if (fault.at === 'after-headers') startBody(response, whole, 0);
      if (fault.at === 'half-body') startBody(response, whole, Math.ceil(Buffer.byteLength(whole.body) / 2));
      if (fault.kind === 'cut') setImmediate(() => response.destroy());
      return undefined;
    }
    default:
      throw new RangeError(`no fault is called "${fault.kind}"`);
  }
}

export class FaultPlan {
  #clock;
  #errors;
  #faults = [];

  /** @param errors names of the platform's own error answers, for the kind "error" {error: one of them} */
  constructor(clock, errors = []) {
    this.#clock = clock;
    this.#errors = errors;
  }

  /**
   * Adds a fault; gives a function that takes it back.
   * @param fault what performFault() takes, or {kind: 'error', error}, which the platform answers itself; and:
   *   `on`: route name or list of them (default "send"), "any" for all;
   *   `calls`: how many calls (default 1 without `forMs`), `forMs`: for how long, `skip`: calls let through first,
   *   `match(call)`: which calls, `taken`: whether the request is carried out before the fault shows
   *   (default: only when headers are answered, and for "slow").
   */
  add(fault) {
    const { on = 'send', at = 'before-headers', calls, forMs, skip = 0, error = null } = fault;
    if ((fault.kind === 'error') !== this.#errors.includes(error))
      throw new RangeError(`no error is called "${error}"`);
    const shows = fault.kind === 'slow' || ((fault.kind === 'hang' || fault.kind === 'cut') && at !== 'before-headers');
    const planned = {
      ...fault,
      at,
      routes: [on].flat(),
      left: calls ?? (forMs === undefined ? 1 : Number.POSITIVE_INFINITY),
      until: forMs === undefined ? Number.POSITIVE_INFINITY : this.#clock.now() + forMs,
      skip,
      taken: fault.taken ?? shows,
    };
    this.#faults.push(planned);
    return () => {
      this.#faults = this.#faults.filter((other) => other !== planned);
    };
  }

  /** The fault for this call, counted as used; null when the call goes well. */
  take(route, call = {}) {
    const now = this.#clock.now();
    this.#faults = this.#faults.filter((fault) => fault.left > 0 && now < fault.until);
    for (const fault of this.#faults) {
      if (!fault.routes.includes(route) && !fault.routes.includes('any')) continue;
      if (fault.match && !fault.match(call)) continue;
      if (fault.skip > 0) {
        fault.skip -= 1;
        continue;
      }
      fault.left -= 1;
      return fault;
    }
    return null;
  }

  clear() {
    this.#faults = [];
  }
}
