// sanitizers: yes
// guichetd --check and --print, files that are wrong, reload under load, health, readiness, metrics, the log's two forms.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { request } from './kit/client.mjs';
import { description } from './kit/description.mjs';
import { build, Gateway, run, secret, startGateway } from './kit/gateway.mjs';
import { drained, ledger } from './kit/ledger.mjs';

let gateway;
before(async () => {
  gateway = await startGateway({ people: ['agent', 'admin'] });
});
after(async () => {
  await gateway?.stop({ errors: ['reload.refused', 'config.problem'] });
});

const check = (...more) => run(join(build, 'bin/guichetd'), ['--config', gateway.config, '--check', ...more]);
/** The configuration with a change of its text; gives what --check says. */
async function changed(change, ...more) {
  const good = readFileSync(gateway.config, 'utf8');
  const bad = change(good);
  assert.notEqual(bad, good, 'the change changes something');
  writeFileSync(gateway.config, bad);
  const result = await check(...more);
  writeFileSync(gateway.config, good);
  return result;
}

/** Changes of a configuration's text. */
const set = (name, value) => (text) => text.replace(new RegExp(`^(\\s*)${name} = .*$`, 'm'), `$1${name} = ${value}`);
const add = (line) => (text) => `${line}\n${text}`;

describe('--check', () => {
  test('a good file: exit 0 and silence', async () => {
    assert.deepEqual(await check(), { status: 0, stdout: '', stderr: '' });
  });

  test('--print shows what is in force, and no secret', async () => {
    const { status, stdout } = await check('--print');
    assert.equal(status, 0);
    for (const [name, value] of Object.entries(gateway.settings)) if (name !== 'console_dir') assert.ok(stdout.includes(name) && stdout.includes(String(value)), name);
    for (const name of ['hook_body_bytes', 'reopen_hours', 'maple-messenger', '104857600000123', 'Maple Outdoors']) assert.ok(stdout.includes(name), name);
    const { appSecret, verifyToken, pages } = gateway.sim.options;
    for (const hidden of [appSecret, verifyToken, ...pages.map(({ token }) => token)]) assert.ok(!stdout.includes(hidden));
  });

  test('a literal secret is taken, with a warning that does not show it', async () => {
    const { status, stdout, stderr } = await changed((text) => text.replace(/app_secret = "[^"]*"/, 'app_secret = "a-literal-secret"'), '--print');
    assert.equal(status, 0);
    assert.match(stderr, /guichet\.conf:\d+: .*app_secret/);
    assert.ok(!(stdout + stderr).includes('a-literal-secret'));
  });

  const BAD = {
    'an unknown key': [add('colour = "red"'), /guichet\.conf:1: .*colour/],
    'a wrong type': [add('reopen_hours = "soon"'), /guichet\.conf:1: reopen_hours is soon/],
    'out of range, below': [add('reopen_hours = 0'), /guichet\.conf:1: reopen_hours is 0; .* 1 to /],
    'out of range, above': [add('\nhook_body_bytes = 999999999'), /guichet\.conf:2: hook_body_bytes is 999999999; .* to 16777216/],
    'a quote that is never closed': [add('store = "x'), /guichet\.conf:\d+: /],
    'a last } that is missing': [(text) => text.replace(/}\s*$/, ''), /guichet\.conf:\d+: the file ends inside of channel "maple-messenger"/],
    'a comment that is never closed': [(text) => `${text}/* the end`, /guichet\.conf:\d+: .*comment/],
    'an unknown option of a channel': [set('verify_token', '"x"\n    colour = "red"'), /guichet\.conf:\d+: .*colour/],
    'a channel without its secret': [(text) => text.replace(/^ *app_secret = .*\n/m, ''), /app_secret/],
    'an empty secret': [set('app_secret', '""'), /app_secret/],
    'a plugin that is not there': [set('plugin', '"nobody"'), /guichet\.conf:\d+: .*nobody/],
    'a plugin somewhere else': [set('plugin', '"../messenger"'), /guichet\.conf:\d+: .*\.\.\/messenger/],
    'a plugin with a path': [set('plugin', '"/tmp/messenger"'), /guichet\.conf:\d+: .*\/tmp\/messenger/],
    'a secret file that is not there': [set('app_secret', '"file:/nowhere/at/all"'), /guichet\.conf:\d+: .*app_secret.*\/nowhere\/at\/all/],
    'an environment variable that is not set': [set('app_secret', '"env:GUICHET_NOT_SET"'), /guichet\.conf:\d+: .*GUICHET_NOT_SET/],
    'a store that nobody knows': [set('store', '"mysql:x"'), /guichet\.conf:4: store is "mysql:x"/],
    'a relative data_dir': [set('data_dir', '"data"'), /guichet\.conf:3: data_dir is "data"/],
    'a data_dir that is not there': [set('data_dir', '"/nowhere/at/all"'), /^\S+: data_dir \/nowhere\/at\/all is not there, or cannot be written to\n$/],
    'a public_url with a path': [set('public_url', '"https://desk.example.com/x"'), /guichet\.conf:2: public_url is /],
    'an address without a port': [set('listen', '"127.0.0.1"'), /guichet\.conf:1: listen has "127\.0\.0\.1"/],
    'a name to listen on': [set('listen', '{"127.0.0.1:1", "localhost:8080"}'), /guichet\.conf:1: listen has "localhost:8080"/],
    'a proxy that is a name': [set('listen', '"127.0.0.1:1"\ntrusted_proxies = "proxy.example"'), /guichet\.conf:2: trusted_proxies has "proxy\.example"/],
    'a store in a folder that is not there': [set('store', '"sqlite:nowhere/guichet.db"'), /guichet\.conf: store: the folder \S+\/nowhere\/ is not there/],
    'half of tls': [add('tls { certificate = "cert.pem" }'), /guichet\.conf:1: tls has a certificate and no key/],
    'the same channel twice': [(text) => text + text.slice(text.indexOf('channel ')), /maple-messenger/],
    'the same account twice': [(text) => text.replace(/(account "104857600000)456"/, '$1123"'), /104857600000123/],
    'an account without a token': [(text) => text.replace(/^ *token = .*\n/m, ''), /guichet\.conf:\d+: .*token/],
    'an api_base that is no address': [set('api_base', '"ftp://x"'), /guichet\.conf.*api_base/],
  };
  for (const [name, [change, sentence]] of Object.entries(BAD))
    test(`${name}: exit 1 and a sentence`, async () => {
      const { status, stderr } = await changed(change);
      assert.equal(status, 1, stderr);
      assert.match(stderr, sentence);
      assert.ok(stderr.trim().split('\n').length <= 3, stderr);
      for (const { token } of gateway.sim.options.pages) assert.ok(!stderr.includes(token));
    });

  test('all problems are said at once: of the file, of a channel, of its plugin, and of what is around', async () => {
    const { stderr } = await changed((text) => {
      const wrong = [add('reopen_hours = 0'), set('public_url', '"desk"'), set('data_dir', '"/nowhere/at/all"'), set('token', '""'), add('tls { certificate = "c.pem"\nkey = "k.pem" }')];
      const channel = `channel "other" {\n  plugin = "messenger"\n  app_secret = "env:PATH"\n  verify_token = "env:PATH"\n  account "1" { name = "n" }\n}\n`;
      return wrong.reduce((now, change) => change(now), text) + channel;
    });
    for (const sentence of [/reopen_hours/, /public_url/, /data_dir .*not there/, /maple-messenger: token: .*empty/, /account "1" has no token/, /certificate .*c\.pem/, /key .*k\.pem/])
      assert.match(stderr, sentence);
    assert.ok(!stderr.includes('No such file'), stderr);
  });

  test('tls: the pair has to be one that the server can use', async () => {
    const file = (name) => join(gateway.folder, name);
    for (const name of ['one', 'two']) {
      const made = await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file(`${name}.key`), '-out', file(`${name}.pem`), '-subj', '/CN=a']);
      assert.equal(made.status, 0, made.stderr);
    }
    await run('openssl', ['pkey', '-in', file('one.key'), '-aes256', '-passout', 'pass:word', '-out', file('locked.key')]);
    writeFileSync(file('garbage.pem'), 'no certificate\n');
    const tls = (certificate, key) => changed(add(`tls {\n  certificate = "${certificate}"\n  key = "${key}"\n}`));
    assert.deepEqual(await tls('one.pem', 'one.key'), { status: 0, stdout: '', stderr: '' });
    for (const [certificate, key, sentence] of [
      ['one.pem', 'two.key', /guichet\.conf:2: tls: the TLS key \S+two\.key cannot be used: key values mismatch/],
      ['garbage.pem', 'one.key', /guichet\.conf:2: tls: the TLS certificate \S+garbage\.pem cannot be used/],
      ['one.pem', 'garbage.pem', /guichet\.conf:2: tls: the TLS key \S+garbage\.pem cannot be used/],
      ['one.pem', 'locked.key', /guichet\.conf:2: tls: the TLS key \S+locked\.key cannot be used/],
    ]) {
      const { status, stderr } = await tls(certificate, key);
      assert.equal(status, 1, stderr);
      assert.match(stderr, sentence);
    }
  });

  test('looks at the store, also beside a gateway, and never migrates it', async () => {
    const fresh = join(gateway.folder, 'other-store');
    mkdirSync(fresh);
    const file = join(fresh, 'guichet.db');
    const version = async (set) => (await run('sqlite3', [file, set === undefined ? 'PRAGMA user_version' : `PRAGMA user_version = ${set}`])).stdout.trim();
    await version(0);
    writeFileSync(file, ''); // an empty file is a database that has not been used
    assert.deepEqual(await changed(set('store', `"sqlite:${file}"`)), { status: 0, stdout: '', stderr: '' });
    assert.deepEqual([await version(), readdirSync(fresh)], ['0', ['guichet.db']]);
    await version(4711);
    const { status, stderr } = await changed(set('store', `"sqlite:${file}"`));
    assert.deepEqual([status, await version()], [1, '4711']);
    assert.match(stderr, /^\S+: store: \S+ (was written by a newer Guichet|is a database of another program)/);
    writeFileSync(file, 'no database at all'.repeat(100));
    assert.match((await changed(set('store', `"sqlite:${file}"`))).stderr, /not a database/);
  });

  test('leaves nothing behind where nothing was', async () => {
    const fresh = join(gateway.folder, 'fresh');
    mkdirSync(fresh);
    const { status, stderr } = await changed(set('data_dir', `"${fresh}"`));
    assert.deepEqual([status, readdirSync(fresh)], [0, []], stderr);
  });

  test('arguments', async () => {
    const guichetd = join(build, 'bin/guichetd');
    assert.match((await run(guichetd, ['--version'])).stdout, /^guichetd \d+\.\d+\.\d+\n$/);
    assert.equal((await run(guichetd, ['--help'])).status, 0);
    for (const args of [[], ['--nonsense'], ['--config'], ['--config', gateway.config, 'more'], ['--config', gateway.config, '--print'], ['--config', gateway.config, '--log-format', 'xml']])
      assert.equal((await run(guichetd, args)).status, 2, args.join(' '));
    assert.equal((await run(guichetd, ['--config', '/nowhere/at/all', '--check'])).status, 1);
  });

  test('a second gateway on the same data is refused with a sentence', async () => {
    const { status, stderr } = await run(join(build, 'bin/guichetd'), ['--config', gateway.config]);
    assert.equal(status, 1);
    assert.match(stderr, /in use by process \d+/);
  });
});

describe('reload', () => {
  test('a broken file changes nothing, and the log says why', async () => {
    const good = readFileSync(gateway.config, 'utf8');
    writeFileSync(gateway.config, set('listen', '"localhost:8080"')(good));
    assert.match((await gateway.reload()).reason, /guichet\.conf:1: listen has "localhost:8080"/);
    writeFileSync(gateway.config, add('tls {\n  certificate = "guichet.conf"\n  key = "guichet.conf"\n}')(good));
    assert.match((await gateway.reload()).reason, /guichet\.conf:2: tls: the TLS certificate \S+ cannot be used/);
    writeFileSync(gateway.config, good.replace('plugin = "messenger"', 'plugin = "nobody"'));
    const entry = await gateway.reload();
    assert.equal(entry.event, 'reload.refused');
    assert.match(entry.reason, /guichet\.conf:\d+: .*nobody/);
    const admin = await gateway.bearer('admin');
    const { value } = await admin.ask('PATCH', '/channels/maple-messenger', { body: { action: 'reload' }, want: 409 });
    assert.equal(value.type, '/problems/reload-refused');
    assert.match(value.detail, /nobody/);
    assert.notEqual((await gateway.ctl(['channel', 'reload'])).status, 0);
    writeFileSync(gateway.config, good);
    assert.equal((await gateway.sim.customer({ name: 'Encore' }).text('toujours là')).row.answer, 'A');
  });

  test('says which changes wait for a restart, as long as they do', async () => {
    const [settings, options] = [{ ...gateway.settings }, () => gateway.log.entries.filter(({ event }) => event === 'reload.option').map(({ option }) => option)];
    const reloaded = async (changes) => {
      const from = options().length;
      gateway.settings = { ...settings, ...changes };
      gateway.write();
      const said = await gateway.told(['channel', 'reload']);
      return [said, options().slice(from)];
    };
    const first = await reloaded({ hook_body_bytes: 4096, reopen_hours: 24, listen: [settings.listen, '127.0.0.1:1'] });
    const again = await reloaded({ hook_body_bytes: 4096 });
    const back = await reloaded({});
    const is = 'the configuration was read again and is in force';
    assert.deepEqual(first, [`${is}, but for what takes effect at the next start: listen, hook_body_bytes`, ['listen', 'hook_body_bytes']]);
    assert.deepEqual(again, [`${is}, but for what takes effect at the next start: hook_body_bytes`, ['hook_body_bytes']]);
    assert.deepEqual(back, [is, []]);
  });

  test('adds a channel under load without a dropped hook or request', async () => {
    const { sim } = gateway;
    const agent = await gateway.signIn('agent');
    let going = true;
    const answers = [];
    const writing = Array.from({ length: 4 }, async (_, i) => {
      const customer = sim.customer({ name: `Charge ${i}`, profile: 'empty' });
      for (let n = 0; going; n += 1) answers.push((await customer.text(`message ${n}`)).row.attempts[0].status);
    });
    const reading = (async () => {
      while (going) await agent.get('/tickets?limit=5');
    })();
    try {
      for (let i = 0; i < 10; i += 1) {
        gateway.channels = [gateway.channels[0], gateway.messengerChannel({ name: `added-${i}`, pages: [{ id: `99${i}`, name: `Added ${i}`, token: 'x-token' }] })];
        gateway.write();
        assert.equal((await gateway.reload()).event, 'reload.done');
        assert.equal((await sim.verify({ url: `${gateway.origin}/hooks/added-${i}` })).status, 200);
        if (i > 0) assert.equal((await sim.verify({ url: `${gateway.origin}/hooks/added-${i - 1}` })).status, 404);
      }
    } finally {
      going = false;
      await Promise.allSettled([...writing, reading]);
    }
    await Promise.all([...writing, reading]);
    assert.ok(answers.length > 50);
    assert.deepEqual([...new Set(answers)], [200]);
    assert.deepEqual((await agent.get('/channels')).items.map(({ id }) => id), ['maple-messenger', 'added-9']);
  });

  test('a new secret counts from then on, the old one no longer', async () => {
    const { sim } = gateway;
    const before = gateway.channels[0].options.app_secret;
    gateway.channels[0].options.app_secret = secret('another-app-secret');
    gateway.write();
    assert.equal((await gateway.reload()).event, 'reload.done');
    assert.equal((await sim.hooks.postRaw('{}')).status, 401);
    gateway.channels[0].options.app_secret = before;
    gateway.write();
    await gateway.told(['channel', 'reload']);
    assert.equal((await sim.dashboardTest()).status, 200);
  });

  test('a hundred in a row cost nothing that stays', async () => {
    await gateway.reload();
    const before = gateway.memory();
    for (let i = 0; i < 100; i += 1) assert.equal((await gateway.reload()).event, 'reload.done');
    assert.ok(gateway.memory() - before < 16 << 20, `${(gateway.memory() - before) >> 10} KiB more`);
  });
});

test('SIGTERM in the middle of a reload: the reload ends first, and the gateway orderly', async () => {
  const other = await startGateway({ people: [], sim: false, channels: () => [] });
  const accounts = (i) => Array.from({ length: 1800 }, (_, n) => `  account "${i}${n}" { name = "n" token = "env:PATH" }\n`).join('');
  const channel = (i) => `channel "c${i}" {\n  plugin = "messenger"\n  app_secret = "env:PATH"\n  verify_token = "env:PATH"\n${accounts(i)}}\n`;
  writeFileSync(other.config, readFileSync(other.config, 'utf8') + [1, 2].map(channel).join(''));
  other.child.kill('SIGHUP');
  other.child.kill('SIGTERM');
  assert.equal((await other.ended).code, 0);
  const events = other.log.entries.map(({ event }) => event).filter((event) => /^(reload|daemon\.stop)/.test(event));
  assert.deepEqual(events.sort(), ['daemon.stopped', 'daemon.stopping', 'reload.done']);
  await other.stop();
});

describe('operations', () => {
  test('health, readiness and metrics answer as described', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await gateway.page(path, { method });
        assert.deepEqual(description.answerProblems({ method, path }, answer), [], `${method} ${path}`);
        assert.equal(answer.status, 200);
        assert.ok(!answer.headers.server || !/\d/.test(answer.headers.server));
      }
      for (const method of ['POST', 'DELETE', 'PATCH', 'PUT', 'OPTIONS']) {
        const answer = await gateway.page(path, { method, body: method === 'DELETE' ? undefined : '{}' });
        assert.equal(answer.status, 405, `${method} ${path}`);
        assert.equal(answer.headers.allow, 'GET, HEAD');
      }
    }
  });

  test('a method that no path has: 405 with what this path has, or 404 where there is none', async () => {
    const allowed = {
      '/hooks/maple-messenger': 'GET, POST',
      '/': 'GET, HEAD',
      '/api/v1/openapi.yaml': 'GET, HEAD',
      '/api/v1/session': 'GET, HEAD, POST, DELETE',
      '/api/v1/tickets/7': 'GET, HEAD, PATCH',
      '/api/v1/messages/7/retry': 'POST',
    };
    const put = (path) => gateway.page(path, { method: 'PUT', body: '{}' });
    for (const [path, methods] of Object.entries(allowed)) {
      const { status, headers } = await put(path);
      assert.equal(status, 405, path);
      assert.deepEqual(headers.allow.split(', ').sort(), methods.split(', ').sort(), path);
    }
    for (const path of ['/api/v1/nothing', '/api/', '/api/v2/session']) assert.equal((await put(path)).status, 404, path);
  });

  test('another Host is refused, but for hooks and health', async () => {
    const { host } = new URL(gateway.origin);
    const stranger = { Host: 'evil.example' };
    for (const [path, options] of [['/'], ['/metrics'], ['/nowhere'], ['/api/v1/session'], ['/api/v1/session', { method: 'POST', body: '{}' }], ['/api/v1/openapi.yaml']])
      for (const headers of [stranger, { Host: `${host}.evil.example` }, { Host: '192.0.2.7' }]) {
        const answer = await gateway.page(path, { ...options, headers });
        assert.equal(answer.status, 421, `${path} ${headers.Host}`);
        const problem = JSON.parse(answer.body);
        assert.deepEqual([problem.type, problem.title, problem.status], ['about:blank', 'Misdirected Request', 421]);
        assert.deepEqual([answer.headers['content-type'], answer.headers.connection], ['application/problem+json', 'close']);
      }
    for (const path of ['/healthz', '/readyz', '/hooks/nowhere']) assert.notEqual((await gateway.page(path, { headers: stranger })).status, 421, path);
    assert.equal((await gateway.sim.dashboardTest()).status, 200);
    for (const Host of [host, 'localhost', 'localhost:1', '[::1]:8080', '127.0.0.1']) assert.equal((await gateway.page('/metrics', { headers: { Host } })).status, 200, Host);
    const live = await gateway.live(await gateway.signIn('agent'), { headers: stranger });
    assert.equal(live.status, 421);
  });

  test('the metrics are OpenMetrics', async () => {
    const text = (await gateway.page('/metrics')).body.toString();
    const lines = text.split('\n');
    assert.equal(lines.at(-1), '');
    assert.equal(lines.at(-2), '# EOF');
    const types = new Map();
    let family = null;
    for (const line of lines.slice(0, -2)) {
      const about = /^# (TYPE|HELP|UNIT) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line);
      if (about) {
        const [, what, name, rest] = about;
        if (what === 'TYPE') {
          assert.ok(!types.has(name), `${name} twice`);
          assert.ok(['counter', 'gauge', 'info', 'histogram', 'summary', 'stateset', 'unknown'].includes(rest), line);
          types.set(name, rest);
          family = name;
        }
        assert.equal(name, family, 'a family stands together');
        continue;
      }
      const sample = /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (-?[\d.e+-]+|NaN|[+-]Inf)( [\d.]+)?$/.exec(line);
      assert.ok(sample, line);
      const suffix = { counter: '_total', info: '_info' }[types.get(family)] ?? '';
      assert.equal(sample[1], family + suffix, line);
      if (suffix === '_total') assert.ok(Number(sample[3]) >= 0);
    }
    assert.ok(types.size > 20);
  });

  test('behind a proxy, metrics need a token of an admin', async () => {
    const headers = { 'X-Forwarded-For': '203.0.113.9' };
    for (const mark of [headers, { Forwarded: 'for=127.0.0.1' }, { 'X-Real-IP': '127.0.0.1' }, { Via: '1.1 a' }, { 'X-Forwarded-Proto': 'https' }])
      assert.equal((await gateway.page('/metrics', { headers: mark })).status, 401, JSON.stringify(mark));
    const [agent, admin] = [await gateway.token('agent'), await gateway.token('admin')];
    assert.equal((await gateway.page('/metrics', { headers: { ...headers, Authorization: `Bearer ${agent}` } })).status, 403);
    assert.equal((await gateway.page('/metrics', { headers: { ...headers, Authorization: `Bearer ${admin}` } })).status, 200);
  });

  test('the log in JSON, and an address of each kind to listen on', async () => {
    const other = new Gateway({ people: [], args: ['--log-format', 'json', '--log-level', 'debug'] });
    await other.prepare();
    other.settings.listen = [other.settings.listen, `[::1]:${other.port}`];
    other.write();
    await other.start();
    assert.deepEqual(other.log.of('daemon.listening').map(({ address, port }) => [address, Number(port)]), other.settings.listen.map((address) => [address, other.port]));
    for (const host of ['127.0.0.1', '[::1]']) assert.equal((await request(`http://${host}:${other.port}/metrics`)).status, 200, host);
    await other.sim.customer({ name: 'JSON' }).text('ligne\n"citée" \u202e\u001b[31m');
    await other.stop();
    assert.ok(other.log.entries.length >= 4);
    assert.ok(other.log.lines.every((line) => line.startsWith('{')));
  });
});

test('the ledger: nothing lost, doubled or invented', async () => {
  await drained(gateway);
  assert.deepEqual(await ledger(gateway), { lost: [], doubled: [], invented: [], twoLive: [], broken: [], silentDoubles: [], waiting: [] });
});
