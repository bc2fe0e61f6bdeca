// probe.mjs LOG: what quickstart.sh printed holds: the console is served, the simulator's phone page too if there is one,
// and each login signs in with its role.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const log = readFileSync(process.argv[2], 'utf8');
const address = (name) => log.match(new RegExp(`^ *${name} +(http://127\\.0\\.0\\.1:\\d+/\\S*)`, 'm'))?.[1];

async function page(url) {
  const response = await fetch(url);
  const text = await response.text();
  assert.equal(response.status, 200, `${url}: ${response.status}`);
  assert.match(response.headers.get('content-type'), /^text\/html/);
  assert.match(text, /<html/i);
}

const console_ = address('console');
await page(console_);
if (address('customer')) await page(address('customer'));

for (const role of ['agent', 'admin', 'analyst']) {
  const [, password] = log.match(new RegExp(`^ *${role} +password (\\w+)`, 'm'));
  const response = await fetch(new URL('/api/v1/session', console_), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: role, password }),
  });
  assert.equal(response.status, 200, `${role}: ${response.status}`);
  assert.equal((await response.json()).user.role, role);
}
