// sanitizers: yes
// F25: platforms with a wrong certificate or an old TLS are refused, and the channel says why; also TLS in front.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { PEOPLE, run, startGateway } from './kit/gateway.mjs';
import { until } from './kit/until.mjs';

const folder = mkdtempSync(join(tmpdir(), 'guichet-tls-'));
const file = (name) => join(folder, name);
const openssl = async (...args) => {
  const { status, stderr } = await run('openssl', args);
  assert.equal(status, 0, stderr);
};

/** A certificate `name`.pem with `name`.key for the host (and an address), signed by the authority or by itself. */
async function certify(name, { host = 'localhost', address, days = ['20250101000000Z', '20360101000000Z'], self = false } = {}) {
  writeFileSync(file(`${name}.cnf`), `[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN=${host}\n[ext]\nsubjectAltName=DNS:${host}${address ? `,IP:${address}` : ''}\n`);
  await openssl('req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', file(`${name}.key`), '-out', file(`${name}.csr`), '-config', file(`${name}.cnf`));
  const signer = self ? ['-selfsign', '-keyfile', file(`${name}.key`)] : ['-cert', file('ca.pem'), '-keyfile', file('ca.key')];
  await openssl('ca', '-batch', '-notext', '-config', file('ca.cnf'), '-extfile', file(`${name}.cnf`), '-extensions', 'ext', ...signer, '-startdate', days[0], '-enddate', days[1], '-in', file(`${name}.csr`), '-out', file(`${name}.pem`));
}

const PLATFORMS = {
  good: {},
  expired: { certificate: 'expired' },
  'wrong-host': { certificate: 'wrong-host' },
  'self-signed': { certificate: 'self-signed' },
  'tls-1-0': { options: { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' } },
  'tls-1-1': { options: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } },
};
const names = Object.keys(PLATFORMS);
const pageOf = (name) => String(104857600002000 + names.indexOf(name));
const servers = {};
let gateway;
let agent;

before(async () => {
  writeFileSync(file('index.txt'), '');
  writeFileSync(file('ca.cnf'), `[ca]\ndefault_ca=own\n[own]\ndatabase=${file('index.txt')}\nnew_certs_dir=${folder}\nrand_serial=yes\ndefault_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n`);
  await openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', file('ca.key'), '-out', file('ca.pem'), '-days', '3650', '-subj', '/CN=Test authority');
  await certify('good');
  await certify('expired', { days: ['20240101000000Z', '20250101000000Z'] });
  await certify('wrong-host', { host: 'graph.example' });
  await certify('self-signed', { self: true });
  for (const [name, { certificate = 'good', options = {} }] of Object.entries(PLATFORMS)) {
    const seen = [];
    const server = https.createServer({ cert: readFileSync(file(`${certificate}.pem`)), key: readFileSync(file(`${certificate}.key`)), ...options }, (incoming, response) => {
      seen.push(incoming.method);
      incoming.resume();
      incoming.on('end', () => response.setHeader('Content-Type', 'application/json').end('{"recipient_id":"1","message_id":"m_tls"}'));
    });
    await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
    servers[name] = { server, seen, origin: `https://localhost:${server.address().port}` };
  }
  gateway = await startGateway({
    people: ['agent'],
    settings: { ca_file: file('ca.pem') },
    channels: (own) =>
      names.map((name) => {
        const pages = [{ id: pageOf(name), name, token: `token-of-${name}` }];
        return own.messengerChannel({ name, pages, options: { api_base: servers[name].origin } });
      }),
  });
  agent = await gateway.signIn('agent');
});
after(async () => {
  await gateway?.stop();
  for (const { server } of Object.values(servers)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

async function replyOn(name) {
  const page = pageOf(name);
  const message = { mid: `m_of_${name}`, text: 'bonjour' };
  const element = { sender: { id: `7${page}` }, recipient: { id: page }, timestamp: Date.now(), message };
  const body = JSON.stringify({ object: 'page', entry: [{ id: page, time: Date.now(), messaging: [element] }] });
  assert.equal((await gateway.sim.hooks.postRaw(body, { url: `${gateway.origin}/hooks/${name}` })).status, 200);
  const ticket = await until(async () => (await agent.get(`/tickets?channel=${name}`)).items[0], 'the ticket');
  return { ticket, reply: await agent.reply(ticket, 'par TLS') };
}
const shown = async ({ ticket, reply }) => (await agent.get(`/tickets/${ticket.id}/messages`)).items.find(({ id }) => id === reply.id);

test('F25: a good certificate of the configured authority is taken', async () => {
  const sent = await replyOn('good');
  await until(async () => (await shown(sent)).delivery.state === 'sent', 'sent', 10_000);
});

for (const [name, reason] of [
  ['expired', /expired/i],
  ['wrong-host', /name|host|subject/i],
  ['self-signed', /self.signed/i],
  ['tls-1-0', /protocol|version|alert|tls/i],
  ['tls-1-1', /protocol|version|alert|tls/i],
])
  test(`F25: ${name}: refused before anything is said, the channel says why, the reply waits`, async () => {
    const waiting = await replyOn(name);
    const channel = await until(
      async () => {
        const found = (await agent.get('/channels')).items.find(({ id }) => id === name);
        return (found.error ?? found.accounts[0].error) && found;
      },
      'the reason on the channel',
      15_000,
    );
    assert.match(channel.error ?? channel.accounts[0].error, reason);
    assert.deepEqual(servers[name].seen, []);
    assert.equal((await shown(waiting)).delivery.state, 'queued');
    assert.equal(channel.queued, 1);
  });

describe('TLS in front', () => {
  let desk;
  before(async () => {
    await certify('front', { address: '127.0.0.1' });
    const tls = { certificate: file('front.pem'), key: file('front.key'), ca: readFileSync(file('ca.pem')) };
    desk = await startGateway({ sim: false, channels: () => [], people: ['agent'], tls });
  });
  after(() => desk?.stop());

  /** The name and flags of the cookie that an answer sets. */
  const cookieOf = ({ headers }) => {
    const [pair, ...flags] = headers['set-cookie'][0].split('; ');
    return [pair.split('=')[0], flags.map((flag) => flag.toLowerCase()).sort()];
  };

  test('the session is a __Host- cookie, and only that one', async () => {
    const { login, password } = PEOPLE.agent;
    const answer = await desk.stranger().ask('POST', '/session', { body: { login, password }, want: 200 });
    assert.deepEqual(cookieOf(answer), ['__Host-guichet_session', ['httponly', 'max-age=43200', 'path=/', 'samesite=strict', 'secure']]);
    const token = /=([0-9a-f]{64});/.exec(answer.headers['set-cookie'][0])[1];
    assert.equal((await desk.stranger({ Cookie: `__Host-guichet_session=${token}` }).get('/session')).user.login, login);
    await desk.stranger({ Cookie: `guichet_session=${token}` }).ask('GET', '/session', { want: 401 });
  });

  test('signing out takes the same cookie away', async () => {
    const client = await desk.signIn('agent');
    const answer = await client.ask('DELETE', '/session', { want: 204 });
    assert.deepEqual(cookieOf(answer), ['__Host-guichet_session', ['httponly', 'max-age=0', 'path=/', 'samesite=strict', 'secure']]);
    await client.ask('GET', '/session', { want: 401 });
  });

  test('every page and every answer of the API asks the browser to stay with HTTPS', async () => {
    for (const path of ['/', '/healthz', '/readyz', '/metrics', '/nowhere', '/api/v1/session', '/api/v1/openapi.yaml', '/api/v1/nowhere']) {
      const { headers } = await desk.page(path);
      assert.match(headers['strict-transport-security'] ?? '', /^max-age=31536000; includeSubDomains$/, path);
    }
  });

  test('what is refused at the door asks for it too', async () => {
    const refusals = [
      [405, '/', { method: 'PUT', body: '{}' }],
      [411, '/api/v1/session', { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' } }],
      [413, '/api/v1/session', { method: 'POST', headers: { 'Content-Length': 5_000_000 } }],
      [421, '/', { headers: { Host: '192.0.2.7' } }],
      [404, '/hooks/nowhere', { method: 'POST', body: '{}' }],
    ];
    for (const [status, path, options] of refusals) {
      const answer = await desk.page(path, options);
      assert.equal(answer.status, status, path);
      assert.match(answer.headers['strict-transport-security'] ?? '', /^max-age=31536000; includeSubDomains$/, `${status} ${path}`);
    }
  });

  test('the feed opens over TLS, for our own page alone', async () => {
    const client = await desk.signIn('agent');
    const live = await desk.live(client);
    assert.equal((await live.next('hello')).type, 'hello');
    const foreign = await desk.live(client, { headers: { Origin: desk.origin.replace('https', 'http') } });
    assert.equal(foreign.status, 403);
    const { login, password } = PEOPLE.agent;
    const headers = { Origin: desk.origin.replace('https', 'http') };
    await desk.stranger().ask('POST', '/session', { body: { login, password }, headers, want: 403 });
    await client.ask('DELETE', '/session', { want: 204 });
    assert.equal(await live.closed(), 4401);
  });

  test('a renewed certificate is shown after a restart, and sessions go on', async () => {
    const serial = () =>
      new Promise((resolve, reject) => {
        const socket = connect({ port: desk.port, host: '127.0.0.1', ca: desk.tls.ca }, () => {
          resolve(socket.getPeerCertificate().serialNumber);
          socket.destroy();
        });
        socket.on('error', reject);
      });
    const client = await desk.signIn('agent');
    const first = await serial();
    await certify('front', { address: '127.0.0.1' });
    assert.equal(await serial(), first);
    await desk.halt();
    await desk.start();
    assert.notEqual(await serial(), first);
    assert.equal((await client.get('/session')).user.login, PEOPLE.agent.login);
  });
});
