// sanitizers: yes
// What an admin looks at: the lines of /readyz, the metrics and their values, a channel's times, and the answers while
// nothing can be kept.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { startGateway } from './kit/gateway.mjs';
import { drained, ledger } from './kit/ledger.mjs';
import { until } from './kit/until.mjs';

const BODY_BYTES = 4096;
const OUT = ['sent', 'delivered', 'read'];
let gateway;
let sim;
let agent;
let live;

before(async () => {
  gateway = await startGateway({ people: ['agent', 'admin'], settings: { hook_body_bytes: BODY_BYTES } });
  sim = gateway.sim;
  agent = await gateway.signIn('agent');
  live = await gateway.live(agent);
  await live.next('hello');
});
after(async () => {
  await gateway?.stop({ errors: ['config.problem', /^(store|egress)\./] });
});

/** A customer of the first Page who wrote, and the ticket. */
async function writes(text, options = { profile: 'empty' }) {
  const customer = sim.customer(options);
  const { mid } = await customer.text(text);
  const { data } = await live.next('message.created', ({ remote_id: id }) => id === mid);
  return { customer, ticket: data.ticket_id, message: data };
}
const state = ({ id }) => live.newest('message.updated', id)?.delivery?.state;
const reaches = (reply, states) => until(() => [states].flat().includes(state(reply)), `${reply.text}: ${states}, not ${state(reply)}`, 30_000);
const readiness = async () => (await gateway.page('/readyz')).body.toString();
const channel = async () => (await agent.get('/channels')).items[0];

describe('metrics', () => {
  test('the table in docs/operations.md has each metric that is given, with its type, and no other', async () => {
    const given = (await gateway.page('/metrics')).body.toString();
    const types = [...given.matchAll(/^# TYPE guichet_(\S+) (\S+)$/gm)].map(([, name, type]) => `${{ counter: `${name}_total`, info: `${name}_info` }[type] ?? name} ${type}`);
    assert.ok(types.length > 30, given);
    const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const [, table] = /\n### Metrics\n([^]*?)\n### /.exec(page);
    const listed = [...table.matchAll(/^\| `(\S+)` \| (\w+) \|/gm)].map(([, name, type]) => `${name} ${type}`);
    assert.deepEqual(types.sort(), listed.sort());
    const values = [...given.matchAll(/^guichet_([a-z_]+(?:\{[^}]*\})?)/gm)].map(([, name]) => name);
    assert.equal(new Set(values).size, values.length, 'each once');
    assert.deepEqual([...new Set(values.map((name) => name.replace(/\{.*/, '')))].sort(), listed.map((row) => row.split(' ')[0]).sort());
  });

  test('those of the sender, by value', async () => {
    const [known, nameless] = [await writes('au revoir', { profile: 'full' }), await writes('bonjour', { profile: 'phone-account' })];
    for (let i = 0; i < 3; i += 1) await reaches(await agent.reply(known.ticket, `prise ${i}`), OUT);
    sim.faults.add({ kind: 'error', error: 'temporary', calls: 2 });
    await reaches(await agent.reply(known.ticket, 'deux fois en vain'), OUT);
    sim.faults.add({ kind: 'error', error: 'cannotReceive' });
    await reaches(await agent.reply(nameless.ticket, 'refusée'), 'failed');
    sim.faults.add({ kind: 'cut', at: 'before-headers', taken: true });
    await reaches(await agent.reply(known.ticket, 'la réponse se perd, l’écho la prouve'), OUT);
    sim.faults.add({ kind: 'error', error: 'policy' });
    const other = await writes('autre chose');
    const held = await agent.reply(other.ticket, 'retenue');
    await until(async () => (await channel()).state === 'restricted', 'restricted', 20_000);
    assert.equal((await gateway.reload()).event, 'reload.done');
    await reaches(held, OUT);
    await until(async () => {
      const { body } = await gateway.page('/metrics');
      const sender = Object.fromEntries([...body.toString().matchAll(/^guichet_sender_(\w+)_total (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]));
      assert.deepEqual(sender, { requests: sim.ledger.out.length, sent: 5, retried: 2, failed: 1, unclear: 1, put_back: 1, profiles: 1, profiles_missed: 0 });
      return true;
    }, 'the counters', 20_000);
  });
});

test('a channel says when its last event came, to the second, and when it last sent', async () => {
  const before = Date.now() - 1000;
  const { ticket } = await writes('à quelle heure ?');
  const { last_event_at: event } = await channel();
  assert.ok(Date.parse(event) >= before && Date.parse(event) <= Date.now(), event);
  const asked = Date.now();
  await reaches(await agent.reply(ticket, 'maintenant'), OUT);
  const { last_send_at: send, last_event_at: later } = await channel();
  assert.ok(Date.parse(send) >= asked && Date.parse(send) <= Date.now(), send);
  assert.ok(Date.parse(later) >= Date.parse(event));
});

test('hook_body_bytes: a hook of that many bytes is taken, one more is not', async () => {
  const form = (text) => JSON.stringify({ object: 'page', entry: [], padding: text });
  const exact = form('x'.repeat(BODY_BYTES - form('').length));
  assert.equal(exact.length, BODY_BYTES);
  assert.equal((await sim.hooks.postRaw(exact)).status, 200);
  assert.equal((await sim.hooks.postRaw(`${exact} `)).status, 413);
});

describe('/readyz and what is answered meanwhile', () => {
  /** Somebody else writes to the database and does not end: gives the function that ends it. */
  async function lock() {
    const child = spawn('sqlite3', [gateway.database], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.write('PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE; SELECT 1;\n');
    for (let said = ''; !/^1$/m.test(said); ) said += (await once(child.stdout, 'data'))[0];
    const closed = once(child, 'close');
    return () => {
      if (!child.stdin.writableEnded) child.stdin.end('ROLLBACK;\n');
      return closed;
    };
  }

  test('the store and the sender, with their reasons; the API and the hooks say 503 and when to come back', async (t) => {
    const { ticket, customer } = await writes('pendant que rien ne s’écrit');
    let open;
    sim.faults.add({ kind: 'slow', gate: new Promise((resolve) => (open = resolve)) });
    const reply = await agent.reply(ticket, 'en route');
    await until(() => sim.ledger.out.some(({ text }) => text === 'en route'), 'on its way');
    const unlock = await lock();
    t.after(unlock);
    open();
    const refused = await agent.ask('POST', `/tickets/${ticket}/messages`, { body: { kind: 'note', text: 'x' }, want: 503 });
    assert.equal(refused.value.type, '/problems/unavailable');
    assert.match(refused.headers['retry-after'], /^[1-9]\d*$/);
    await until(async () => (await readiness()).includes('sender: '), 'the sender’s line', 20_000);
    const { status, body } = await gateway.page('/readyz');
    assert.equal(status, 503);
    const lines = body.toString().trimEnd().split('\n');
    assert.deepEqual(lines.map((line) => line.split(':')[0]), ['store', 'sender']);
    assert.ok(lines[0].length > 'store: '.length);
    assert.match(lines[1], /^sender: the store does not take (what became of replies|writes)$/);
    assert.equal((await gateway.metrics()).guichet_store_writable, 0);
    const raw = JSON.stringify({ object: 'page', entry: [{ id: customer.contact.page.id, time: Date.now(), messaging: [{ sender: { id: customer.psid }, recipient: { id: customer.contact.page.id }, timestamp: Date.now(), message: { mid: 'm_never', text: 'x' } }] }] });
    const hook = await sim.hooks.postRaw(raw);
    assert.equal(hook.status, 503);
    assert.match(hook.headers['retry-after'], /^[1-9]\d*$/);
    await unlock();
    await until(async () => (await readiness()) === 'ready\n', 'ready again', 20_000);
    await reaches(reply, OUT);
    await agent.post(`/tickets/${ticket}/messages`, { kind: 'note', text: 'x' });
  });

  test('the gateway is stopping: a request that had begun is told so', async () => {
    await drained(gateway);
    const socket = net.connect(gateway.port, '127.0.0.1');
    const answer = new Promise((done) => {
      let said = '';
      socket.on('data', (bytes) => (said += bytes)).on('close', () => done(said));
    });
    socket.write('GET /readyz HTTP/1.1\r\n');
    await gateway.page('/healthz'); // the door has read that, too
    gateway.child.kill('SIGTERM');
    await gateway.log.wait('daemon.stopping');
    socket.write(`Host: 127.0.0.1:${gateway.port}\r\n\r\n`);
    const said = await answer;
    assert.match(said, /^HTTP\/1\.1 503 /);
    assert.match(said, /\r\n\r\nthe gateway is stopping\n$/);
    assert.equal((await gateway.ended).code, 0);
    await gateway.start();
  });

  test('a plugin that is not there at the start: its line, its hooks and its channel', async () => {
    await gateway.halt();
    gateway.channels.push({ name: 'broken', plugin: 'broken', options: {}, accounts: [] });
    gateway.write();
    await gateway.start({ ready: false });
    await until(async () => (await gateway.page('/healthz')).status === 200, 'up', 15_000);
    await until(async () => (await readiness()) === 'channel broken: its plugin was refused\n', 'its line', 5000);
    assert.equal((await gateway.page('/readyz')).status, 503);
    const hook = await gateway.page('/hooks/broken', { method: 'POST', body: '{}' });
    assert.deepEqual([hook.status, hook.headers['retry-after']], [503, '60']);
    const problem = JSON.parse(hook.body);
    assert.deepEqual([problem.type, problem.detail], ['/problems/unavailable', 'The channel does not run.']);
    assert.equal((await gateway.page('/hooks/broken?hub.mode=subscribe')).status, 503);
    assert.equal((await gateway.metrics()).guichet_hooks_unavailable_total, 2);
    const [, broken] = (await (await gateway.signIn('agent')).get('/channels')).items;
    assert.deepEqual([broken.id, broken.state], ['broken', 'failed']);
  });
});

test('the ledger: nothing lost, doubled or invented', async () => {
  await drained(gateway);
  const book = await ledger(gateway);
  assert.deepEqual(book, { lost: [], doubled: [], invented: [], twoLive: [], broken: [], silentDoubles: [], waiting: [] });
});
