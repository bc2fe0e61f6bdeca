// sanitizers: yes
// Behind a reverse proxy: whose failures count against whom, and who is believed about it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { PEOPLE, startGateway } from './kit/gateway.mjs';
import { until } from './kit/until.mjs';

let gateway;
before(async () => {
  gateway = await startGateway({ sim: false, people: ['agent', 'colleague', 'admin'], channels: () => [], settings: { trusted_proxies: ['10.0.0.0/8', '2001:db8::1'] } });
});
after(async () => {
  await gateway?.stop();
});

/** One failure of a login; gives the status. */
async function fail(login, forwarded) {
  const headers = forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded };
  const { status } = await gateway.stranger().ask('POST', '/session', { body: { login, password: 'devine' }, headers, want: [401, 429] });
  return status;
}
/** Ten failures, each with its own header: from then on the address that counts has to wait. */
async function failTen(login, forwarded) {
  for (let i = 0; i < 10; i += 1) assert.equal(await fail(login, forwarded(i)), 401, `failure ${i}`);
}
const lastAddress = () => gateway.log.entries.filter(({ event }) => event === 'auth.sign_in_refused').at(-1)?.address;

/** Opens 560 connections, more than one address may have; gives how many the gateway took. */
async function taken() {
  const before = await gateway.metrics();
  const sockets = Array.from({ length: 560 }, () => net.connect(gateway.port, '127.0.0.1').on('error', () => {}).resume());
  const turnedAway = () => sockets.filter((socket) => socket.closed).length;
  try {
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    // Who asks while they are there may be turned away as well: then enough of them have been.
    await until(async () => turnedAway() > 40 || (await gateway.metrics()).guichet_http_accepted_total - before.guichet_http_accepted_total >= 560, 'all have been looked at');
    return sockets.length - turnedAway();
  } finally {
    for (const socket of sockets) socket.destroy();
    await until(async () => (await gateway.metrics()).guichet_http_connections <= before.guichet_http_connections + 2, 'they are gone');
  }
}

test('one address has at most 512 connections', async () => {
  const most = await taken();
  assert.ok(most <= 512, `${most}`);
});

test('a header from somebody who is not trusted changes nothing', async () => {
  const { login } = PEOPLE.agent;
  await failTen(login, (i) => `203.0.113.${i}`);
  assert.equal(lastAddress(), '127.0.0.1');
  assert.equal(await fail(login, '203.0.113.99'), 429, 'a made-up address is no way out');
  assert.equal(await fail(login), 429);
});

test('the same proxy, trusted by a reload: the address that it saw counts', async () => {
  const { login, password } = PEOPLE.colleague;
  gateway.settings.trusted_proxies = ['127.0.0.1', '10.0.0.0/8'];
  gateway.write();
  assert.equal((await gateway.reload()).event, 'reload.done');
  await failTen(login, () => '203.0.113.5');
  assert.equal(lastAddress(), '203.0.113.5');
  assert.equal(await fail(login, '203.0.113.5'), 429);
  assert.equal(await fail(login, '203.0.113.6'), 401, 'others are not slowed down');
  await gateway.stranger({ 'X-Forwarded-For': '203.0.113.6' }).signIn({ login, password });
});

test('what a client wrote before the proxy is not looked at', async () => {
  const { login } = PEOPLE.admin;
  await failTen(login, (i) => `198.51.100.${i}, 203.0.113.7`);
  assert.equal(await fail(login, '198.51.100.99, 203.0.113.7'), 429);
  assert.equal(await fail(login, '203.0.113.7, 10.1.2.3'), 429, 'a second proxy that is trusted');
  assert.equal(await fail(login, '203.0.113.7, 203.0.113.8'), 401, 'one that is not is the client');
  assert.equal(lastAddress(), '203.0.113.8');
});

test('a proxy that is trusted may have more: everybody comes from its address', async () => {
  assert.equal(await taken(), 560);
});

test('Forwarded is not read, and a header that is no list of addresses ends at the proxy', async () => {
  const headers = { Forwarded: 'for=203.0.113.9', 'X-Forwarded-For': 'unknown' };
  await gateway.stranger().ask('POST', '/session', { body: { login: 'nobody', password: 'x' }, headers, want: 401 });
  assert.equal(lastAddress(), '127.0.0.1');
});
