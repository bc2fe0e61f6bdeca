// sanitizers: yes
// F47: every route × every role × every method, generated from docs/openapi.yaml; tokens; unknown routes.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { description } from './kit/description.mjs';
import { run, startGateway } from './kit/gateway.mjs';
import { until } from './kit/until.mjs';

const ROLES = ['agent', 'admin', 'analyst'];
let gateway;
let ticket;
const callers = {};

before(async () => {
  gateway = await startGateway();
  await gateway.sim.customer({ name: 'Rôle' }).text('bonjour');
  for (const role of ROLES) {
    callers[role] = await gateway.signIn(role);
    callers[`${role} token`] = await gateway.bearer(role);
  }
  callers.nobody = gateway.stranger();
  callers['an unknown token'] = gateway.stranger({ Authorization: `Bearer ${'a'.repeat(64)}` });
  callers['an unknown cookie'] = gateway.stranger({ Cookie: `guichet_session=${'a'.repeat(64)}` });
  [ticket] = (await callers.agent.get('/tickets')).items;
});
after(async () => {
  await gateway?.stop();
});

/** Operations of the API that are plain requests, without those that would sign the callers out. */
const operations = description.operations.filter(({ path, id }) => path.startsWith('/api/v1') && !['live', 'signOut', 'signIn'].includes(id));
const roleOf = (name) => name.split(' ')[0];
/** Runs SQL beside the gateway, which reads people again with the next command that concerns them. */
async function write(sql) {
  const { status, stderr } = await run('sqlite3', ['-cmd', '.timeout 5000', gateway.database, sql]);
  assert.equal(status, 0, stderr);
  await gateway.token('agent', 'to have people read again');
}
/** Somebody with a scope, which no command sets yet. */
async function addLimited(login, scope) {
  const person = { login, role: 'agent', name: login, password: 'une phrase de quelqu’un de limité' };
  await gateway.addPerson(person);
  await write(`UPDATE user SET scope = '${JSON.stringify(scope)}' WHERE login = '${login}'`);
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
  const known = { '/tickets/{id}': ticket.id, '/contacts/{id}': ticket.customer.id, '/channels/{id}': 'maple-messenger' };
  const [, found] = Object.entries(known).find(([start]) => path.startsWith(start)) ?? [null, '999999'];
  const filled = path.replace('{id}', own ? found : path.startsWith('/channels') ? 'nobody' : '999999');
  return operation.id === 'search' ? `${filled}?q=bonjour` : filled;
}

describe('F47: role × route', () => {
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
          const answer = await caller.ask(operation.method, pathOf(operation, own), { body });
          const what = `${name}, ${own ? 'own' : 'foreign'}: ${answer.status}`;
          const unknown = name === 'nobody' || name.startsWith('an ');
          if (operation.open) assert.equal(answer.status, 200, what);
          else if (unknown) assert.equal(answer.status, 401, what);
          else if (!operation.roles.includes(roleOf(name))) assert.equal(answer.status, 403, what);
          else if (name.endsWith('token') && PERSONAL.includes(operation.id)) assert.equal(answer.status, 403, what);
          else if (own || !operation.path.includes('{')) {
            const missing = /^\/(quarantine|messages)\//.test(pathOf(operation, own));
            assert.ok(missing ? answer.status === 404 : answer.status < 300, what);
          } else assert.equal(answer.status, 404, what);
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

  test('ids that are no ids do not exist', async () => {
    for (const id of ['0', '-1', '1.0', '01x', '1e3', '9223372036854775808', '99999999999999999999999', "1'", '1;', '%00', '%2e%2e', 'null', '*'])
      for (const path of [`/tickets/${id}`, `/tickets/${id}/messages`, `/contacts/${id}`])
        await callers.admin.ask('GET', path, { want: 404 }).catch((error) => assert.match(error.message, /: 400, wanted 404/, `${path}: ${error.message}`));
  });

  test('HEAD is answered as GET, without a body', async () => {
    for (const operation of operations.filter(({ method }) => method === 'GET')) {
      const caller = operation.roles.includes('admin') && !PERSONAL.includes(operation.id) ? callers.admin : callers.agent;
      const missing = /^\/(quarantine|messages)\/\{/.test(operation.path.slice(7));
      await caller.ask('HEAD', pathOf(operation, true), { want: missing ? 404 : 200 });
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
    assert.deepEqual(limited.session.user.scope, scope);
    const live = await gateway.live(limited);
    const list = await limited.get('/tickets');
    assert.deepEqual(list.items.map(({ id }) => id), [ticket.id]);
    assert.equal(list.total, 1);
    assert.equal((await limited.get('/search?q=chrysantheme')).items.length, 0);
    assert.equal((await limited.get('/search?q=ailleurs')).items.length, 0);
    await assertAbsent(limited, other);
    assert.ok((await limited.get('/channels')).items.every(({ accounts }) => accounts.every(({ id }) => id === ticket.account.id)));
    await elsewhere.text('encore');
    await gateway.sim.customer({ name: 'Ici' }).text('de la première Page');
    await live.next('ticket.created', ({ account }) => account.id === ticket.account.id);
    assert.ok(live.frames.every(({ data }) => data.ticket_id !== other.id && data.id !== other.id));
  });

  test('a scope of teams: only what belongs to one of them exists, as long as it does', async () => {
    await write("INSERT INTO team (id, name) VALUES (71, 'Retours'), (72, 'Ventes')");
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
    await move('renouée', '72');
    assert.deepEqual(await seen(), []);
    await assertAbsent(limited, tickets['renouée']);
    const before = live.frames.length;
    await mine.text('un secret pour les ventes');
    await move('digitale', '71');
    await live.next(({ type, data }) => type.startsWith('ticket.') && data.id === tickets['digitale'].id, undefined, { from: before });
    assert.ok(!JSON.stringify(live.frames.slice(before)).includes('un secret'));
    assert.deepEqual(await seen(), [tickets['digitale'].id]);
  });

  test('a token has a scope too', async () => {
    const text = await gateway.token('agent', 'limité');
    await write("UPDATE token SET scope = '{\"accounts\":[],\"teams\":[\"71\"]}' WHERE name = 'limité'");
    const program = gateway.stranger({ Authorization: `Bearer ${text}` });
    const items = await program.all('/tickets');
    assert.deepEqual(items.map(({ team }) => team.id), ['71']);
    await program.ask('GET', `/tickets/${ticket.id}`, { want: 404 });
  });
});
