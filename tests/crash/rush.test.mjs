// More hooks at once than the store takes in one transaction: kept raw first, understood afterwards. And more than may wait at
// all: those are refused, with the time to come again, the gateway neither grows nor falls silent, and what it kept survives.

import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { signNotification } from '../platforms/messenger/platform/signatures.mjs';
import { secret, startGateway } from '../integration/kit/gateway.mjs';
import { digests } from '../integration/kit/ledger.mjs';
import { slowness, until } from '../integration/kit/until.mjs';
import { inject } from './kit/trace.mjs';

const SECRET = 'the secret of a rush';
const BATCH = 2000; // GCT_STORE_BATCH: with so many waiting, further hooks are kept raw
const HOOKS = 2300;
const MOST = 20_000; // writes that may wait
const PAGE = '104857600000123';
const MEMORY = 256 << 20;

let gateway;
before(async () => {
  const channels = (own) => [own.messengerChannel({ name: 'maple-messenger', options: { app_secret: secret(SECRET) } })];
  gateway = await startGateway({ people: [], channels });
});
after(() => gateway.stop());

/** A connection from an address of a network of ours: each address may have 512. */
const connected = (network, address) =>
  new Promise((done, failed) => {
    const socket = net.connect({ port: gateway.port, host: '127.0.0.1', localAddress: `127.0.${network}.${1 + (address % 250)}` });
    socket.once('connect', () => done(socket)).once('error', failed);
  });

/** One message of a customer of its own, as bytes on the wire. */
function hook(rush, i) {
  const at = Date.now();
  const message = { mid: `m_${rush}_${i}`, text: `${rush} ${i}` };
  const entry = { id: PAGE, time: at, messaging: [{ sender: { id: `88${i}` }, recipient: { id: PAGE }, timestamp: at, message }] };
  const body = Buffer.from(JSON.stringify({ object: 'page', entry: [entry] }));
  const headers = { Host: 'gateway', 'Content-Type': 'application/json', 'Content-Length': body.length, ...signNotification('good', SECRET, body).headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST /hooks/maple-messenger HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}

/** Sends a hook on an open connection; gives {status, retryAfter, ms}. */
function answered(socket, bytes) {
  const began = performance.now();
  socket.write(bytes);
  return new Promise((done) => {
    const end = (text) => {
      const status = Number(text.slice(9, 12));
      done({ status, retryAfter: Number(/^retry-after: *(\d+)/im.exec(text)?.[1] ?? 0), ms: performance.now() - began });
    };
    socket.once('data', (answer) => end(answer.toString('latin1'))).once('close', () => end(''));
  }).finally(() => socket.destroy());
}

/** Sends hooks whose sender does not wait for the answer, as fast as they are taken in, until `enough()`. */
async function flood(rush, senders, enough) {
  let sent = 0;
  const sender = async (i) => {
    while (!enough()) {
      const socket = await connected(5, i);
      const closed = new Promise((done) => socket.once('close', done).on('error', () => {}));
      socket.resume().end(hook(rush, sent++));
      await closed;
    }
  };
  await Promise.all(Array.from({ length: senders }, (_, i) => sender(i)));
  return sent;
}

const waiting = async () => (await gateway.metrics()).guichet_store_waiting_writes;

test('every hook of a rush is answered with 200, and becomes one message', async () => {
  const send = async (from, to) => {
    const open = await Promise.all(Array.from({ length: to - from }, (_, i) => connected(3, from + i)));
    return open.map((socket, i) => answered(socket, hook('rush', from + i)));
  };
  const queue = (least) => until(async () => (await waiting()) >= least, `${least} in the queue`, 4000);
  const slow = await inject(gateway, 'fdatasync', 'delay_enter=4000000');
  const answers = [];
  try {
    answers.push(...(await send(0, BATCH + 100)));
    await queue(BATCH);
    answers.push(...(await send(BATCH + 100, HOOKS)));
    await queue(BATCH + 150);
  } finally {
    await slow.stop();
  }
  assert.deepEqual([...new Set((await Promise.all(answers)).map(({ status }) => status))], [200]);
  const { guichet_hooks_raw_total: raw } = await gateway.metrics();
  assert.ok(raw > 0 && raw < HOOKS, `${raw} were kept raw`);
  const count = () =>
    gateway.row(`SELECT count(*) AS messages, count(DISTINCT conversation_id) AS customers, (SELECT count(*) FROM inbox) AS waiting
                 FROM message WHERE text LIKE 'rush %'`);
  await until(async () => (await count()).waiting === 0, 'the inbox to be read', 20_000);
  assert.deepEqual(await count(), { messages: HOOKS, customers: HOOKS, waiting: 0 });
});

test('past what may wait hooks are refused at once, nothing else suffers, and a kill leaves what waits to be read', async (t) => {
  const patient = await Promise.all(Array.from({ length: 200 }, (_, i) => connected(4, i)));
  const slow = await inject(gateway, 'fdatasync', 'delay_enter=30000000');
  let sent = 0;
  try {
    const answers = patient.map((socket, i) => answered(socket, hook('patient', i)));
    let full = false;
    const watch = until(async () => (await waiting()) >= MOST, 'no room for one more', 60_000).finally(() => (full = true));
    [sent] = await Promise.all([flood('flood', 250, () => full), watch]);
    const late = await Promise.all(Array.from({ length: 50 }, (_, i) => connected(6, i)));
    const refused = await Promise.all(late.map((socket, i) => answered(socket, hook('late', i))));
    assert.deepEqual(refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter === 0), [], 'refused, with the time to come again');
    const began = performance.now();
    assert.equal((await gateway.page('/healthz')).status, 200);
    const health = performance.now() - began;
    assert.ok(health <= 1000 * slowness, `health took ${health} ms`);
    assert.ok(gateway.memory() <= MEMORY, `${gateway.memory() >> 20} MiB`);
    const fates = await Promise.all(answers); // within five seconds, and this process is busy, too
    assert.deepEqual(fates.filter(({ status, retryAfter, ms }) => !(status === 200 || (status === 503 && retryAfter > 0)) || ms > 8000 * slowness), []);
    t.diagnostic(`${sent} sent, ${await waiting()} wait, ${gateway.memory() >> 20} MiB, health within ${health.toFixed(0)} ms`);
  } finally {
    await slow.stop();
  }
  await until(async () => (await waiting()) < BATCH, 'the queue to be written', 60_000);
  await gateway.kill();
  const { messages, unread } = await gateway.row(`SELECT count(*) AS messages, (SELECT count(*) FROM inbox) AS unread FROM message
                                                  WHERE text LIKE 'flood %' OR text LIKE 'patient %'`);
  // A few of those that waited may not have been answered yet, or have been writes of the gateway's own.
  const stored = messages + unread;
  assert.ok(unread > 0 && stored >= MOST - BATCH && stored <= sent + patient.length, `${messages} messages, ${unread} raw hooks of ${sent}`);
  assert.deepEqual(await digests(gateway), []);
  await gateway.start();
  await gateway.halt(); // in order, with most of them still unread
  await gateway.start();
});
