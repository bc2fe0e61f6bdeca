// Every event of the log has its row in docs/operations.md, and every row its event.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const core = join(root, 'core');
const sources = readdirSync(core, { recursive: true }).filter((name) => name.endsWith('.c') && !name.startsWith('console'));

/** The names in a call that logs: GCT_LOG(level, "a.b", …), GCT_LOG_LIMITED(rate, level, "a.b", …), gct_log_error("a.b", …), log_call(reply, …"a.b"…). */
const calls = /\b(?:GCT_LOG|GCT_LOG_LIMITED|gct_log_error|log_call)\(([^;]*);/g;
const name = /"([a-z_]+\.[a-z_]+)"/g;

test('docs/operations.md lists the events that the log can hold', () => {
  const logged = new Set();
  for (const file of sources)
    for (const [, call] of readFileSync(join(core, file), 'utf8').matchAll(calls)) for (const [, event] of call.matchAll(name)) logged.add(event);
  assert.ok(logged.size > 30, `${logged.size} events`);
  const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
  const [, table] = /\n### The log\n([^]*?)\n## /.exec(page);
  const listed = new Set(table.split('\n').flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([a-z_]+\.[a-z_]+)`/g)].map(([, event]) => event)));
  assert.deepEqual([...logged].filter((event) => !listed.has(event)), [], 'not in the page');
  const source = sources.map((file) => readFileSync(join(core, file), 'utf8')).join('\n');
  assert.deepEqual([...listed].filter((event) => !source.includes(`"${event}"`)), [], 'not in the source');
});
