// F44 (hostile strings are stored whole and given back whole), F53 (hostile JSON), F49 (secrets appear nowhere).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Random } from '../platforms/kit/random.mjs';
import { secret, startGateway } from './kit/gateway.mjs';
import { drained } from './kit/ledger.mjs';
import { STRINGS } from './kit/strings.mjs';
import { until } from './kit/until.mjs';

const CANARIES = {
  app: 'CANARY-app-secret-3f1c9a7e',
  verify: 'CANARY-verify-token-8b2d6e40',
  maple: 'CANARY-page-token-5a9e1c72',
  erable: 'CANARY-page-token-d04b7f38',
};
let gateway;
let sim;
let agent;
let admin;
const API_BODY = 256 << 10;
const seen = [];
/** What the API takes from people: no control characters but tab and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const typed = (text) => !/[\x00-\x08\x0b\x0c\x0e-\x1f]/.test(text);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const CONTROLS = /[\x00-\x1f\x7f]/g;

before(async () => {
  const pages = [
    { id: '104857600000123', name: 'Maple Outdoors', token: CANARIES.maple },
    { id: '104857600000456', name: 'Érable', token: CANARIES.erable },
  ];
  gateway = await startGateway({ sim: { appSecret: CANARIES.app, verifyToken: CANARIES.verify, pages }, args: ['--log-level', 'debug'] });
  sim = gateway.sim;
  gateway.onAnswer = ({ body, headers }) => seen.push(body.toString(), JSON.stringify(headers));
  [agent, admin] = [await gateway.signIn('agent'), await gateway.signIn('admin')];
});
after(async () => {
  await gateway?.stop();
});

const post = (body) => sim.hooks.postRaw(body);
const event = (members, psid = '7099000000000001') => ({
  object: 'page',
  entry: [{ id: '104857600000123', time: Date.now(), messaging: [{ sender: { id: psid }, recipient: { id: '104857600000123' }, timestamp: Date.now(), ...members }] }],
});

describe('F44: 400 strings', () => {
  test('as messages of customers: stored whole, given back whole, in list, thread and feed', async () => {
    assert.equal(STRINGS.length, 400);
    const live = await gateway.live(agent);
    await live.next('hello');
    const customer = sim.customer({ name: 'Hostile', profile: 'empty' });
    const start = Date.now() - 1_000_000;
    for (const [i, text] of STRINGS.entries()) assert.equal((await customer.text({ text, at: start + i * 1000 })).row.answer, 'A', JSON.stringify(text));
    const { items: [ticket] } = await agent.get('/tickets');
    let found = [];
    for (let before = null; ; ) {
      const page = await agent.get(`/tickets/${ticket.id}/messages?limit=200${before ? `&before=${before}` : ''}`);
      found = [...page.items, ...found];
      before = page.next_cursor;
      if (before === null) break;
    }
    assert.deepEqual(found.map(({ text }) => text), STRINGS);
    await until(() => live.frames.filter(({ type }) => type === 'message.created').length === 400, 'all frames');
    assert.deepEqual(live.frames.filter(({ type }) => type === 'message.created').map(({ data }) => data.text), STRINGS);
    assert.ok(ticket.preview === null || !/[\r\n]/.test(ticket.preview), 'a preview is one line');
  });

  test('as replies: the platform receives them whole', async () => {
    const customer = sim.customer({ name: 'Répondue', profile: 'empty' });
    await customer.text('bonjour');
    const { items } = await agent.get('/tickets?sort=created&limit=1');
    const some = STRINGS.filter((text, i) => i % 4 === 0 && typed(text) && text.trim() !== '' && [...text].length <= 2000);
    for (const text of some) await agent.reply(items[0], text);
    await drained(gateway, 60_000);
    for (const text of STRINGS.filter((other) => !typed(other)).slice(0, 10)) await agent.ask('POST', `/tickets/${items[0].id}/messages`, { body: { kind: 'reply', text }, want: 422 });
    const calls = sim.ledger.out.filter(({ route, customer: id, outcome }) => route === 'send' && id === customer.psid && outcome === 'accepted');
    assert.deepEqual(calls.map(({ text }) => text), some);
  });

  test('as notes, drafts and tags', async () => {
    const { items: [ticket] } = await agent.get('/tickets?sort=created&limit=1');
    for (const text of STRINGS.filter((other, i) => i % 5 === 0 && typed(other))) {
      assert.equal((await agent.post(`/tickets/${ticket.id}/messages`, { kind: 'note', text })).text, text);
      assert.equal((await agent.patch(`/tickets/${ticket.id}/drafts`, { note: text })).note.text, text);
    }
    const tags = STRINGS.filter((text) => typed(text) && !/\s/.test(text) && [...text].length <= 40 && text.trim() === text && !text.includes(',')).slice(0, 20);
    const kept = await agent.patch(`/tickets/${ticket.id}`, { tags });
    assert.deepEqual([...kept.tags].sort(), [...tags].sort());
  });

  test('as search words, filters, cursors, ids and logins: an answer as described, never an error', async () => {
    for (const text of STRINGS) {
      const word = encodeURIComponent([...text.replace(CONTROLS, '')].slice(0, 200).join('')).slice(0, 4000).replace(/%.?$/, '');
      await agent.ask('GET', `/search?q=${word}`, { want: [200, 400, 422] });
      await agent.ask('GET', `/tickets?q=${word}&limit=1`, { want: [200, 400, 422] });
    }
    for (const text of STRINGS.filter((_, i) => i % 6 === 0)) {
      const word = encodeURIComponent([...text.replace(CONTROLS, '')].slice(0, 60).join(''));
      for (const query of [`cursor=${word}`, `tag=${word}`, `channel=${word}`, `assignee=${word}`, `status=${word}`]) await agent.ask('GET', `/tickets?${query}`, { want: [200, 400, 422] });
    }
  });

  test('as names that guichetctl gives, and names that the platform tells', async () => {
    for (const [i, name] of ["O'Brien; DROP TABLE user", '<script>alert(1)</script>', 'שלום', '😀', '%s%n'].entries()) {
      await gateway.told(['user', 'add', `hostile-${i}`, '--role', 'agent', '--name', name, '--password-stdin'], { input: 'une phrase assez longue\n' });
      assert.ok((await admin.all('/users')).some((user) => user.name === name));
      await sim.customer({ name: `${name} Client` }).text('x');
    }
    await until(async () => {
      const names = (await agent.all('/tickets')).map(({ customer }) => customer.name);
      return ['<script>alert(1)</script> Client', '%s%n Client'].every((name) => names.includes(name));
    }, 'the names', 15_000);
  });

  test('every line of the log parses, and holds none of the words', () => {
    assert.deepEqual(gateway.log.broken, []);
    const words = STRINGS.filter((text) => text.length > 12 && !text.startsWith(' '));
    for (const line of gateway.log.lines) for (const word of words) assert.ok(!line.includes(word), line);
  });
});

describe('F53: hostile JSON', () => {
  const deep = (n, open, close) => open.repeat(n) + close.repeat(n);
  const bodies = [
    '', ' ', '\n', 'null', 'true', '0', '-', '"', '""', '[', ']', '{', '}', '{}', '[]', '{"a"}', '{"a":}', '{,}', '[,]', '[1,]', '{"a":1,}', "{'a':1}", '{a:1}', '\ufeff{}', '{}{}', '{} x', '/* */{}', 'NaN', '[NaN]', '[Infinity]', '[01]', '[1.]', '[.1]', '[1e]', '[+1]', '[0x1]', '[1e400]', '[-1e400]', '[1e-400]', `[${'9'.repeat(400)}]`, '[9223372036854775808]', '[-9223372036854775809]',
    '["\\x"]', '["\\u12"]', '["\\ud800"]', '["\\udc00\\ud800"]', '["\\u0000"]', '["\u0001"]', '["\t"]', '["\\', '["\\u', '{"a":1,"a":2}', '{"\\u0061":1,"a":2}', '{"":1}', '{"__proto__":1}', '{"\\u0000":1}', `{"${'k'.repeat(70000)}":1}`,
    deep(63, '[', ']'), deep(64, '[', ']'), deep(65, '[', ']'), deep(2000, '[', ']'), deep(100000, '[', ''), deep(5000, '{"a":', '') , '[' + '1,'.repeat(50000) + '1]', `{${Array.from({ length: 20000 }, (_, i) => `"k${i}":${i}`).join()}}`, `"${'\\n'.repeat(60000)}"`, `"${'\\ud83d\\ude00'.repeat(20000)}"`,
    Buffer.from([0xff, 0xfe, 0x7b, 0]), Buffer.from([0xc0, 0x80]), Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), Buffer.from([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]), Buffer.from([0x22, 0xc3, 0x22]), Buffer.alloc(1000), Buffer.alloc(100000, 0x5b),
  ];
  const values = ['null', 'true', '0', '-1', '1e30', '""', '[]', '{}', '[{}]', '[null]', '"x"', `"${'x'.repeat(5000)}"`, '9223372036854775808', '1.5', '"\\ud800"', '"\\u0000"', deep(70, '[', ']')];
  const places = ['object', 'entry', 'entry.0', 'entry.0.id', 'entry.0.time', 'entry.0.messaging', 'entry.0.messaging.0', 'entry.0.messaging.0.sender', 'entry.0.messaging.0.sender.id', 'entry.0.messaging.0.timestamp', 'entry.0.messaging.0.message', 'entry.0.messaging.0.message.mid', 'entry.0.messaging.0.message.text', 'entry.0.messaging.0.message.attachments', 'entry.0.messaging.0.message.reply_to'];

  /** The envelope of a message with a raw value put at one place. */
  function enveloped(place, value) {
    const whole = event({ message: { mid: `m_f53_${place}`, text: 'x', attachments: [], reply_to: { mid: 'm_none' } } });
    const path = place.split('.');
    const last = path.pop();
    path.reduce((here, name) => here[name], whole)[last] = '@@here@@';
    return JSON.stringify(whole).replace('"@@here@@"', value);
  }

  const envelopes = places.flatMap((place) => values.map((value) => enveloped(place, value)));

  test('300 bodies, plain and in the envelope: 200 (kept or set aside), each within a second', async () => {
    const all = [...bodies, ...envelopes];
    assert.ok(all.length >= 300, String(all.length));
    const memory = gateway.memory();
    for (const body of all) {
      const begin = performance.now();
      const { status } = await post(body);
      const took = performance.now() - begin;
      assert.ok(status === 200, `${status}: ${body.toString().slice(0, 200)}`);
      assert.ok(took < 1000, `${took} ms: ${body.toString().slice(0, 200)}`);
    }
    assert.ok(gateway.memory() - memory < 24 << 20, `${(gateway.memory() - memory) >> 20} MiB more`);
  });

  test('a body over 256 KiB is refused by the API before it is read', async () => {
    for (const path of ['/session', '/me/settings']) {
      const answer = await gateway.page(`/api/v1${path}`, { method: path === '/session' ? 'POST' : 'PATCH', body: ' '.repeat(API_BODY + 1), headers: { ...agent.headers, 'Content-Type': 'application/json' } });
      assert.equal(answer.status, 413);
      assert.match(answer.headers['content-type'], /^application\/problem\+json/);
    }
  });

  test('the same to the API: 400 or 422, never an error of ours', async () => {
    const { items: [ticket] } = await agent.get('/tickets?limit=1');
    for (const body of [...bodies, ...envelopes.slice(0, 60)].filter(({ length }) => length > 0 && length <= API_BODY)) {
      for (const [method, path] of [['POST', `/tickets/${ticket.id}/messages`], ['PATCH', `/tickets/${ticket.id}`], ['PATCH', '/me/settings']])
        await agent.ask(method, path, { body, want: [400, 422] });
    }
  });

  test('3000 mutants of real hooks: no crash, no 5xx', async () => {
    const random = new Random(53);
    const seeds = [
      event({ message: { mid: 'm_seed', text: 'Bonjour é 😀', quick_reply: { payload: 'A' } } }),
      event({ message: { mid: 'm_seed2', attachments: [{ type: 'image', payload: { url: 'https://x.example/a.png' } }, { type: 'location', payload: { coordinates: { lat: 45.5, long: -73.6 } } }] } }),
      event({ postback: { mid: 'm_seed3', title: 'Go', payload: 'GO', referral: { ref: 'x', source: 'ADS', type: 'OPEN_THREAD', ad_id: '1' } } }),
      event({ reaction: { mid: 'm_seed', action: 'react', reaction: 'love', emoji: '❤' } }),
      event({ delivery: { mids: ['m_seed'], watermark: Date.now() } }),
      event({ read: { watermark: Date.now() } }),
    ].map((value) => Buffer.from(JSON.stringify(value)));
    const tokens = ['{', '}', '[', ']', '"', ':', ',', '\\', 'null', '-1', '1e99', '\\ud800', '\u0000', '{"a":', '[[', '0'.repeat(300)].map((text) => Buffer.from(text));
    const pick = (list) => list[random.between(0, list.length - 1)];
    const statuses = new Map();
    const memory = gateway.memory();
    const worker = async () => {
      for (let i = 0; i < 500; i += 1) {
        let bytes = Buffer.from(pick(seeds));
        for (let n = random.between(1, 4); n > 0; n -= 1) {
          const at = random.between(0, bytes.length - 1);
          const until_ = Math.min(bytes.length, at + random.between(0, 30));
          const piece = pick([Buffer.alloc(0), pick(tokens), bytes.subarray(random.between(0, at), until_), Buffer.from([random.between(0, 255)])]);
          bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(pick([at, until_]))]);
          if (bytes.length === 0) bytes = Buffer.from('x');
        }
        const { status } = await post(bytes);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 6 }, worker));
    assert.deepEqual([...statuses], [[200, 3000]]);
    assert.ok(gateway.memory() - memory < 24 << 20, `${(gateway.memory() - memory) >> 20} MiB more`);
    assert.equal((await gateway.page('/readyz')).status, 200);
    assert.equal((await gateway.row('PRAGMA integrity_check')).integrity_check, 'ok');
  });
});

describe('F49: canaries', () => {
  test('no secret in the log, the database, the answers, the metrics, --check --print', async () => {
    sim.expireToken('104857600000456');
    const customer = sim.customer({ name: 'Jeton', page: '104857600000456', profile: 'empty' });
    await customer.text('bonjour');
    const { items } = await agent.get('/tickets?sort=created&limit=1');
    await agent.reply(items[0], 'avec un jeton qui ne vaut plus rien');
    gateway.channels[0].accounts[1].token = secret('CANARY-page-token-new-19c4ab60');
    gateway.write();
    await gateway.reload();
    for (const path of ['/channels', '/plugins', '/users', '/quarantine?limit=200', '/tickets']) await admin.get(path);
    const { run, build } = await import('./kit/gateway.mjs');
    const printed = await run(`${build}/bin/guichetd`, ['--config', gateway.config, '--check', '--print']);
    const metrics = (await gateway.page('/metrics')).body.toString();
    const told = await Promise.all([['channel', 'list'], ['plugin', 'list'], ['user', 'list'], ['token', 'list'], ['quarantine', 'list']].map((args) => gateway.ctl([...args, '--json'])));
    await gateway.halt();
    const places = {
      log: gateway.log.lines.join('\n'),
      answers: seen.join('\n'),
      metrics,
      print: printed.stdout + printed.stderr,
      guichetctl: JSON.stringify(told),
      database: readFileSync(gateway.database, 'latin1'),
    };
    const hidden = ['CANARY', ...Object.values(gateway.people).map(({ password }) => password)];
    for (const [place, text] of Object.entries(places)) {
      assert.ok(text.length > 100, `${place} was looked at`);
      for (const word of hidden) assert.ok(!text.includes(Buffer.from(word).toString(place === 'database' ? 'latin1' : 'utf8')), `${word} in ${place}`);
    }
    await gateway.start();
  });
});
