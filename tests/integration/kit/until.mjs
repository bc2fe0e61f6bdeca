// Waiting for what happens on other threads and in other processes.

import { setTimeout as pause } from 'node:timers/promises';

export { pause };

/** Sanitizers slow everything down: limits of time are multiplied by this. */
export const slowness = /\/(asan|tsan)$/.test(process.env.GUICHET_BUILD ?? '') ? 6 : 1;

/**
 * Waits until `look()` gives something true (or does not throw) and gives it; fails after `ms` with the last reason.
 * @param what for the message
 */
export async function until(look, what, ms = 5000) {
  const end = performance.now() + ms * slowness;
  for (;;) {
    let reason = 'not yet';
    try {
      const value = await look();
      if (value) return value;
    } catch (error) {
      reason = error.message;
    }
    if (performance.now() > end) throw new Error(`not within ${ms * slowness} ms: ${what} (${reason})`);
    await pause(20);
  }
}
