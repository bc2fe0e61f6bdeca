// More hooks at once than the store takes in one transaction: kept raw first, understood afterwards.

import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { signNotification } from '../platforms/messenger/platform/signatures.mjs';
import { secret, startGateway } from '../integration/kit/gateway.mjs';
import { until } from '../integration/kit/until.mjs';
import { inject } from './kit/trace.mjs';

const SECRET = 'the secret of a rush';
const HOOKS = 2300; // GCT_STORE_BATCH is 2000
const PAGE = '104857600000123';

let gateway;
before(async () => {
  const channels = (own) => [own.messengerChannel({ name: 'maple-messenger', options: { app_secret: secret(SECRET) } })];
  gateway = await startGateway({ people: [], channels });
});
after(() => gateway.stop());

const connected = (i) =>
  new Promise((done, failed) => {
    const socket = net.connect({ port: gateway.port, host: '127.0.0.1', localAddress: `127.0.3.${1 + Math.floor(i / 250)}` });
    socket.once('connect', () => done(socket)).once('error', failed);
  });

/** One message of a customer of its own, as bytes on the wire. */
function hook(i) {
  const at = Date.now();
  const message = { mid: `m_rush_${i}`, text: `message ${i}` };
  const entry = { id: PAGE, time: at, messaging: [{ sender: { id: `88${i}` }, recipient: { id: PAGE }, timestamp: at, message }] };
  const body = Buffer.from(JSON.stringify({ object: 'page', entry: [entry] }));
  const headers = { Host: 'gateway', 'Content-Type': 'application/json', 'Content-Length': body.length, ...signNotification('good', SECRET, body).headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST /hooks/maple-messenger HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}

test('every hook of a rush is answered with 200, and becomes one message', async () => {
  const sockets = [];
  for (let i = 0; i < HOOKS; i += 1) sockets.push(connected(i));
  const open = await Promise.all(sockets);
  const requests = open.map((_, i) => hook(i));
  const answers = open.map((socket) => new Promise((done) => socket.once('data', (bytes) => done(Number(bytes.toString('latin1').slice(9, 12)))).once('close', () => done(0))));
  const slow = await inject(gateway, 'fdatasync', 'delay_enter=4000000');
  open.forEach((socket, i) => socket.write(requests[i]));
  await until(async () => (await gateway.metrics()).guichet_store_waiting_writes >= 2000, 'a queue', 4000).finally(() => slow.stop());
  const statuses = await Promise.all(answers);
  for (const socket of open) socket.destroy();
  assert.deepEqual([...new Set(statuses)], [200]);
  const { guichet_hooks_raw_total: raw } = await gateway.metrics();
  assert.ok(raw > 0 && raw < HOOKS, `${raw} were kept raw`);
  const count = () => gateway.row("SELECT count(*) AS messages, count(DISTINCT conversation_id) AS customers, (SELECT count(*) FROM inbox) AS waiting FROM message WHERE text LIKE 'message %'");
  await until(async () => (await count()).waiting === 0, 'the inbox to be read', 20_000);
  assert.deepEqual(await count(), { messages: HOOKS, customers: HOOKS, waiting: 0 });
});
