// sanitizers: yes
// F43: guesses, enumeration, fixation, hostile names; sessions, their cookie and their end.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PEOPLE, startGateway } from './kit/gateway.mjs';
import { slowness, until } from './kit/until.mjs';

let gateway;
before(async () => {
  gateway = await startGateway();
});
after(async () => {
  await gateway?.stop();
});

/** How many standard errors the means of two samples are apart. */
function score(one, other) {
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const error = (list) => list.reduce((sum, value) => sum + (value - mean(list)) ** 2, 0) / (list.length - 1) / list.length;
  return (mean(one) - mean(other)) / Math.sqrt(error(one) + error(other));
}

const attempt = (body, options = {}) => gateway.stranger().ask('POST', '/session', { body, ...options });

describe('the session', () => {
  test('the cookie is HttpOnly, strict, for every path, and not Secure on plain loopback', async () => {
    const { login, password } = PEOPLE.agent;
    const { headers, value } = await attempt({ login, password }, { want: 200 });
    assert.equal(headers['set-cookie'].length, 1);
    const [pair, ...flags] = headers['set-cookie'][0].split('; ');
    assert.match(pair, /^guichet_session=[0-9a-f]{64}$/);
    assert.deepEqual(flags.map((flag) => flag.toLowerCase()).sort(), ['httponly', 'max-age=43200', 'path=/', 'samesite=strict']);
    assert.match(value.csrf_token, /^[0-9a-f]{64}$/);
    assert.ok(!pair.includes(value.csrf_token));
    assert.equal(headers['cache-control'], 'no-store');
    const expires = Date.parse(value.expires_at) - Date.parse(value.server_time);
    assert.ok(expires > 29 * 60_000 && expires <= 30 * 60_000 + 1000, 'idle sessions end after 30 minutes');
  });

  test('the database knows digests only', async () => {
    const client = await gateway.signIn('agent');
    const token = client.headers.Cookie.split('=')[1];
    const dump = JSON.stringify(await gateway.rows('SELECT hex(digest) AS digest, * FROM session')) + JSON.stringify(await gateway.rows('SELECT * FROM user'));
    assert.ok(!dump.toLowerCase().includes(token));
    for (const { password } of Object.values(PEOPLE)) assert.ok(!dump.includes(password));
    assert.match(dump, /\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test('a login is another token each time, and one that was brought along is not taken over', async () => {
    const { login, password } = PEOPLE.agent;
    const planted = `guichet_session=${'b'.repeat(64)}`;
    const tokens = new Set();
    for (let i = 0; i < 3; i += 1) {
      const { headers } = await attempt({ login, password }, { want: 200, headers: { Cookie: planted } });
      tokens.add(headers['set-cookie'][0].split(';')[0]);
    }
    assert.equal(tokens.size, 3);
    assert.ok(!tokens.has(planted));
    await gateway.stranger({ Cookie: planted }).ask('GET', '/session', { want: 401 });
  });

  test('signing out ends it at once, its sockets too (4401), and no other', async () => {
    const client = await gateway.signIn('agent');
    const other = await gateway.signIn('agent');
    const live = await gateway.live(client);
    await live.next('hello');
    const { headers } = await client.ask('DELETE', '/session', { want: 204 });
    assert.match(headers['set-cookie'][0], /Max-Age=0|Expires=Thu, 01 Jan 1970/i);
    await client.ask('GET', '/session', { want: 401 });
    assert.equal(await live.closed(), 4401);
    assert.equal(String((await gateway.log.wait('auth.signed_out')).user), client.session.user.id);
    assert.equal((await other.get('/session')).user.login, 'camille');
  });

  test('at most ten a user: the oldest ends', async () => {
    const clients = [];
    for (let i = 0; i < 11; i += 1) clients.push(await gateway.signIn('analyst'));
    await clients[0].ask('GET', '/session', { want: 401 });
    for (const client of clients.slice(1)) await client.get('/session');
  });

  test('it survives a restart', async () => {
    const client = await gateway.signIn('agent');
    await gateway.halt();
    await gateway.start();
    assert.equal((await client.get('/session')).user.login, 'camille');
  });

  test('from another site nobody signs in', async () => {
    const { login, password } = PEOPLE.agent;
    for (const headers of [{ Origin: 'http://evil.example' }, { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
      const { value } = await attempt({ login, password }, { want: 403, headers });
      assert.equal(value.type, '/problems/origin');
    }
  });

  test('sessions that are over leave the store; those that may still be used stay', async () => {
    const { login, password } = PEOPLE.colleague;
    await gateway.signIn({ login, password });
    const [HOUR, now] = [3_600_000, Date.now()];
    // Digest, created, seen: an hour of grace after 30 minutes without a request, and after 12 hours.
    const rows = { '01': [2 * HOUR, 1.6 * HOUR], '02': [2 * HOUR, 1.4 * HOUR], '03': [13.1 * HOUR, 0], '04': [12.9 * HOUR, 0] };
    const values = Object.entries(rows).map(([digest, [created, seen]]) => `(x'${digest.padStart(64, '0')}', 1, '${'0'.repeat(64)}', ${now - created}, ${now - seen})`);
    await gateway.change(`INSERT INTO session (digest, user_id, csrf, created_ms, seen_ms) VALUES ${values}`);
    const left = async () => (await gateway.rows('SELECT hex(digest) AS digest FROM session ORDER BY 1')).map(({ digest }) => digest).filter((digest) => /^0{60}/.test(digest)).map((digest) => digest.slice(-2));
    await until(async () => (await left()).length === 2, 'two are gone');
    assert.deepEqual(await left(), ['02', '04']);
    assert.ok((await gateway.row('SELECT count(*) AS n FROM session')).n > 2, 'those in use');
  });
});

describe('F43', () => {
  test('an unknown login and a wrong password: same answer, and no telling them apart by the time', async () => {
    const times = { known: [], unknown: [] };
    const answers = new Set();
    const names = Array.from({ length: 5 }, (_, i) => `colleague-${i}`);
    for (const login of names) await gateway.addPerson({ login, role: 'agent', name: login, password: 'une phrase assez longue' });
    for (let round = 0; round < 6; round += 1)
      for (const [i, name] of names.entries())
        for (const [kind, login] of [['known', name], ['unknown', `nobody-${i}`]]) {
          const begin = performance.now();
          const { body } = await attempt({ login, password: 'ce n’est pas la bonne' }, { want: 401 });
          times[kind].push(performance.now() - begin);
          answers.add(body.toString());
        }
    assert.equal(answers.size, 1);
    assert.ok(Math.abs(score(times.known, times.unknown)) < 5, JSON.stringify(times));
  });

  test('60 guesses: slowed down with Retry-After, nobody in, and the right one is not shut out for ever', async () => {
    const statuses = [];
    for (let i = 0; i < 60; i += 1) {
      const { status, headers, value } = await attempt({ login: 'dominique', password: `devine ${i}` }, { want: [401, 429] });
      statuses.push(status);
      if (status === 429) {
        assert.ok(Number(headers['retry-after']) >= 1);
        assert.equal(value.type, '/problems/rate-limited');
      }
    }
    assert.deepEqual([...new Set(statuses.slice(0, 9))], [401]);
    assert.ok(statuses.filter((status) => status === 429).length >= 40, statuses.join(' '));
    const { value, headers } = await attempt({ login: 'dominique', password: 'devine encore' }, { want: 429 });
    assert.ok(Number(headers['retry-after']) <= 3600, 'never a lock for good');
    if (value.retry_at) assert.ok(Date.parse(value.retry_at) > Date.now());
    await gateway.signIn('colleague');
  });

  test('others are not slowed down by it, and health answers meanwhile', async () => {
    const flood = Array.from({ length: 40 }, (_, i) => attempt({ login: `flood-${i}`, password: 'x' }, { want: [401, 429] }));
    const begin = performance.now();
    assert.equal((await gateway.page('/healthz')).status, 200);
    assert.ok(performance.now() - begin < 250 * slowness, 'hashing is not on the loop');
    const answers = await Promise.all(flood);
    assert.ok(answers.some(({ status }) => status === 401));
  });

  test('names that mean harm are names like others', async () => {
    const names = ["' OR 1=1 --", 'camille\u0000', '../../etc/passwd', '%s%s%n', '${jndi:ldap://x}', '<script>', '\u202eadmin', 'ca\u200bmille', 'CAMILLE\n', 'a'.repeat(128), '😀'.repeat(128), '"; DROP TABLE user; --', '\\', '*', '%'];
    for (const login of names) await attempt({ login, password: 'x' }, { want: [400, 401, 422, 429] });
    assert.equal((await gateway.row('SELECT count(*) AS n FROM user')).n > 3, true);
  });

  test('fields that are missing, empty, too long, of another type or unknown', async () => {
    const good = { login: 'camille', password: 'x' };
    for (const body of [{}, { login: 'camille' }, { ...good, login: '' }, { ...good, password: '' }, { ...good, login: 'a'.repeat(129) }, { ...good, password: 'a'.repeat(129) }, { ...good, login: 7 }, { ...good, password: ['x'] }, { ...good, remember: true }, { ...good, totp: '123456' }, [], 'camille', null, 7]) {
      const { value } = await attempt(JSON.stringify(body), { want: 422 });
      assert.equal(value.type, '/problems/invalid');
    }
    for (const body of ['', '{', '{"login":"camille","login":"x","password":"x"}', 'login=camille', '{"login":"\\ud800","password":"x"}'])
      await attempt(body, { want: body.includes('ud800') ? [400, 401, 422] : [400, 422] });
  });

  test('case of the login does not matter, of the password it does', async () => {
    const { password } = PEOPLE.colleague;
    await attempt({ login: 'LEA', password }, { want: 200 });
    const { items } = await gateway.told(['user', 'list', '--json']);
    const from = gateway.log.entries.length;
    await attempt({ login: 'lea', password: password.toUpperCase() }, { want: 401 });
    const { user } = await gateway.log.wait('auth.sign_in_refused', { from });
    assert.equal(String(user), items.find(({ login }) => login === 'lea').id);
  });

  test('passwords that everybody uses are refused when they are set', async () => {
    for (const password of ['password', '12345678', 'short', 'qwertyuiop']) {
      const { status, stderr } = await gateway.ctl(['user', 'add', 'faible', '--role', 'agent', '--name', 'F', '--password-stdin'], { input: `${password}\n` });
      assert.equal(status, 1, password);
      assert.notEqual(stderr.trim(), '');
    }
    const { status } = await gateway.ctl(['user', 'add', 'camille', '--role', 'agent', '--name', 'F', '--password-stdin'], { input: 'une phrase assez longue\n' });
    assert.equal(status, 1, 'a login is given once');
  });

  test('what was tried is in the log, without names or passwords', async () => {
    await until(() => gateway.log.entries.some(({ event }) => /^auth\./.test(event)), 'a line about signing in');
    for (const line of gateway.log.lines) for (const word of ['devine', 'nobody-', 'Camille', 'flood-']) assert.ok(!line.includes(word), line);
  });
});
