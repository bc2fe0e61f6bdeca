// sanitizers: yes
// F47: every route × every role × every method, generated from docs/openapi.yaml; tokens; unknown routes; scopes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { description } from './kit/description.mjs';
import { startGateway } from './kit/gateway.mjs';
import { until } from './kit/until.mjs';

const ROLES = ['agent', 'admin', 'analyst'];
const source = (path) => readFileSync(new URL(`../../core/${path}`, import.meta.url), 'utf8');
let gateway;
let ticket;
let failed;
let quarantined;
const callers = {};

before(async () => {
  const third = [{ id: '104857600000789', name: 'Third Page', token: 'a token for the third page' }];
  gateway = await startGateway({ channels: (own) => [own.messengerChannel(), own.messengerChannel({ name: 'third', pages: third })] });
  await gateway.sim.customer({ name: 'Rôle' }).text('bonjour');
  for (const role of ROLES) {
    callers[role] = await gateway.signIn(role);
    callers[`${role} token`] = await gateway.bearer(role);
  }
  callers.nobody = gateway.stranger();
  callers['an unknown token'] = gateway.stranger({ Authorization: `Bearer ${'a'.repeat(64)}` });
  callers['an unknown cookie'] = gateway.stranger({ Cookie: `guichet_session=${'a'.repeat(64)}` });
  [ticket] = (await callers.agent.get('/tickets')).items;
  failed = await failedMessage();
  quarantined = await setAside();
});
after(async () => {
  await gateway?.stop();
});

/** Operations of the API that are plain requests, without those that would sign the callers out. */
const operations = description.operations.filter(({ path, id }) => path.startsWith('/api/v1') && !['live', 'signOut', 'signIn'].includes(id));
const roleOf = (name) => name.split(' ')[0];
/** A reply that the platform refused for good. */
async function failedMessage() {
  const customer = gateway.sim.customer({ name: 'Bloqué' });
  await customer.text('adieu');
  const { items } = await callers.agent.get('/tickets?sort=created');
  await customer.block();
  const { id } = await callers.agent.reply(items[0], 'reste !');
  return until(async () => {
    const { items: thread } = await callers.agent.get(`/tickets/${items[0].id}/messages`);
    return thread.find((message) => message.id === id && message.delivery.state === 'failed');
  }, 'the failure');
}
let asides = 0;
/** A hook that nothing can read. */
async function setAside() {
  asides += 1;
  assert.equal((await gateway.sim.hooks.postRaw(`unreadable ${asides}`)).status, 200);
  return until(async () => (await callers.admin.all('/quarantine')).find(({ size, id }) => size > 0 && id !== quarantined?.id), 'the hook');
}
const limits = ({ accounts = [], teams = [] }) => [...accounts.flatMap((id) => ['--account', id]), ...teams.flatMap((id) => ['--team', id])];
/** Somebody with a scope. */
async function addLimited(login, scope, role = 'agent') {
  const person = { login, role, name: login, password: 'une phrase de quelqu’un de limité' };
  const args = ['user', 'add', login, '--role', role, '--name', login, '--password-stdin', ...limits(scope)];
  await gateway.told(args, { input: `${person.password}\n` });
  return person;
}
/** For this caller the ticket and its customer do not exist. */
async function assertAbsent(caller, { id, customer }) {
  for (const [method, path, body] of [
    ['GET', `/tickets/${id}`],
    ['PATCH', `/tickets/${id}`, { priority: 'high' }],
    ['GET', `/tickets/${id}/messages`],
    ['POST', `/tickets/${id}/messages`, { kind: 'reply', text: 'x' }],
    ['POST', `/tickets/${id}/read`, { message_id: null }],
    ['PATCH', `/tickets/${id}/drafts`, { note: 'x' }],
    ['GET', `/tickets/${id}/drafts`],
    ['DELETE', `/tickets/${id}/drafts`],
    ['GET', `/contacts/${customer.id}`],
  ])
    await caller.ask(method, path, { body, want: 404 });
}

/** What only people have: a token gets 403 there. */
const PERSONAL = ['getSettings', 'patchSettings', 'readTicket', 'getDrafts', 'patchDrafts', 'deleteDrafts'];

/** A body that the operation takes, or undefined. */
const bodies = {
  patchSettings: { theme: 'dark' },
  patchTicket: { priority: 'high' },
  readTicket: { message_id: null },
  patchDrafts: { note: 'x' },
  postMessage: { kind: 'note', text: 'x' },
  patchChannel: { action: 'resume' },
};

/** The path with an id: of something that is there ("own"), or of nothing ("foreign"). */
function pathOf(operation, own) {
  const path = operation.path.replace('/api/v1', '');
  const known = {
    '/tickets/{id}': ticket.id,
    '/contacts/{id}': ticket.customer.id,
    '/channels/{id}': 'maple-messenger',
    '/messages/{id}': failed.id,
    '/quarantine/{id}': quarantined.id,
  };
  const [, found] = Object.entries(known).find(([start]) => path.startsWith(start)) ?? [null, '999999'];
  const filled = path.replace('{id}', own ? found : path.startsWith('/channels') ? 'nobody' : '999999');
  return operation.id === 'search' ? `${filled}?q=bonjour` : filled;
}

/** Statuses for who may do it: the customer stays blocked, and the hook unreadable. */
const OWN = { retryMessage: [202, 409], releaseQuarantined: [409] };

describe('F47: role × route', () => {
  test('the gateway has the routes of the description, for the same roles, and no other', () => {
    const rows = [...source('http/routes.c').matchAll(/^ {4}\{ (GET|POST|PATCH|DELETE), "([^"]+)", GCT_FOR_(\w+),/gm)];
    const roles = { ALL: ROLES, STAFF: ['agent', 'admin'], ADMIN: ['admin'] };
    const routes = rows.map(([, method, path, set]) => `${method} /api/v1${path} ${roles[set]}`);
    const pages = [...source('http/gateway.c').matchAll(/^ {4}\{ "(\/[^"]+)", \w+ \},/gm)].map(([, path]) => path);
    const described = description.operations.map(({ method, path, roles: own }) => (pages.includes(path) ? path : `${method} ${path} ${own}`));
    assert.ok(rows.length > 20 && pages.length > 3);
    assert.deepEqual([...routes, ...pages].sort(), described.sort());
  });

  test('every problem of the gateway is described, and no other', () => {
    const slugs = [...source('model/problem.h').matchAll(/^ {4}X\(\w+, "([\w-]+)", \d+,/gm)].map(([, slug]) => `/problems/${slug}`);
    const told = [...slugs.filter((type) => type !== '/problems/none'), 'about:blank'];
    assert.ok(told.length > 30);
    assert.deepEqual(told.sort(), [...description.root.components.schemas.ProblemType.enum].sort());
  });

  test('the description names every role, and each operation has some', () => {
    assert.deepEqual(description.root.components.schemas.Role.enum, ROLES);
    for (const { id, roles } of operations) assert.ok(roles.length > 0 && roles.every((role) => ROLES.includes(role)), id);
    assert.deepEqual(Object.keys(bodies).sort(), operations.filter(({ body }) => body).map(({ id }) => id).sort());
  });

  for (const operation of operations)
    test(`${operation.method} ${operation.path}`, async () => {
      for (const [name, caller] of Object.entries(callers))
        for (const own of [true, false]) {
          const body = bodies[operation.id];
          const allowed = operation.roles.includes(roleOf(name));
          if (operation.id === 'dropQuarantined' && own && allowed) quarantined = await setAside();
          const answer = await caller.ask(operation.method, pathOf(operation, own), { body });
          const what = `${name}, ${own ? 'own' : 'foreign'}: ${answer.status}`;
          const unknown = name === 'nobody' || name.startsWith('an ');
          if (operation.open) assert.equal(answer.status, 200, what);
          else if (unknown) assert.equal(answer.status, 401, what);
          else if (!allowed) assert.equal(answer.status, 403, what);
          else if (name.endsWith('token') && PERSONAL.includes(operation.id)) assert.equal(answer.status, 403, what);
          else if (own || !operation.path.includes('{')) assert.ok(OWN[operation.id]?.includes(answer.status) ?? answer.status < 300, what);
          else assert.equal(answer.status, 404, what);
        }
    });

  test('with the cookie, what changes something needs the CSRF token', async () => {
    for (const operation of operations.filter(({ method, open }) => method !== 'GET' && !open))
      for (const token of [undefined, '', 'x', 'a'.repeat(64), callers.admin.session.csrf_token]) {
        const caller = operation.roles.includes('agent') ? callers.agent : callers.admin;
        if (caller.session.csrf_token === token) continue;
        const headers = { 'X-CSRF-Token': token };
        const { status, value } = await caller.ask(operation.method, pathOf(operation, true), { body: bodies[operation.id], headers });
        assert.equal(status, 403, `${operation.id} with ${token}`);
        assert.equal(value.type, '/problems/csrf');
      }
  });

  test('another origin or site is refused, with cookie and CSRF token and all', async () => {
    const path = `/tickets/${ticket.id}`;
    const { port } = gateway;
    for (const origin of ['http://evil.example', 'null', `https://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`, `http://127.0.0.1:${port}.evil.example`, `http://evil@127.0.0.1:${port}`])
      assert.equal((await callers.agent.ask('PATCH', path, { body: { priority: 'low' }, headers: { Origin: origin } })).value.type, '/problems/origin', origin);
    for (const site of ['cross-site', 'same-site'])
      assert.equal((await callers.agent.ask('PATCH', path, { body: { priority: 'low' }, headers: { 'Sec-Fetch-Site': site } })).value.type, '/problems/origin', site);
    for (const headers of [{ Origin: undefined }, { 'Sec-Fetch-Site': undefined }, { 'Sec-Fetch-Site': 'none' }])
      await callers.agent.patch(path, { priority: 'normal' }, { headers });
  });

  test('a body has to be JSON by its type', async () => {
    for (const operation of operations.filter(({ body }) => body))
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', undefined]) {
        const caller = operation.roles.includes('agent') ? callers.agent : callers.admin;
        const options = { body: JSON.stringify(bodies[operation.id]), headers: { 'Content-Type': type } };
        await caller.ask(operation.method, pathOf(operation, true), { ...options, want: 415 });
      }
  });

  test('methods and paths that are not in the description', async () => {
    const paths = [...new Set(operations.map((operation) => pathOf(operation, true).split('?')[0]))];
    for (const path of paths)
      for (const method of ['GET', 'POST', 'PATCH', 'DELETE'])
        if (!description.find(method, `/api/v1${path}`)) await callers.admin.ask(method, path, { want: 405, body: method === 'GET' || method === 'DELETE' ? undefined : {} });
    for (const path of ['/', '/nothing', '/tickets/', '/tickets//messages', '/tickets/1/messages/', '/tickets/1/nothing', '/Tickets', '/admin', '/teams', '/../healthz', '/tickets/%31/x'])
      await callers.admin.ask('GET', path, { want: path.startsWith('/..') ? [200, 404] : 404 });
  });

  test('the API is below /api/v1/ and nowhere else', async () => {
    for (const path of ['/api/v2/tickets', '/api/zz/session', '/api/v1x/tickets', '/api/tickets', '/api/v1'])
      for (const method of ['GET', 'POST', 'DELETE']) {
        const { value } = await callers.admin.ask(method, path, { base: '', want: 404 });
        assert.equal(value.type, '/problems/not-found', path);
      }
  });

  test('problems away from the API have types of the description too', async () => {
    const elsewhere = { 'X-Forwarded-For': '192.0.2.1' };
    const json = { 'Content-Type': 'application/json' };
    const { Cookie } = callers.admin.headers;
    for (const [path, options, status, type] of [
      ['/hooks/nobody', { method: 'POST', body: '{}', headers: json }, 404, 'not-found'],
      ['/hooks/maple-messenger', { method: 'POST', body: '{}', headers: json }, 401, 'bad-signature'],
      ['/hooks/maple-messenger?hub.mode=subscribe&hub.challenge=1&hub.verify_token=x', {}, 403, 'forbidden'],
      ['/hooks/maple-messenger', { method: 'DELETE' }, 405, 'method-not-allowed'],
      ['/metrics', { headers: elsewhere }, 401, 'not-signed-in'],
      ['/metrics', { headers: { ...elsewhere, Cookie } }, 401, 'not-signed-in'],
      ['/metrics', { headers: { ...elsewhere, ...callers['agent token'].headers } }, 403, 'forbidden'],
      ['/nothing.js', {}, 404, 'not-found'],
      ['/', { method: 'POST', body: 'x' }, 405, 'method-not-allowed'],
    ]) {
      const { status: got, headers, body } = await gateway.page(path, options);
      const problem = JSON.parse(body.toString());
      assert.equal(got, status, path);
      assert.equal(problem.type, `/problems/${type}`, path);
      assert.deepEqual(description.checker.problems(description.schema('Problem'), problem), [], path);
      assert.equal(headers['www-authenticate'], status === 401 ? 'Bearer' : undefined, path);
    }
    assert.equal((await gateway.page('/metrics', { headers: { ...elsewhere, ...callers['admin token'].headers } })).status, 200);
  });

  test('ids that are no ids do not exist', async () => {
    for (const id of ['0', '-1', '1.0', '01x', '1e3', '9223372036854775808', '99999999999999999999999', "1'", '1;', '%00', '%2e%2e', 'null', '*'])
      for (const path of [`/tickets/${id}`, `/tickets/${id}/messages`, `/contacts/${id}`])
        await callers.admin.ask('GET', path, { want: 404 }).catch((error) => assert.match(error.message, /: 400, wanted 404/, `${path}: ${error.message}`));
  });

  test('HEAD is answered as GET, without a body', async () => {
    for (const operation of operations.filter(({ method }) => method === 'GET')) {
      const caller = operation.roles.includes('admin') && !PERSONAL.includes(operation.id) ? callers.admin : callers.agent;
      await caller.ask('HEAD', pathOf(operation, true), { want: 200 });
    }
  });

  test('an analyst sees no name, no text, no id of a platform, anywhere', async () => {
    const seen = [];
    for (const operation of operations.filter(({ method, roles }) => method === 'GET' && roles.includes('analyst')))
      for (const caller of [callers.analyst, callers['analyst token']]) {
        const { body, status } = await caller.ask('GET', pathOf(operation, true));
        if (status === 200 && operation.id !== 'getDescription') seen.push(body.toString());
      }
    for (const secret of ['Rôle', 'bonjour', '104857600000123', '70123456789']) assert.ok(!seen.join().includes(secret), secret);
  });
});

describe('tokens', () => {
  test('a revoked one is worth nothing, at once', async () => {
    const token = await gateway.token('agent', 'to be revoked');
    const program = gateway.stranger({ Authorization: `Bearer ${token}` });
    await program.get('/tickets');
    const { items } = await gateway.told(['token', 'list', '--json']);
    const { id } = items.find(({ name }) => name === 'to be revoked');
    assert.ok(!JSON.stringify(items).includes(token));
    const used = async () => (await gateway.told(['token', 'list', '--json'])).items.find(({ name }) => name === 'to be revoked').used_at;
    await until(async () => (await used()) !== null, 'the use, on record');
    await gateway.told(['token', 'revoke', String(id)]);
    await program.ask('GET', '/tickets', { want: 401 });
  });

  test('spellings of Authorization', async () => {
    const token = await gateway.token('agent');
    for (const value of [`bearer ${token}`, `BEARER ${token}`]) await gateway.stranger({ Authorization: value }).get('/tickets');
    for (const value of [token, `Basic ${token}`, `Bearer${token}`, `Bearer ${token}x`, `Bearer ${token.slice(1)}`, 'Bearer ', 'Bearer', `Bearer ${token} ${token}`, `Bearer ${token},x`])
      await gateway.stranger({ Authorization: value }).ask('GET', '/tickets', { want: 401 });
  });

  test('a token beside a cookie counts alone, and needs no CSRF token', async () => {
    const Authorization = `Bearer ${await gateway.token('agent')}`;
    await gateway.stranger({ Authorization }).patch(`/tickets/${ticket.id}`, { priority: 'low' });
    const wrong = { ...callers.agent.headers, Authorization: 'Bearer x' };
    await gateway.stranger(wrong).ask('GET', '/tickets', { want: 401 });
  });
});

describe('users', () => {
  test('a disabled one is out at once, and cannot come back', async () => {
    const person = { login: 'passager', role: 'agent', name: 'Passager', password: 'une phrase pour une heure' };
    await gateway.addPerson(person);
    const client = await gateway.signIn(person);
    await client.get('/tickets');
    await gateway.told(['user', 'disable', 'passager']);
    await client.ask('GET', '/tickets', { want: 401 });
    const { value } = await gateway.stranger().ask('POST', '/session', { body: { login: 'passager', password: person.password }, want: 401 });
    assert.equal(value.type, '/problems/bad-credentials');
  });

  test('a new password ends the sessions made with the old one', async () => {
    const person = { login: 'oublieux', role: 'agent', name: 'Oublieux', password: 'une phrase vite oubliée' };
    await gateway.addPerson(person);
    const client = await gateway.signIn(person);
    await gateway.told(['user', 'password', 'oublieux', '--password-stdin'], { input: 'une phrase toute neuve\n' });
    await client.ask('GET', '/tickets', { want: 401 });
    await gateway.stranger().ask('POST', '/session', { body: { login: person.login, password: person.password }, want: 401 });
    await (await gateway.signIn({ ...person, password: 'une phrase toute neuve' })).get('/tickets');
  });

  test('an agent sees names of those who can be assigned, an admin everything but passwords', async () => {
    const seen = await callers.agent.all('/users');
    assert.ok(seen.every((user) => Object.keys(user).sort().join() === 'id,name'));
    assert.ok(!seen.some(({ name }) => name === 'Noa Tremblay'), 'an analyst takes no ticket');
    const all = await callers.admin.all('/users');
    assert.ok(all.some(({ login, role, disabled }) => login === 'noa' && role === 'analyst' && disabled === false));
    assert.ok(!JSON.stringify(all).includes('argon2'));
  });

  test('a scope: what lies outside does not exist, in lists, search, channels, objects and feed', async () => {
    const elsewhere = gateway.sim.customer({ name: 'Ailleurs', page: '104857600000456' });
    await elsewhere.text('chrysanthème de la seconde Page');
    await callers.admin.get('/search?q=bonjour');
    const [other] = await until(async () => {
      const { items } = await callers.admin.get('/tickets?q=chrysantheme');
      return items.length === 1 && items;
    }, 'the other ticket, found');
    const scope = { accounts: [ticket.account.id], teams: [] };
    const limited = await gateway.signIn(await addLimited('borne', scope));
    const { accounts } = (await gateway.told(['user', 'list', '--json'])).items.find(({ login }) => login === 'borne');
    assert.deepEqual(accounts, scope.accounts);
    assert.deepEqual(limited.session.user.scope, scope);
    const live = await gateway.live(limited);
    const list = await limited.get('/tickets');
    assert.deepEqual(list.items.map(({ id }) => id).sort(), [failed.ticket_id, ticket.id].sort());
    assert.equal(list.total, 2);
    assert.equal((await limited.get('/search?q=chrysantheme')).items.length, 0);
    assert.equal((await limited.get('/search?q=ailleurs')).items.length, 0);
    await assertAbsent(limited, other);
    const [channel, ...others] = (await limited.get('/channels')).items;
    assert.deepEqual(channel.accounts.map(({ id }) => id), [ticket.account.id]);
    assert.equal(channel.quarantined, 0);
    assert.deepEqual(others, []);
    await elsewhere.text('encore');
    await gateway.sim.customer({ name: 'Ici' }).text('de la première Page');
    await live.next('ticket.created', ({ account }) => account.id === ticket.account.id);
    assert.ok(live.frames.every(({ data }) => data.ticket_id !== other.id && data.id !== other.id));
  });

  test('a scope of teams: only what belongs to one of them exists, as long as it does', async () => {
    await gateway.addTeams({ 71: 'Retours', 72: 'Ventes' });
    const [mine, others, nobodys] = ['renouée', 'véronique', 'digitale'].map((name) => gateway.sim.customer({ name }));
    for (const customer of [mine, others, nobodys]) await customer.text('cherche une campanule');
    const tickets = await until(async () => {
      const { items } = await callers.admin.get('/tickets?q=campanule');
      return items.length === 3 && items.every(({ customer }) => customer.name !== null) && Object.fromEntries(items.map((item) => [item.customer.name, item]));
    }, 'three tickets with names, found');
    const move = (name, team) => callers.admin.patch(`/tickets/${tickets[name].id}`, { team });
    await move('renouée', '71');
    await move('véronique', '72');
    const scope = { accounts: [], teams: ['71'] };
    const limited = await gateway.signIn(await addLimited('equipe', scope));
    assert.deepEqual(limited.session.user.scope, scope);
    const live = await gateway.live(limited);
    await live.next('hello');
    const seen = async () => (await limited.all('/tickets')).map(({ id }) => id);
    assert.deepEqual(await seen(), [tickets['renouée'].id]);
    assert.equal((await limited.get('/tickets')).total, 1);
    assert.deepEqual((await limited.get('/search?q=campanule')).items.map(({ ticket: { id } }) => id), [tickets['renouée'].id]);
    await limited.get(`/contacts/${tickets['renouée'].customer.id}`);
    for (const name of ['véronique', 'digitale']) await assertAbsent(limited, tickets[name]);
    for (const customer of [others, nobodys, mine]) await customer.text('encore une fleur');
    await live.next('message.created', ({ ticket_id }) => ticket_id === tickets['renouée'].id);
    const outside = [tickets['véronique'].id, tickets['digitale'].id];
    assert.ok(live.frames.every(({ data }) => !outside.includes(data.ticket_id) && !outside.includes(data.id)));
    const before = live.frames.length;
    const path = `/tickets/${tickets['renouée'].id}`;
    const once = { headers: { 'Idempotency-Key': 'once' } };
    await limited.post(`${path}/read`, { message_id: null }, once);
    await limited.ask('PATCH', path, { body: { team: '999' }, want: 422 });
    const handed = await limited.patch(path, { team: '72' });
    assert.equal(handed.team.id, '72');
    assert.deepEqual(await seen(), []);
    await assertAbsent(limited, tickets['renouée']);
    await limited.ask('POST', `${path}/read`, { body: { message_id: null }, ...once, want: 404 });
    const gone = await live.next('ticket.updated', (data) => data.gone, { from: before });
    assert.deepEqual(gone.data, { id: tickets['renouée'].id, gone: true });
    await mine.text('un secret pour les ventes');
    await move('digitale', '71');
    await live.next(({ type, data }) => type.startsWith('ticket.') && data.id === tickets['digitale'].id, undefined, { from: before });
    assert.ok(!JSON.stringify(live.frames.slice(before)).includes('un secret'));
    assert.deepEqual(await seen(), [tickets['digitale'].id]);
  });

  test('a limited admin: channels and quarantine as far as the scope goes', async () => {
    const [{ accounts }] = (await callers.admin.get('/channels')).items;
    const [first, second] = accounts.map(({ id }) => id);
    const boss = await gateway.signIn(await addLimited('chef', { accounts: [first] }, 'admin'));
    const live = await gateway.live(boss);
    await live.next('hello');
    const patch = (name, action, want) => boss.ask('PATCH', `/channels/${name}`, { body: { action }, want });
    const drop = (want) => boss.ask('DELETE', `/quarantine/${quarantined.id}`, { want });
    quarantined = await setAside();
    for (const action of ['pause', 'resume', 'reload']) {
      await patch('maple-messenger', action, 403);
      await patch('third', action, 404);
    }
    assert.deepEqual(await boss.all('/quarantine'), []);
    assert.deepEqual(await boss.all('/quarantine?channel=maple-messenger'), []);
    await boss.ask('POST', `/quarantine/${quarantined.id}/release`, { want: 404 });
    await drop(404);
    await callers.admin.patch('/channels/maple-messenger', { action: 'pause' });
    const { data } = await live.next('channel.updated');
    assert.deepEqual(data, { id: 'maple-messenger' });
    assert.equal((await boss.get('/channels')).items[0].state, 'paused');
    await callers.admin.patch('/channels/maple-messenger', { action: 'resume' });

    await gateway.told(['user', 'scope', 'chef', ...limits({ accounts: [first, second] })]);
    assert.equal(await live.closed(), 4403);
    await patch('maple-messenger', 'resume', 200);
    await patch('maple-messenger', 'reload', 403);
    await patch('third', 'pause', 404);
    assert.ok((await boss.all('/quarantine')).some(({ id }) => id === quarantined.id));
    assert.deepEqual(await boss.all('/quarantine?channel=third'), []);
    await drop(204);
  });

  test('a reload with a key is done once, and stands in the audit trail', async () => {
    const headers = { 'Idempotency-Key': 'reload-once' };
    const reloads = async () => (await gateway.rows("SELECT actor FROM audit WHERE action = 'configuration.reload'")).length;
    const before = await reloads();
    for (let i = 0; i < 2; i += 1) await callers.admin.patch('/channels/maple-messenger', { action: 'reload' }, { headers });
    assert.equal(await reloads(), before + 1);
    const other = await callers.admin.ask('PATCH', '/channels/maple-messenger', { body: { action: 'pause' }, headers, want: 422 });
    assert.equal(other.value.type, '/problems/idempotency-key-reused');
    await gateway.told(['channel', 'reload']);
    await gateway.reload();
    const actors = (await gateway.rows("SELECT actor FROM audit WHERE action = 'configuration.reload' ORDER BY id DESC LIMIT 3")).map(({ actor }) => actor);
    assert.deepEqual(actors, ['system', 'cli', `user:${callers.admin.session.user.id}`]);
  });

  test('a token has a scope too', async () => {
    const text = await gateway.told(['token', 'create', '--role', 'agent', '--name', 'limité', '--team', '71']);
    const program = gateway.stranger({ Authorization: `Bearer ${text}` });
    const items = await program.all('/tickets');
    assert.deepEqual(items.map(({ team }) => team.id), ['71']);
    await program.ask('GET', `/tickets/${ticket.id}`, { want: 404 });
    const refused = await program.ask('GET', '/tickets?assignee=me', { want: 422 });
    assert.equal(refused.value.errors[0].field, 'assignee');
    const { id } = (await gateway.told(['token', 'list', '--json'])).items.find(({ name }) => name === 'limité');
    await gateway.told(['token', 'scope', id]);
    await program.get(`/tickets/${ticket.id}`);
  });
});
