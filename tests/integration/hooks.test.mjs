// sanitizers: yes
// Webhooks in: interface.md section 4, row by row; F40 (signatures), F41 (repeats), order, batches, quarantine.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { SIGNATURES } from '../platforms/messenger/platform/signatures.mjs';
import { secret, startGateway } from './kit/gateway.mjs';
import { drained, ledger } from './kit/ledger.mjs';
import { until } from './kit/until.mjs';

const HOUR = 3_600_000;
const [MAPLE, ERABLE] = ['104857600000123', '104857600000456'];
let gateway;
let sim;
let admin;

before(async () => {
  gateway = await startGateway({
    people: ['agent', 'admin'],
    channels: (own) => [own.messengerChannel(), own.messengerChannel({ name: 'maple-again' })],
  });
  sim = gateway.sim;
  admin = await gateway.bearer('admin');
});
after(async () => {
  await gateway?.stop({ errors: ['store.refusing', /^egress\./] }); // while the database was locked
});

const ticketOf = async ({ name, psid }) => {
  const [row] = await gateway.rows(
    `SELECT t.id FROM ticket t JOIN conversation c ON c.id = t.conversation_id JOIN identity i ON i.id = c.id WHERE i.remote_id = '${psid ?? name}'`,
  );
  return row && admin.get(`/tickets/${row.id}`);
};
/** Who did what with a hook of the quarantine, as the audit trail has it. */
const audit = async (id) => (await gateway.rows(`SELECT actor, action FROM audit WHERE object = 'quarantine:${id}' ORDER BY id`)).map(({ actor, action }) => `${actor} ${action}`);
const stored = async (mid) => (await gateway.row(`SELECT count(*) AS n FROM message WHERE remote_id = '${mid}'`)).n;
const totals = () =>
  gateway.row(
    'SELECT (SELECT count(*) FROM message) AS messages, (SELECT count(*) FROM inbox) AS inbox, (SELECT count(*) FROM quarantine) AS quarantine, (SELECT count(*) FROM ticket) AS tickets, (SELECT count(*) FROM seen) AS seen',
  );

let number = 0;
/** A notification of one text message, as text. */
function notification({ text = 'Bonjour', page = MAPLE, mid = `m_raw_${(number += 1)}`, psid = `8800${number}` } = {}) {
  const timestamp = Date.now();
  const message = { sender: { id: psid }, recipient: { id: page }, timestamp, message: { mid, text } };
  return { mid, psid, body: JSON.stringify({ object: 'page', entry: [{ id: page, time: timestamp, messaging: [message] }] }) };
}

describe('interface.md section 4', () => {
  test('the verification request gets its challenge back, byte for byte, as text', async () => {
    for (const challenge of ['1158201444', 'CHALLENGE_ACCEPTED', '<script>alert(1)</script>', 'a+b c&d=é']) {
      const answer = await sim.verify({ challenge });
      assert.equal(answer.status, 200);
      assert.equal(answer.body.toString(), challenge);
      assert.match(answer.headers['content-type'], /^text\/plain/);
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    }
  });

  test('a wrong verification token or mode is refused', async () => {
    const { verifyToken } = sim.options;
    for (const wrong of [{ token: 'x' }, { token: '' }, { token: `${verifyToken}x` }, { token: verifyToken.slice(1) }, { mode: 'unsubscribe' }])
      assert.equal((await sim.verify(wrong)).status, 403, JSON.stringify(wrong));
    assert.equal((await gateway.page('/hooks/maple-messenger')).status, 403);
  });

  test('a 200 means that it is in the database', async () => {
    for (let i = 0; i < 10; i += 1) {
      const { mid, body } = notification();
      const answer = await sim.hooks.postRaw(body);
      assert.equal(answer.status, 200);
      assert.equal(await stored(mid), 1);
    }
  });

  test('an unknown channel is 404, for any method', async () => {
    for (const method of ['GET', 'POST', 'DELETE'])
      for (const path of ['/hooks/nobody', '/hooks/', '/hooks/maple-messenge', '/hooks/maple-messenger/deeper']) {
        const answer = await gateway.page(path, { method, body: method === 'POST' ? '{}' : undefined });
        const wanted = path.endsWith('/deeper') && method !== 'POST' ? [403, 404, 405] : [404];
        assert.ok(wanted.includes(answer.status), `${method} ${path}: ${answer.status}`);
      }
  });

  test('a wrong method is 405 and says what is allowed', async () => {
    for (const method of ['PATCH', 'DELETE']) {
      const answer = await gateway.page('/hooks/maple-messenger', { method, body: '{}' });
      assert.equal(answer.status, 405, method);
      assert.deepEqual(answer.headers.allow.split(', ').sort(), ['GET', 'POST']);
    }
  });

  test('a body over 1 MiB is 413, one of exactly 1 MiB is taken', async () => {
    const { mid, body } = notification();
    const whole = body.padEnd(1 << 20, ' ');
    assert.equal((await sim.hooks.postRaw(whole)).status, 200);
    assert.equal(await stored(mid), 1);
    const before = await totals();
    assert.equal((await sim.hooks.postRaw(`${notification().body.padEnd(1 << 20, ' ')} `)).status, 413);
    assert.deepEqual(await totals(), before);
  });

  test('a compressed body is 415', async () => {
    const answer = await sim.hooks.postRaw(notification().body, { headers: { 'Content-Encoding': 'gzip' } });
    assert.equal(answer.status, 415);
  });

  test('while another process holds the database: 503 with Retry-After, and once stored after', async () => {
    const lock = spawn('sqlite3', [gateway.database]);
    lock.stdin.write("PRAGMA busy_timeout = 2000;\nBEGIN IMMEDIATE;\nSELECT 'held';\n");
    await new Promise((held) => lock.stdout.on('data', (text) => /held/.test(text) && held()));
    const { mid, body } = notification();
    const started = performance.now();
    const answer = await gateway.page('/hooks/maple-messenger', {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json', 'X-Hub-Signature-256': `sha256=${sign(body)}` },
    });
    assert.equal(answer.status, 503);
    assert.ok(Number(answer.headers['retry-after']) >= 1);
    assert.ok(performance.now() - started < 5000, 'the platform waits five seconds');
    const health = performance.now();
    assert.equal((await gateway.page('/healthz')).status, 200);
    assert.ok(performance.now() - health < 500);
    lock.stdin.end('COMMIT;\n');
    await until(async () => (await sim.hooks.postRaw(body)).status === 200, 'taken again');
    await until(async () => (await stored(mid)) === 1, 'stored');
  });
});

const sign = (body, key = sim.options.appSecret, algorithm = 'sha256') => createHmac(algorithm, key).update(body).digest('hex');

describe('F40: forged signatures', () => {
  const refused = async (body, headers, what) => {
    const answer = await gateway.page('/hooks/maple-messenger', {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json', ...headers },
    });
    assert.equal(answer.status, 401, what);
  };

  test('every way in which the simulator can sign wrongly', async () => {
    const before = await totals();
    for (const way of SIGNATURES.filter((name) => !name.startsWith('good') && name !== 'upper-hex')) {
      const body = notification({ text: 'é \u{1f600}' }).body.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
      if (way === 'of-unescaped-text') {
        sim.hooks.switches.signature = way;
        const { row } = await sim.customer({ name: 'Zoé' }).text('é /');
        sim.hooks.switches.signature = 'good';
        assert.equal(row.attempts[0].status, 401, way);
      } else assert.equal((await sim.hooks.postRaw(body, { signature: way })).status, 401, way);
    }
    assert.deepEqual(await totals(), before);
  });

  test('other headers, other keys, other digests, other spellings', async () => {
    const before = await totals();
    const { body } = notification();
    const good = sign(body);
    const name = 'X-Hub-Signature-256';
    const cases = {
      'another algorithm named': { [name]: `sha512=${good}` },
      'sha512 of the body': { [name]: `sha256=${sign(body, undefined, 'sha512')}` },
      'sha1 in the new header': { [name]: `sha256=${sign(body, undefined, 'sha1')}` },
      'sha1 named': { [name]: `sha1=${sign(body, undefined, 'sha1')}` },
      'base64': { [name]: `sha256=${Buffer.from(good, 'hex').toString('base64')}` },
      'a prefix twice': { [name]: `sha256=sha256=${good}` },
      'no equals sign': { [name]: `sha256${good}` },
      'only the prefix': { [name]: 'sha256=' },
      'a space in the middle': { [name]: `sha256=${good.slice(0, 32)} ${good.slice(32)}` },
      'not hex': { [name]: `sha256=${'g'.repeat(64)}` },
      'all zeros': { [name]: `sha256=${'0'.repeat(64)}` },
      'half': { [name]: `sha256=${good.slice(0, 32)}` },
      'one digit less': { [name]: `sha256=${good.slice(0, 63)}` },
      'the same twice in one': { [name]: `sha256=${good},sha256=${good}` },
      'a wrong one first': { [name]: `sha256=${'0'.repeat(64)}, sha256=${good}` },
      'another header': { 'X-Hub-Signature-512': `sha256=${good}` },
      'an underscore': { X_Hub_Signature_256: `sha256=${good}` },
      'as Authorization': { Authorization: `sha256=${good}` },
      'of the empty body': { [name]: `sha256=${sign('')}` },
      'of the body without its last byte': { [name]: `sha256=${sign(body.slice(0, -1))}` },
      'of the body and a line end': { [name]: `sha256=${sign(`${body}\n`)}` },
      'by the verify token': { [name]: `sha256=${sign(body, sim.options.verifyToken)}` },
      'by the page token': { [name]: `sha256=${sign(body, sim.options.pages[0].token)}` },
      'by the app id': { [name]: `sha256=${sign(body, sim.options.appId)}` },
      'by the secret and a line end': { [name]: `sha256=${sign(body, `${sim.options.appSecret}\n`)}` },
      'by the secret in another case': { [name]: `sha256=${sign(body, sim.options.appSecret.toUpperCase())}` },
      'a very long one': { [name]: `sha256=${good}${'a'.repeat(3000)}` },
      'a percent-encoded one': { [name]: `sha256%3D${good}` },
      'a quoted one': { [name]: `"sha256=${good}"` },
    };
    for (const [what, headers] of Object.entries(cases)) await refused(body, headers, what);
    await refused(body, { [name]: [`sha256=${'0'.repeat(64)}`, `sha256=${good}`] }, 'two headers, the second right');
    assert.deepEqual(await totals(), before);
  });

  test('64 flipped bits of the body or of the signature', async () => {
    const before = await totals();
    const { body } = notification();
    const bytes = Buffer.from(body);
    const good = sign(body);
    for (let i = 0; i < 64; i += 1) {
      const changed = Buffer.from(i % 2 === 0 ? bytes : Buffer.from(good, 'hex'));
      const at = Math.floor((changed.length * i) / 64);
      changed[at] ^= 1 << (i % 8);
      if (i % 2 === 0) await refused(changed, { 'X-Hub-Signature-256': `sha256=${good}` }, `bit of byte ${at}`);
      else await refused(body, { 'X-Hub-Signature-256': `sha256=${changed.toString('hex')}` }, `digest byte ${at}`);
    }
    assert.deepEqual(await totals(), before);
  });

  test('each of them is counted', async () => {
    const before = await denied();
    assert.ok(before >= 64 + 29);
    await refused('{}', {}, 'no signature');
    assert.equal(await denied(), before + 1);
  });

  test('they do not fill the log', async () => {
    for (let i = 0; i < 70; i += 1) await refused('{}', {}, 'no signature');
    const lines = gateway.log.entries.filter(({ event }) => event === 'hook.denied').length;
    assert.ok(lines > 0 && lines < (await denied()), `${lines} lines`);
  });
  const denied = async () => (await gateway.metrics()).guichet_hooks_denied_total;
});

describe('F41: repeats', () => {
  test('one message 100 times, 70 at once: stored once, all 200', async () => {
    const { mid, body, psid } = notification({ text: 'cent fois' });
    const answers = await Promise.all(Array.from({ length: 70 }, () => sim.hooks.postRaw(body)));
    for (let i = 0; i < 30; i += 1) answers.push(await sim.hooks.postRaw(body));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal(await stored(mid), 1);
    assert.equal((await ticketOf({ psid })).messages_in, 1);
  });

  test('the same through two channels of one account is one message and one ticket', async () => {
    const { mid, body, psid } = notification();
    const again = `${gateway.origin}/hooks/maple-again`;
    const answers = await Promise.all([sim.hooks.postRaw(body), sim.hooks.postRaw(body, { url: again }), sim.hooks.postRaw(body, { url: again })]);
    assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200]);
    assert.equal(await stored(mid), 1);
    assert.equal((await ticketOf({ psid })).messages_in, 1);
  });

  test('batched, doubled and shuffled: each message once, in the order of the platform', async () => {
    const customers = Array.from({ length: 8 }, (_, i) => sim.customer({ name: `Batch ${i}` }));
    sim.hooks.hold();
    const start = Date.now() - HOUR;
    for (let i = 0; i < 10; i += 1)
      for (const customer of customers) await customer.text({ text: `message ${i}`, at: start + i * 1000 });
    const rows = await sim.hooks.release({ order: 'shuffled', copies: 3, batch: 7, elements: true, atOnce: true });
    assert.deepEqual([...new Set(rows.map(({ answer }) => answer))], ['A']);
    for (const customer of customers) {
      const ticket = await ticketOf(customer);
      const thread = await admin.get(`/tickets/${ticket.id}/messages`);
      assert.deepEqual(thread.items.map(({ text }) => text), Array.from({ length: 10 }, (_, i) => `message ${i}`));
      assert.equal(ticket.messages_in, 10);
    }
  });

  test('first messages of one customer at once make one ticket', async () => {
    const customer = sim.customer({ name: 'Presto' });
    sim.hooks.hold();
    for (let i = 0; i < 20; i += 1) await customer.text(`tout de suite ${i}`);
    await sim.hooks.release({ atOnce: true, order: 'shuffled' });
    assert.equal((await ticketOf(customer)).messages_in, 20);
    assert.equal((await gateway.rows('SELECT conversation_id FROM ticket WHERE status < 4 GROUP BY 1 HAVING count(*) > 1')).length, 0);
  });
});

describe('order', () => {
  const base = Date.now() - 2 * HOUR;
  /** Everything that can come before what it is about, at fixed times. */
  async function story(customer) {
    const first = await customer.text({ text: 'premier', at: base });
    const second = await customer.text({ text: 'secnd', at: base + 1000 });
    await customer.edit({ mid: second.mid, text: 'second', at: base + 2000 });
    await customer.edit({ mid: second.mid, text: 'deuxième', at: base + 3000 });
    const answer = await customer.inboxReply({ text: 'réponse de la Page', at: base + 4000 });
    await customer.react({ mid: answer.mid, reaction: 'love', at: base + 5000 });
    await customer.unreact({ mid: answer.mid, at: base + 6000 });
    await customer.react({ mid: answer.mid, reaction: 'like', at: base + 7000 });
    await customer.unsend({ mid: first.mid, at: base + 8000 });
    await customer.adClick({ at: base + 8500 });
    await customer.image({ text: 'voici', at: base + 9000 });
    await customer.read(base + 9500);
  }
  const shape = ({ kind, direction, author, text, attachments, reactions, edited_at, unsent_at, sent_at, delivery, context }) => ({
    kind,
    direction,
    author: author.kind,
    text,
    attachments: attachments.map(({ kind: what, state }) => [what, state]),
    reactions: reactions.map(({ emoji, author: by }) => [emoji, by.kind]),
    edited: edited_at !== null,
    unsent: unsent_at !== null,
    sent_at,
    delivery: delivery?.state ?? null,
    context: context?.kind ?? null,
  });
  const outcome = async (customer) => {
    const ticket = await ticketOf(customer);
    const { items } = await admin.get(`/tickets/${ticket.id}/messages?limit=200`);
    const { status, window, unanswered, messages_in, last_message_at, preview } = ticket;
    return { status, window, unanswered, messages_in, last_message_at, preview, thread: items.map(shape) };
  };

  test('receipts, edits, unsends and reactions before or after their message give the same thread', async () => {
    const reference = sim.customer({ name: 'Ordre' });
    await story(reference);
    const wanted = await outcome(reference);
    assert.equal(wanted.thread.find(({ unsent }) => unsent).text, null);
    assert.ok(wanted.thread.some(({ text, edited }) => text === 'deuxième' && edited));
    assert.ok(wanted.thread.some(({ reactions }) => reactions.length === 1 && reactions[0][0] === '👍'));
    assert.ok(wanted.thread.some(({ delivery }) => delivery === 'read'));
    const ways = [{ order: 'reversed' }, { order: 'reversed', copies: 2 }, { order: 'shuffled', batch: 4 }, { order: 'shuffled', batch: 20, elements: true }];
    for (let i = 0; i < 16; i += 1) ways.push({ order: 'shuffled', copies: 1 + (i % 2) });
    for (const [index, way] of ways.entries()) {
      const customer = sim.customer({ name: `Ordre ${index}` });
      sim.hooks.hold();
      await story(customer);
      await sim.hooks.release(way);
      assert.deepEqual(await outcome(customer), wanted, JSON.stringify({ index, ...way }));
    }
  });
});

describe('what is not a message of ours', () => {
  test('several Pages in one POST: each event finds its account', async () => {
    const maple = sim.customer({ name: 'Mona', page: MAPLE });
    const erable = sim.customer({ name: 'Éric', page: ERABLE });
    sim.hooks.hold();
    await maple.text('to Maple');
    await erable.text('à Érable');
    await sim.hooks.release({ batch: 2 });
    assert.equal((await ticketOf(maple)).account.name, 'Maple Outdoors');
    assert.equal((await ticketOf(erable)).account.name, 'Plein air Érable');
  });

  test("the dashboard's test makes no ticket", async () => {
    const { tickets } = await totals();
    const tests = async () => (await gateway.metrics()).guichet_events_tests_total;
    const before = await tests();
    for (const form of ['changes', 'messaging']) assert.equal((await sim.dashboardTest(form)).status, 200);
    assert.equal((await totals()).tickets, tickets);
    assert.equal(await tests(), before + 2);
    assert.equal(gateway.log.entries.find(({ event }) => event === 'hook.test')?.channel, 'maple-messenger');
  });

  test('an unknown kind of event is 200, shown as unsupported, and its hook set aside for a better plugin', async () => {
    const customer = sim.customer({ name: 'Inconnue' });
    await customer.text('bonjour');
    assert.equal((await customer.unknown()).row.answer, 'A');
    const { items } = await admin.get(`/tickets/${(await ticketOf(customer)).id}/messages`);
    assert.deepEqual(items.map(({ context }) => context?.kind ?? null), [null, 'unsupported']);
    const [aside, ...others] = (await admin.get('/quarantine')).items;
    assert.equal(others.length, 0);
    assert.equal(aside.channel, 'maple-messenger');
    assert.equal((await gateway.metrics())['guichet_hooks_quarantined_total{reason="unsupported"}'], 1);
    const told = gateway.log.entries.filter(({ event }) => event === 'hook.quarantined');
    assert.deepEqual(told.map(({ channel, reason }) => `${channel} ${reason}`), ['maple-messenger unsupported']);
    assert.ok(told[0].kind !== '', 'the kind');
    await admin.delete(`/quarantine/${aside.id}`);
  });
});

describe('quarantine', () => {
  test('what is authentic and cannot be read is kept whole: 200, and seen by API and guichetctl', async () => {
    const bodies = ['not json at all', '{"object":"page","entry":', '\u0000\u0001', '[1,2,3]'];
    for (const body of bodies) assert.equal((await sim.hooks.postRaw(body)).status, 200, body);
    const items = await until(async () => {
      const { items: all } = await admin.get('/quarantine?limit=200');
      return all.length === bodies.length && all;
    }, 'four in quarantine');
    assert.deepEqual(items.map(({ size }) => size), bodies.map((body) => Buffer.byteLength(body)));
    assert.equal((await admin.get('/quarantine?channel=maple-again')).items.length, 0);
    const [channel] = (await admin.get('/channels')).items;
    assert.equal(channel.quarantined, bodies.length);

    const { items: listed } = await gateway.told(['quarantine', 'list', '--json']);
    assert.deepEqual(listed.map(({ id }) => String(id)), items.map(({ id }) => id));
    assert.match(await gateway.told(['quarantine', 'show', items[0].id]), /not json at all/);

    await admin.ask('POST', `/quarantine/${items[0].id}/release`, { want: 409 });
    assert.notEqual((await gateway.ctl(['quarantine', 'release', 'nothing'])).status, 0);
    await admin.delete(`/quarantine/${items[0].id}`);
    await admin.ask('DELETE', `/quarantine/${items[0].id}`, { want: 404 });
    await gateway.told(['quarantine', 'drop', items[1].id]);
    assert.deepEqual((await admin.get('/quarantine')).items.map(({ id }) => id), items.slice(2).map(({ id }) => id));
    await gateway.ctl(['quarantine', 'release', items[2].id]);
    await until(async () => (await admin.get('/quarantine')).items.length === 2, 'still unreadable, still there');
    for (const { id } of items.slice(2)) await admin.delete(`/quarantine/${id}`);
    assert.deepEqual(await audit(items[0].id), ['token:1 quarantine.drop'], 'what was refused is not in the trail');
    assert.deepEqual(await audit(items[1].id), ['cli quarantine.drop']);
  });

  test('an account that is not configured: 200, set aside, and read once it is configured', async () => {
    const before = await totals();
    const page = '104857600000999';
    const { body, mid } = notification({ page, text: 'trop tôt' });
    assert.equal((await sim.hooks.postRaw(body)).status, 200);
    assert.equal((await sim.hooks.postRaw(body)).status, 200);
    assert.deepEqual(await totals(), { ...before, quarantine: 1 });
    const [{ id, reason }] = (await admin.get('/quarantine')).items;
    assert.match(reason, /not in the configuration/);
    await admin.ask('POST', `/quarantine/${id}/release`, { want: 409 });

    gateway.channels[0].accounts.push({ id: page, name: 'Third Page', token: secret('a token for the third page') });
    gateway.write();
    assert.equal((await gateway.reload()).event, 'reload.done');
    const headers = { 'Idempotency-Key': 'once' };
    for (let i = 0; i < 2; i += 1) await admin.ask('POST', `/quarantine/${id}/release`, { headers, want: 204 });
    await until(async () => (await stored(mid)) === 1, 'read');
    assert.deepEqual((await admin.get('/quarantine')).items, []);
    assert.deepEqual(await audit(id), ['token:1 quarantine.release']);
    await until(async () => {
      const { items } = await admin.get('/tickets?q=tot');
      return items.map(({ account }) => account.name).join() === 'Third Page';
    }, 'the ticket, found by its words');
  });
});

test('the ledger: nothing lost, doubled or invented', async () => {
  await drained(gateway);
  const { invented, ...book } = await ledger(gateway);
  assert.deepEqual(book, { lost: [], doubled: [], twoLive: [], broken: [], silentDoubles: [], waiting: [] });
  assert.ok(invented.every((id) => id.startsWith('m_raw_')), 'only what this file wrote by hand');
});
