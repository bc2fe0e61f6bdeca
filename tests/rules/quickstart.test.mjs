// What config/quickstart.sh refuses before it installs, builds or starts anything. tests/bare/ runs it whole.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../config/quickstart.sh', import.meta.url));
const run = (args, env = {}) => spawnSync(script, args, { encoding: 'utf8', env: { ...process.env, ...env }, timeout: 20_000 });

test('--help says the options and the environment, and does nothing', () => {
  const { status, stdout } = run(['--help']);
  assert.equal(status, 0);
  for (const word of ['--no-demo', '--help', 'GUICHET_PORT', 'GUICHET_BUILD_ROOT']) assert.ok(stdout.includes(word), word);
});

test('an unknown option is a mistake of use', () => {
  const { status, stderr } = run(['--demo']);
  assert.equal(status, 2);
  assert.match(stderr, /usage: config\/quickstart\.sh/);
});

for (const port of ['0', '08080', '65535', '99999', 'http', '80 80', '-1']) {
  test(`port "${port}" is refused with a sentence`, () => {
    const { status, stderr } = run([], { GUICHET_PORT: port });
    assert.equal(status, 1);
    assert.ok(stderr.includes(`GUICHET_PORT is ${port}, and must be a number from 1 to 65534`), stderr);
  });
}

/** A port that is taken and whose neighbour may be: somebody listens on it. */
async function listening() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: server.address().port };
}

test('a port that is in use is refused, the simulator’s too', async () => {
  const { server, port } = await listening();
  try {
    const own = run([], { GUICHET_PORT: String(port) });
    assert.equal(own.status, 1);
    assert.ok(own.stderr.includes(`port ${port} is in use; GUICHET_PORT chooses another`), own.stderr);
    const next = run([], { GUICHET_PORT: String(port - 1) });
    assert.equal(next.status, 1);
    assert.match(next.stderr, /port \d+ is in use; GUICHET_PORT chooses another/);
  } finally {
    server.close();
  }
});
