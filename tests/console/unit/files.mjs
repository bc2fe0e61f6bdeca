// Files of the tree as they are, for tests that judge their text.
import { readFileSync } from 'node:fs';

/** @param {string} path from the root of the tree */
export const read = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
