// sanitizers: yes
// The live feed: hello, replay, resync, presence, refusals, slow readers, ended sessions; F50 at the gateway.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { run, startGateway } from './kit/gateway.mjs';
import { frame } from './kit/live.mjs';
import { pause, until } from './kit/until.mjs';

let gateway;
let sim;
let agent;
let colleague;

before(async () => {
  gateway = await startGateway();
  sim = gateway.sim;
  [agent, colleague] = [await gateway.signIn('agent'), await gateway.signIn('colleague')];
});
after(async () => {
  await gateway?.stop();
});

const durable = ({ type }) => /^(ticket|message|channel)\./.test(type);
/** A new ticket, seen on `live`. */
async function newTicket(live, name = 'Léo') {
  const from = live.frames.length;
  const customer = sim.customer({ name, profile: 'empty' });
  await customer.text('bonjour');
  const { data } = await live.next('ticket.created', () => true, { from });
  return { customer, ticket: data };
}

describe('frames', () => {
  test('hello first; seq grows; hello and presence carry the seq of the last durable frame', async () => {
    const live = await gateway.live(agent);
    await live.next('hello');
    assert.equal(live.frames[0].type, 'hello');
    assert.ok(Math.abs(Date.parse(live.frames[0].data.server_time) - Date.now()) < 5000);
    for (let i = 0; i < 5; i += 1) await newTicket(live);
    const seqs = live.frames.filter(durable).map(({ seq }) => seq);
    assert.deepEqual(seqs, [...seqs].sort((a, b) => a - b));
    assert.equal(new Set(seqs).size, seqs.length);
    const from = live.frames.length;
    live.send({ type: 'ping' });
    assert.equal((await live.next('hello', () => true, { from })).seq, seqs.at(-1));
    const { live_seq: known } = await agent.get('/session');
    assert.equal(known, seqs.at(-1));
  });

  test('two consoles get the same frames', async () => {
    const [one, two] = [await gateway.live(agent), await gateway.live(await gateway.bearer('agent'))];
    for (const live of [one, two]) await live.next('hello');
    const { ticket } = await newTicket(one);
    await two.next('ticket.created', ({ id }) => id === ticket.id);
    // The first may still have heard of what was before the second came.
    const told = ({ frames }) => JSON.stringify(frames.filter((frame) => durable(frame) && frame.seq > two.frames[0].seq));
    await until(() => told(one) === told(two), 'the same');
  });

  test('since replays what was missed, in order and once', async () => {
    const live = await gateway.live(agent);
    await live.next('hello');
    const start = live.frames[0].seq;
    const { ticket } = await newTicket(live, 'Manqué');
    await agent.reply(ticket, 'une réponse');
    await live.next('message.updated', ({ delivery }) => delivery?.state === 'read');
    await pause(300);
    const missed = live.frames.filter(durable);
    const again = await gateway.live(agent, { since: start });
    await until(() => again.frames.filter(durable).length >= missed.length, 'the replay');
    assert.equal(again.frames[0].type, 'hello');
    assert.deepEqual(again.frames.filter(durable).slice(0, missed.length), missed);
    const middle = missed[Math.floor(missed.length / 2)].seq;
    const half = await gateway.live(agent, { since: middle });
    await until(() => half.frames.filter(durable).length >= missed.filter(({ seq }) => seq > middle).length, 'the rest');
    const rest = missed.filter(({ seq }) => seq > middle);
    assert.deepEqual(half.frames.filter(durable).slice(0, rest.length), rest);
    const none = await gateway.live(agent, { since: missed.at(-1).seq });
    await none.next('hello');
    await pause(200);
    assert.ok(none.frames.filter(durable).every(({ seq }) => seq > missed.at(-1).seq));
  });

  test('a seq that is too old, or was never sent: one resync, and its seq to go on with', async () => {
    for (const since of [0, 1, 9e15]) {
      const live = await gateway.live(agent, { since });
      const { seq } = await live.next('resync');
      // Nothing old is told before it; what happens meanwhile (a name is learnt) comes after it, with a higher seq.
      assert.deepEqual(live.frames.slice(0, 2).map(({ type }) => type), ['hello', 'resync']);
      assert.equal(live.frames.filter(({ type }) => type === 'resync').length, 1);
      assert.ok(live.frames.slice(2).every((frame) => frame.seq > seq));
      const { ticket } = await newTicket(live);
      assert.ok(live.frames.find(({ type, data }) => type === 'ticket.created' && data.id === ticket.id).seq > seq);
    }
  });

  test('since that is no number', async () => {
    for (const since of ['x', '-1', '1.5', '', '99999999999999999999']) {
      const live = await gateway.live(agent, { since });
      assert.equal(live.status, 422, since);
    }
  });

  test('after a restart: resync, and seq never goes back', async () => {
    const live = await gateway.live(agent);
    const { seq } = await live.next('hello');
    await gateway.halt();
    assert.equal(await live.closed(), 1001);
    await gateway.start();
    const again = await gateway.live(agent, { since: seq });
    const resync = await again.next('resync');
    assert.ok(resync.seq >= seq);
    await newTicket(again);
    assert.ok(again.frames.filter(durable).every((got) => got.seq > seq));
  });

  test('a burst comes whole to who reads', async () => {
    const live = await gateway.live(agent);
    await live.next('hello');
    const customers = Array.from({ length: 60 }, (_, i) => sim.customer({ name: `Rafale ${i}`, profile: 'empty' }));
    await Promise.all(customers.map((customer) => customer.text('tous à la fois')));
    await until(() => live.frames.filter(({ type }) => type === 'ticket.created').length === 60, 'all of them');
  });

  test('a change of the channel is told', async () => {
    const admin = await gateway.signIn('admin');
    const live = await gateway.live(agent);
    await live.next('hello');
    await admin.patch('/channels/maple-messenger', { action: 'pause' });
    await live.next('channel.updated', ({ state }) => state === 'paused');
    await gateway.told(['channel', 'resume', 'maple-messenger']);
    await live.next('channel.updated', ({ state }) => state === 'active');
  });
});

describe('presence', () => {
  test('others see it, the one who tells does not; the end of the socket is "left"', async () => {
    const [mine, theirs] = [await gateway.live(agent), await gateway.live(colleague)];
    const { ticket } = await newTicket(mine);
    await theirs.next('hello');
    mine.send({ type: 'presence', data: { ticket: ticket.id, state: 'viewing' } });
    const { data } = await theirs.next('presence', ({ ticket: id }) => id === ticket.id);
    assert.deepEqual(data, { ticket: ticket.id, user: { id: agent.session.user.id, name: 'Camille Roy' }, state: 'viewing' });
    mine.send({ type: 'presence', data: { ticket: ticket.id, state: 'typing' } });
    await theirs.next('presence', ({ state }) => state === 'typing');
    theirs.send({ type: 'presence', data: { ticket: ticket.id, state: 'viewing' } });
    await mine.next('presence', ({ user }) => user.id === colleague.session.user.id);
    assert.ok(!mine.frames.some(({ type, data: { user } }) => type === 'presence' && user.id === agent.session.user.id));
    mine.close();
    await theirs.next('presence', ({ state, user }) => state === 'left' && user.id === agent.session.user.id);
  });

  test('whoever comes later learns who is there', async () => {
    const mine = await gateway.live(agent);
    const { ticket } = await newTicket(mine);
    mine.send({ type: 'presence', data: { ticket: ticket.id, state: 'viewing' } });
    await pause(200);
    const theirs = await gateway.live(colleague);
    theirs.send({ type: 'presence', data: { ticket: ticket.id, state: 'viewing' } });
    await theirs.next('presence', ({ user }) => user.id === agent.session.user.id);
  });

  test('on a ticket that does not exist: nothing happens', async () => {
    const [mine, theirs] = [await gateway.live(agent), await gateway.live(colleague)];
    mine.send({ type: 'presence', data: { ticket: '999999', state: 'viewing' } });
    await pause(200);
    mine.send({ type: 'ping' });
    await mine.next('hello', () => true, { from: 1 });
    assert.ok(theirs.frames.every(({ type }) => type !== 'presence'));
  });
});

describe('who may listen', () => {
  const refusal = async (client, options, status) => {
    const live = await gateway.live(client, options);
    assert.equal(live.status, status, JSON.stringify(options));
  };

  test('nobody, analysts, and programs of analysts may not', async () => {
    await refusal(null, {}, 401);
    await refusal(await gateway.signIn('analyst'), {}, 403);
    await refusal(await gateway.bearer('analyst'), {}, 403);
    await refusal(gateway.stranger({ Authorization: 'Bearer x' }), {}, 401);
  });

  test('Origin has to be ours, exactly; without one only a token counts', async () => {
    const { origin, port } = gateway;
    for (const other of ['http://evil.example', 'null', `https://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`, `${origin}.evil.example`, `${origin}/`, `http://127.0.0.1`, `http://x@127.0.0.1:${port}`, ''])
      await refusal(agent, { headers: { Origin: other } }, 403);
    await refusal(agent, { headers: { Origin: undefined } }, 403);
    const program = await gateway.bearer('agent');
    assert.equal((await gateway.live(program)).status, 101);
    await refusal(program, { headers: { Origin: 'http://evil.example' } }, 403);
  });

  test('a revoked token, a disabled user, a signed-out session: closed within five seconds', async () => {
    const person = { login: 'bref', role: 'agent', name: 'Bref', password: 'une phrase pour peu de temps' };
    await gateway.addPerson(person);
    const token = await gateway.token('agent', 'live, to be revoked');
    const program = await gateway.live(gateway.stranger({ Authorization: `Bearer ${token}` }));
    const user = await gateway.live(await gateway.signIn(person));
    const session = await gateway.signIn(person);
    const leaving = await gateway.live(session);
    for (const live of [program, user, leaving]) await live.next('hello');
    await session.delete('/session');
    assert.equal(await leaving.closed(5000), 4401);
    const { items } = await gateway.told(['token', 'list', '--json']);
    await gateway.told(['token', 'revoke', String(items.find(({ name }) => name === 'live, to be revoked').id)]);
    assert.equal(await program.closed(5000), 4401);
    assert.equal(user.code, undefined);
    await gateway.told(['user', 'disable', 'bref']);
    assert.equal(await user.closed(5000), 4401);
  });

  test('another role: closed with 4403', async () => {
    const person = { login: 'mute', role: 'agent', name: 'Mute', password: 'une phrase qui change de rôle' };
    await gateway.addPerson(person);
    const live = await gateway.live(await gateway.signIn(person));
    await live.next('hello');
    const { status } = await run('sqlite3', ['-cmd', '.timeout 5000', gateway.database, "UPDATE user SET role = 1 WHERE login = 'mute'"]);
    assert.equal(status, 0);
    await gateway.token('agent', 'to have people read again');
    assert.equal(await live.closed(5000), 4403);
  });

  test('a plain GET is told to upgrade', async () => {
    const { status, value } = await agent.ask('GET', '/live');
    assert.equal(status, 426);
    assert.equal(value.type, '/problems/upgrade-required');
  });
});

describe('F50: clients that misbehave', () => {
  const broken = {
    'not JSON': [frame(1, 'hello'), 1008],
    'an unknown type': [frame(1, '{"type":"shout"}'), 1008],
    'an unknown state': [frame(1, '{"type":"presence","data":{"ticket":"1","state":"dancing"}}'), 1008],
    'a list': [frame(1, '[]'), 1008],
    'binary': [frame(2, Buffer.from([1, 2, 3])), 1003],
    'text that is not UTF-8': [frame(1, Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), 1007],
    'a frame without a mask': [Buffer.from([0x81, 2, 0x68, 0x69]), 1002],
    'a reserved bit': [Buffer.concat([Buffer.from([0xc1]), frame(1, 'x').subarray(1)]), 1002],
    'a reserved opcode': [frame(3, 'x'), 1002],
    'a control frame in pieces': [Buffer.concat([Buffer.from([0x09]), frame(9, 'x').subarray(1)]), 1002],
    'over 4 KiB': [frame(1, JSON.stringify({ type: 'ping', pad: 'x'.repeat(5000) })), 1008],
    'nesting': [frame(1, `${'['.repeat(2000)}${']'.repeat(2000)}`), 1008],
  };
  for (const [name, [bytes, code]] of Object.entries(broken))
    test(`${name}: closed`, async () => {
      const live = await gateway.live(agent);
      await live.next('hello');
      live.write(bytes);
      const got = await live.closed();
      assert.ok([code, 1002, 1003, 1006, 1007, 1008, 1009].includes(got), `${got}, wanted ${code}`);
      assert.equal((await gateway.page('/healthz')).status, 200);
    });

  test('20 frames in ten seconds are heard, more close the socket (1008)', async () => {
    const live = await gateway.live(agent);
    await live.next('hello');
    for (let i = 0; i < 20; i += 1) live.send({ type: 'ping' });
    await until(() => live.frames.filter(({ type }) => type === 'hello').length === 21, 'twenty answers');
    live.send({ type: 'ping' });
    assert.equal(await live.closed(), 1008);
  });

  test('who does not read is dropped, and costs no memory', async () => {
    const slow = await gateway.live(agent);
    const quick = await gateway.live(colleague);
    await Promise.all([slow, quick].map((live) => live.next('hello')));
    slow.pause();
    const before = gateway.memory();
    const from = quick.frames.length;
    const customers = Array.from({ length: 20 }, (_, i) => sim.customer({ name: `Bavard ${i}`, profile: 'empty' }));
    const text = 'é'.repeat(1900);
    const dropped = async () => (await gateway.metrics()).guichet_http_slow_sockets_total > 0;
    for (let round = 0; round < 60 && !(await dropped()); round += 1)
      await Promise.all(customers.map((customer) => customer.text(text)));
    assert.ok(await dropped(), 'the slow one is dropped');
    assert.ok(gateway.memory() - before < 64 << 20, `${(gateway.memory() - before) >> 20} MiB more`);
    slow.resume();
    const code = await slow.closed();
    assert.ok([1013, 1006].includes(code), String(code));
    assert.equal(quick.code, undefined);
    const { ticket } = await newTicket(quick, 'Après');
    assert.ok(quick.frames.slice(from).some(({ data }) => data.id === ticket.id));
  });
});
