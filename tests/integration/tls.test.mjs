// F25: platforms with a wrong certificate or an old TLS are refused, and the channel says why; also TLS in front.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run, startGateway } from './kit/gateway.mjs';
import { until } from './kit/until.mjs';

const folder = mkdtempSync(join(tmpdir(), 'guichet-tls-'));
const file = (name) => join(folder, name);
const openssl = async (...args) => {
  const { status, stderr } = await run('openssl', args);
  assert.equal(status, 0, stderr);
};

/** A certificate `name`.pem with `name`.key for the host, signed by the authority or by itself. */
async function certify(name, { host = 'localhost', days = ['20250101000000Z', '20360101000000Z'], self = false } = {}) {
  writeFileSync(file(`${name}.cnf`), `[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN=${host}\n[ext]\nsubjectAltName=DNS:${host}\n`);
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
