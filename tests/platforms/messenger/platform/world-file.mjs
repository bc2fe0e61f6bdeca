// The world in a file, so that the people of a demonstration are still there when it is started again: read once,
// written a moment after each change, whole or not at all.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readJson, writeJson } from '../../kit/exact-json.mjs';

const WRITE_AFTER_MS = 1000;

/** Restores the world from the file, if there is one, and keeps it there. Gives a function that writes it once more and ends that. */
export function keepWorld(world, file) {
  if (existsSync(file)) world.restore(readJson(readFileSync(file, 'utf8')));
  let waiting = null;
  const write = () => {
    waiting = null;
    writeFileSync(`${file}.new`, writeJson(world.saved()), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const soon = () => {
    waiting ??= setTimeout(write, WRITE_AFTER_MS).unref();
  };
  for (const change of ['message', 'contact']) world.on(change, soon);
  return () => {
    for (const change of ['message', 'contact']) world.off(change, soon);
    clearTimeout(waiting);
    write();
  };
}
