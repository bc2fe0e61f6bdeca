// What every self-test needs: a receiver, a simulator that sends to it, and calls of the Graph API as a gateway
// makes them. Ends with the test.

import { SimClock } from '../../kit/clock.mjs';
import { DEFAULTS, startMessenger } from '../simulator.mjs';
import { Receiver } from './receiver.mjs';

export const [MAPLE, ERABLE] = DEFAULTS.pages;

function readOrNull(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A stage for the test `t`. `still`: the platform's clock stands until advance(). */
export async function stage(t, { still = false, ...options } = {}) {
  const receiver = await new Receiver({ secret: DEFAULTS.appSecret, token: DEFAULTS.verifyToken }).start();
  const clock = still ? new SimClock({ scale: 0, start: Date.UTC(2026, 10, 2, 12) }) : null;
  const sim = await startMessenger({ gateway: receiver.origin, clock, ...options });
  t.after(async () => {
    await sim.close();
    await receiver.close();
  });
  const call = async (method, path, body, { token = MAPLE.token, type = 'application/json', headers = {} } = {}) => {
    const bytes = body === undefined ? null : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const authorization = token === null ? {} : { Authorization: `Bearer ${token}` };
    const answer = await sim.client.request(`${sim.origin}/v25.0/${path}`, {
      method,
      body: bytes,
      headers: { 'Content-Type': type, ...authorization, ...headers },
    });
    const text = answer.body.toString();
    return { ...answer, text, json: readOrNull(text) };
  };
  const send = (psid, message, more = {}, options = {}) =>
    call(
      'POST',
      `${MAPLE.id}/messages`,
      { recipient: { id: psid }, messaging_type: 'RESPONSE', message, ...more },
      options,
    );
  return { sim, receiver, call, send };
}

/** "code/subcode" of an error answer, "ok" of another. */
export function verdict({ json }) {
  if (!json?.error) return 'ok';
  const { code, error_subcode: subcode } = json.error;
  return subcode === undefined ? String(code) : `${code}/${subcode}`;
}

/** Waits until `holds()` is true; fails after five seconds. */
export async function until(holds, what) {
  const end = Date.now() + 5000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
