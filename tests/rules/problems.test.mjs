// Every problem type of the API is given by something: what nothing answers is neither described nor worded.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const core = fileURLToPath(new URL('../../core', import.meta.url));
const read = (name) => readFileSync(join(core, name), 'utf8');

test('each problem type of the table is given somewhere in the core', () => {
  const names = [...read('model/problem.h').matchAll(/^ {4}X\(([A-Z_]+), "/gm)].map(([, name]) => name);
  assert.ok(names.length > 30, `${names.length} problems`);
  const sources = readdirSync(core, { recursive: true }).filter((name) => name.endsWith('.c') && !name.startsWith('console'));
  const used = new Set(sources.flatMap((name) => read(name).match(/\bGCT_PROBLEM_[A-Z_]+/g) ?? []));
  assert.deepEqual(names.filter((name) => !used.has(`GCT_PROBLEM_${name}`)), []);
});
