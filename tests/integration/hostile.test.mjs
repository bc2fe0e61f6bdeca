// sanitizers: yes
// F44 (hostile strings are stored whole and given back whole), F53 (hostile JSON), F49 (secrets appear nowhere).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Random } from '../platforms/kit/random.mjs';
import { build, run, secret, startGateway } from './kit/gateway.mjs';
import { drained } from './kit/ledger.mjs';
import { STRINGS } from './kit/strings.mjs';
import { slowness, until } from './kit/until.mjs';

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
/** All answers but the cookies that they give, and the tokens of these. */
const seen = [];
const tokens = [];
/** What the API takes from people: no control characters but tab and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const typed = (text) => !/[\x00-\x08\x0b\x0c\x0e-\x1f]/.test(text);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const CONTROLS = /[\x00-\x1f\x7f]/g;
/** What can be a name: one line. */
const LINES = STRINGS.filter((text) => text.search(CONTROLS) < 0);
/** All strings for which it is quick; fewer where sanitizers make it slow. */
const some = (list) => list.filter((_, i) => i % slowness === 0);

/** The strings one after the other, in as few names of at most so many bytes as hold them. */
function names(strings, bytes) {
  const packed = [];
  for (const text of strings.filter((other) => Buffer.byteLength(other) < bytes)) {
    const longer = `${packed.at(-1)} ${text}`;
    if (packed.length > 0 && Buffer.byteLength(longer) <= bytes) packed[packed.length - 1] = longer;
    else packed.push(text);
  }
  return packed.map((name) => name.trim()).filter((name) => name !== '');
}

before(async () => {
  const pages = [
    { id: '104857600000123', name: 'Maple Outdoors', token: CANARIES.maple },
    { id: '104857600000456', name: 'Érable', token: CANARIES.erable },
  ];
  gateway = await startGateway({ sim: { appSecret: CANARIES.app, verifyToken: CANARIES.verify, pages }, args: ['--log-level', 'debug'] });
  sim = gateway.sim;
  gateway.onAnswer = ({ body, headers: { 'set-cookie': given = [], ...headers } }) => {
    seen.push(body.toString(), JSON.stringify(headers));
    for (const cookie of given) tokens.push(/=([0-9a-f]{64})/.exec(cookie)?.[1]);
  };
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

/** All messages of a ticket, oldest first. */
async function thread(ticket) {
  const found = [];
  for (let before = ''; before !== null; ) {
    const page = await agent.get(`/tickets/${ticket.id}/messages?limit=200${before && `&before=${before}`}`);
    found.unshift(...page.items);
    before = page.next_cursor;
  }
  return found;
}

describe('F44: 400 strings', () => {
  test('as messages of customers: stored whole, given back whole, in list, thread and feed', async () => {
    assert.equal(STRINGS.length, 400);
    const live = await gateway.live(agent);
    await live.next('hello');
    const customer = sim.customer({ name: 'Hostile', profile: 'empty' });
    const start = Date.now() - 1_000_000;
    for (const [i, text] of STRINGS.entries()) assert.equal((await customer.text({ text, at: start + i * 1000 })).row.answer, 'A', JSON.stringify(text));
    const { items: [ticket] } = await agent.get('/tickets');
    const found = await thread(ticket);
    assert.deepEqual(found.map(({ text }) => text), STRINGS);
    await until(() => live.frames.filter(({ type }) => type === 'message.created').length === 400, 'all frames');
    assert.deepEqual(live.frames.filter(({ type }) => type === 'message.created').map(({ data }) => data.text), STRINGS);
    assert.ok(ticket.preview === null || !/[\r\n]/.test(ticket.preview), 'a preview is one line');
  });

  test('as replies: the platform receives them whole', async () => {
    const customer = sim.customer({ name: 'Répondue', profile: 'empty' });
    await customer.text('bonjour');
    const { items } = await agent.get('/tickets?sort=created&limit=1');
    const sent = some(STRINGS).filter((text) => typed(text) && text.trim() !== '' && [...text].length <= 2000);
    for (const text of sent) await agent.reply(items[0], text);
    await drained(gateway, 60_000);
    for (const text of STRINGS.filter((other) => !typed(other))) await agent.ask('POST', `/tickets/${items[0].id}/messages`, { body: { kind: 'reply', text }, want: 422 });
    const calls = sim.ledger.out.filter(({ route, customer: id, outcome }) => route === 'send' && id === customer.psid && outcome === 'accepted');
    assert.deepEqual(calls.map(({ text }) => text), sent);
  });

  test('as notes, drafts and tags', async () => {
    const { items: [ticket] } = await agent.get('/tickets?sort=created&limit=1');
    for (const text of STRINGS.filter(typed)) {
      if (text.trim() !== '') assert.equal((await agent.post(`/tickets/${ticket.id}/messages`, { kind: 'note', text })).text, text);
      assert.equal((await agent.patch(`/tickets/${ticket.id}/drafts`, { note: text })).note.text, text);
    }
    const tags = STRINGS.filter((text) => typed(text) && !/\s/.test(text) && [...text].length <= 40 && text.trim() === text && !text.includes(','));
    assert.ok(tags.length > 120, String(tags.length));
    for (let i = 0; i < tags.length; i += 20) {
      const wanted = tags.slice(i, i + 20);
      const kept = await agent.patch(`/tickets/${ticket.id}`, { tags: wanted });
      assert.deepEqual([...kept.tags].sort(), [...wanted].sort());
    }
  });

  test('as search words, filters, cursors, ids and logins: an answer as described, never an error', async () => {
    for (const text of STRINGS) {
      const word = encodeURIComponent([...text.replace(CONTROLS, '')].slice(0, 200).join('')).slice(0, 4000).replace(/%.?$/, '');
      await agent.ask('GET', `/search?q=${word}`, { want: [200, 400, 422] });
      await agent.ask('GET', `/tickets?q=${word}&limit=1`, { want: [200, 400, 422] });
    }
    for (const text of some(STRINGS)) {
      const word = encodeURIComponent([...text.replace(CONTROLS, '')].slice(0, 60).join(''));
      for (const query of [`cursor=${word}`, `tag=${word}`, `channel=${word}`, `assignee=${word}`, `status=${word}`]) await agent.ask('GET', `/tickets?${query}`, { want: [200, 400, 422] });
    }
  });

  test('as names of files and of what is shared: given back whole', async () => {
    const customer = sim.customer({ name: 'Partageuse', profile: 'empty' });
    const start = Date.now() - 1_000_000;
    for (const [i, title] of STRINGS.entries()) assert.equal((await customer.sharedPost({ title, at: start + i * 1000 })).row.answer, 'A', JSON.stringify(title));
    const { items: [ticket] } = await agent.get('/tickets?sort=created&limit=1');
    assert.deepEqual((await thread(ticket)).map(({ attachments }) => attachments[0].name), STRINGS);
  });

  test('as names that guichetctl gives', async () => {
    const given = some(names(LINES, 100));
    for (const [i, name] of given.entries())
      await gateway.told(['user', 'add', `hostile-${i}`, '--role', 'agent', '--name', name, '--password-stdin'], { input: 'une phrase assez longue\n' });
    const known = (await admin.all('/users')).map(({ name }) => name);
    for (const name of given) assert.ok(known.includes(name), JSON.stringify(name));
  });

  test('as names that the platform tells; one that is no line is no name', async () => {
    const told = names(LINES, 500);
    for (const name of told) await sim.customer({ name }).text('x');
    const broken = sim.customer({ name: STRINGS.filter((text) => text.search(CONTROLS) >= 0).join(' ').slice(0, 400) });
    await broken.text('y');
    const { items } = await agent.get('/tickets?sort=created&limit=1');
    await until(async () => {
      const known = (await agent.all('/tickets')).map(({ customer }) => customer.name);
      return told.every((name) => known.includes(name));
    }, 'the names', 30_000);
    assert.equal((await agent.get(`/tickets/${items[0].id}`)).customer.name, null);
  });

  test('every line of the log parses, and holds none of the words', () => {
    assert.deepEqual(gateway.log.broken, []);
    const words = STRINGS.filter((text) => text.length > 12 && !text.startsWith(' '));
    for (const line of gateway.log.lines) for (const word of words) assert.ok(!line.includes(word), line);
  });
});

describe('F53: hostile JSON', () => {
  const MUTANTS = 10_000;
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

  test('10 000 mutants of real hooks: no crash, no 5xx', async () => {
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
      for (let i = 0; i < MUTANTS / 8; i += 1) {
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
    await Promise.all(Array.from({ length: 8 }, worker));
    assert.deepEqual([...statuses], [[200, MUTANTS]]);
    assert.ok(gateway.memory() - memory < 24 << 20, `${(gateway.memory() - memory) >> 20} MiB more`);
    assert.equal((await gateway.page('/readyz')).status, 200);
    assert.equal((await gateway.row('PRAGMA integrity_check')).integrity_check, 'ok');
  });
});

describe('F49: canaries', () => {
  /** The texts of a running process that others on this machine may read; none where they may not. */
  function readable(pid) {
    const read = (name) => {
      try {
        return readFileSync(`/proc/${pid}/${name}`, 'utf8');
      } catch (error) {
        if (error.code === 'EACCES') return '';
        throw error;
      }
    };
    return { cmdline: read('cmdline'), environ: read('environ'), limits: read('limits') };
  }

  test('no secret in the log, the database, a backup, the answers, the metrics, the process, --check --print', async () => {
    sim.expireToken('104857600000456');
    const customer = sim.customer({ name: 'Jeton', page: '104857600000456', profile: 'empty' });
    await customer.text('bonjour');
    const { items } = await agent.get('/tickets?sort=created&limit=1');
    await agent.reply(items[0], 'avec un jeton qui ne vaut plus rien');
    gateway.channels[0].accounts[1].token = secret('CANARY-page-token-new-19c4ab60');
    gateway.write();
    await gateway.reload();
    const bearer = await gateway.bearer('admin');
    await bearer.get('/tickets');
    for (const path of ['/channels', '/plugins', '/users', '/quarantine?limit=200', '/tickets']) await admin.get(path);
    const printed = await run(`${build}/bin/guichetd`, ['--config', gateway.config, '--check', '--print']);
    const metrics = (await gateway.page('/metrics')).body.toString();
    const told = await Promise.all([['channel', 'list'], ['plugin', 'list'], ['user', 'list'], ['token', 'list'], ['quarantine', 'list']].map((args) => gateway.ctl([...args, '--json'])));
    const copy = join(gateway.folder, 'copy.db');
    await gateway.told(['backup', copy]);
    const { cmdline, environ, limits } = readable(gateway.child.pid);
    assert.match(limits, /^Max core file size +0 +0 /m);
    await gateway.halt();
    const places = {
      log: gateway.log.lines.join('\n'),
      answers: seen.join('\n'),
      metrics,
      print: printed.stdout + printed.stderr,
      guichetctl: JSON.stringify(told),
      process: cmdline + environ + limits,
      database: readFileSync(gateway.database, 'latin1'),
      backup: readFileSync(copy, 'latin1'),
    };
    assert.ok(tokens.length >= 2 && tokens.every(Boolean));
    const hidden = ['CANARY', bearer.headers.Authorization.split(' ')[1], ...tokens, ...Object.values(gateway.people).map(({ password }) => password)];
    for (const [place, text] of Object.entries(places)) {
      assert.ok(text.length > 100, `${place} was looked at`);
      for (const word of hidden) assert.ok(!text.includes(Buffer.from(word).toString(/database|backup/.test(place) ? 'latin1' : 'utf8')), `${word} in ${place}`);
    }
    await gateway.start();
  });

  test('nobody of the same user may look into the process', async () => {
    // Root may look into everything, unless it gives up its rights.
    const wrapper = process.getuid() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];
    const look = async (pid) => {
      const [program, ...args] = [...wrapper, 'cat', `/proc/${pid}/environ`];
      return (await run(program, args)).stderr;
    };
    await gateway.halt();
    await gateway.start({ wrapper });
    assert.match(await look(gateway.child.pid), /Permission denied/);
    const [program, ...args] = [...wrapper, 'sleep', '60'];
    const other = spawn(program, args);
    await until(async () => readFileSync(`/proc/${other.pid}/cmdline`, 'utf8').startsWith('sleep'), 'a program like any other');
    assert.equal(await look(other.pid), '');
    other.kill();
  });
});
