// Files of the tree as they are, for tests that judge their text.
import { readdirSync, readFileSync } from 'node:fs';

/** @param {string} path from the root of the tree */
export const read = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/**
 * All files of a folder, and of those in it, in one text.
 * @param {string} path from the root of the tree
 * @param {string} ending of their names
 */
export const readAll = (path, ending) =>
  readdirSync(new URL(`../../../${path}`, import.meta.url), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(ending))
    .map((name) => read(`${path}/${name}`))
    .join('\n');
