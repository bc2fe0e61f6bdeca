/** The gateway's time. Countdowns never trust the browser's clock alone (C-LV-3). */
import { signal } from '@preact/signals';

let offset = 0;

/** Milliseconds since 1970, by the gateway's clock. */
export const now = () => Date.now() + offset;

/** Grows by the second; read it only where the last minutes are counted. */
export const eachSecond = signal(now());
/** Grows twice a minute; relative times and calm countdowns follow it. */
export const eachHalfMinute = signal(now());

function tick() {
  eachSecond.value = now();
  if (eachSecond.value - eachHalfMinute.value >= 30_000) eachHalfMinute.value = eachSecond.value;
}

export function setServerTime(time: string) {
  offset = Date.parse(time) - Date.now();
  eachSecond.value = now();
  eachHalfMinute.value = now();
}

let timer: ReturnType<typeof setInterval> | undefined;

/** Starts the one timer of the page; it rests while the tab is hidden. */
export function startClock() {
  const follow = () => {
    clearInterval(timer);
    if (document.hidden) return;
    eachHalfMinute.value = now();
    tick();
    timer = setInterval(tick, 1000);
  };
  document.addEventListener('visibilitychange', follow);
  follow();
}
