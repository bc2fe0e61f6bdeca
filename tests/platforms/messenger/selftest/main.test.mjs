import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { Receiver } from './receiver.mjs';
import { until } from './stage.mjs';

const PROGRAM = new URL('../main.mjs', import.meta.url).pathname;
const SECRETS = {
  MESSENGER_APP_SECRET: 'another-app-secret',
  MESSENGER_VERIFY_TOKEN: 'another-verify-token',
  ERABLE_PAGE_TOKEN: 'another-page-token',
};

test('the program verifies, tells its stories with the secrets of its environment, and stops when told', async (t) => {
  const { MESSENGER_APP_SECRET: secret, MESSENGER_VERIFY_TOKEN: token, ERABLE_PAGE_TOKEN: erable } = SECRETS;
  const receiver = await new Receiver({ secret, token }).start();
  t.after(() => receiver.close());
  const args = [
    '--port',
    '0',
    '--gateway',
    receiver.origin,
    '--channel',
    'maple-messenger',
    '--stories',
    '--speed',
    '60',
  ];
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...SECRETS } });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await until(() => receiver.elements.length >= 25, 'the customers have written');
  assert.ok(receiver.posts.every((post) => post.signed));
  const origin = /the Graph API is (\S+),/.exec(said)[1];
  const page = await fetch(`${origin}/v25.0/me`, { headers: { Authorization: `Bearer ${erable}` } });
  assert.equal((await page.json()).name, 'Plein air Érable');
  assert.equal((await fetch(`${origin}/phone`)).status, 200);
  assert.ok(!said.includes(secret) && !said.includes(erable));
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('an unknown option is refused with a sentence', async () => {
  const child = spawn(process.execPath, [PROGRAM, '--stroies']);
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 1);
  assert.match(said, /--stroies/);
});
