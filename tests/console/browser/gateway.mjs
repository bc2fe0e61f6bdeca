// A real gateway with a simulated Messenger behind it, for the tests in the browser. The only file that knows how either
// is started. GUICHET_BUILD names the build folder (default: build/dev).

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startMessenger } from '../../platforms/messenger/simulator.mjs';

const root = new URL('../../../', import.meta.url).pathname;
const build = resolve(root, process.env.GUICHET_BUILD ?? 'build/dev');

const freePort = () =>
  new Promise((found, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });

export const people = {
  agent: { login: 'camille', role: 'agent', name: 'Camille Roy', password: 'un mot de passe assez long' },
  colleague: { login: 'lea', role: 'agent', name: 'Léa Gagnon', password: 'an other password, long enough' },
  admin: { login: 'dominique', role: 'admin', name: 'Dominique Lavoie', password: 'encore un mot de passe long' },
  analyst: { login: 'noa', role: 'analyst', name: 'Noa Tremblay', password: 'le mot de passe de noa, long' },
};

class Gateway {
  people = people;
  #child = null;
  #folder;
  #output = [];

  static async start() {
    const gateway = new Gateway();
    try {
      await gateway.#prepare();
      await gateway.run();
    } catch (error) {
      await gateway.stop();
      throw error;
    }
    return gateway;
  }

  async #prepare() {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    this.sim = await startMessenger({ gateway: this.url });
    const { appSecret, verifyToken, pages } = this.sim.options;
    this.#folder = mkdtempSync(join(tmpdir(), 'guichet-browser-'));
    this.config = join(this.#folder, 'guichet.conf');
    const accounts = pages.map(
      ({ id, name, token }) => `    account "${id}" { name = "${name}"  token = "${token}" }\n`,
    );
    writeFileSync(
      this.config,
      `listen     = "127.0.0.1:${port}"
public_url = "${this.url}"
data_dir   = "${this.#folder}"
store      = "sqlite:guichet.db"
plugin_dir = "${build}/plugins"

channel "maple-messenger" {
    plugin       = "messenger"
    app_secret   = "${appSecret}"
    verify_token = "${verifyToken}"
    api_base     = "${this.sim.origin}"
${accounts.join('')}}
`,
    );
    for (const { login, role, name, password } of Object.values(people)) {
      const args = ['--config', this.config, 'user', 'add', login, '--role', role, '--name', name, '--password-stdin'];
      const { status, stderr } = spawnSync(join(build, 'bin/guichetctl'), args, {
        input: `${password}\n`,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`guichetctl user add ${login} ended with ${status}: ${stderr}`);
    }
  }

  /** Starts the daemon, again after kill() too: same address, same data. */
  async run() {
    const child = spawn(join(build, 'bin/guichetd'), ['--config', this.config], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => this.#output.push(String(text)));
    const end = Date.now() + 20_000;
    while (Date.now() < end && child.exitCode === null) {
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer?.ok) return;
      await pause(50);
    }
    throw new Error(`the gateway did not become ready:\n${this.#output.join('')}`);
  }

  /** All that the daemon has logged. */
  get log() {
    return this.#output.join('');
  }

  /** Runs a statement beside the daemon, for what no request can bring about. */
  sql(statement) {
    const args = ['-cmd', '.timeout 5000', join(this.#folder, 'guichet.db'), statement];
    const { status, stderr } = spawnSync('sqlite3', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`sqlite3: ${stderr}`);
  }

  /** Ends the daemon as a power cut would, and waits until it is gone. */
  async kill(signal = 'SIGKILL') {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await gone;
  }

  async stop() {
    await this.kill('SIGTERM');
    await this.sim?.close();
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }
}

export const startGateway = () => Gateway.start();
