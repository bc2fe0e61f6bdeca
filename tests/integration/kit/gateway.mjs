// A real guichetd in a folder of its own, with a simulated Messenger behind it. README.md says how it is used.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startMessenger } from '../../platforms/messenger/simulator.mjs';
import { ApiClient, request } from './client.mjs';
import { LiveClient } from './live.mjs';
import { LogReader } from './logfmt.mjs';
import { slowness, until } from './until.mjs';

const root = new URL('../../../', import.meta.url).pathname;
export const build = resolve(root, process.env.GUICHET_BUILD ?? 'build/dev');

export const PEOPLE = {
  agent: { login: 'camille', role: 'agent', name: 'Camille Roy', password: 'un mot de passe assez long' },
  colleague: { login: 'lea', role: 'agent', name: 'Léa Gagnon', password: 'another password, long enough' },
  admin: { login: 'dominique', role: 'admin', name: 'Dominique Lavoie', password: 'encore un mot de passe long' },
  analyst: { login: 'noa', role: 'analyst', name: 'Noa Tremblay', password: 'le mot de passe de noa, long' },
};

/** A secret that is to stand in a file of its own. */
export const secret = (text) => ({ secret: text });

/** A port that nothing listens on, below those that outgoing connections take. */
export async function freePort() {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    const free = await new Promise((found) => {
      server.once('error', () => found(false));
      server.listen(port, '127.0.0.1', () => server.close(() => found(true)));
    });
    if (free) return port;
  }
}

/** Runs a program to its end: gives {status, stdout, stderr}. */
export function run(program, args, { input = '', env = process.env } = {}) {
  return new Promise((done) => {
    const child = execFile(program, args, { env, maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
      done({ status: error ? (error.code ?? error.signal) : 0, stdout, stderr }),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

export class Gateway {
  /** What the configuration file is written from; write() again after a change. */
  settings = {};
  /** {name, plugin, options, accounts: [{id, name, …}]}; values may be secret("…"). */
  channels = [];
  people = PEOPLE;
  log = new LogReader();
  /** Called with every answer of the API: {status, headers, body}. */
  onAnswer = null;
  sim = null;
  child = null;
  #clients = [];
  #secrets = 0;
  #options;

  constructor(options) {
    this.#options = options;
  }

  /** Makes folder, configuration, people and simulator; starts nothing yet. */
  async prepare() {
    if (!existsSync(join(build, 'bin/guichetd'))) throw new Error(`no guichetd in ${build}: GUICHET_BUILD names the build`);
    const { sim = {}, tls, people = Object.keys(PEOPLE), settings = {}, channels } = this.#options;
    this.port = await freePort();
    this.origin = `${tls ? 'https' : 'http'}://127.0.0.1:${this.port}`;
    this.tls = tls;
    this.folder = mkdtempSync(join(tmpdir(), 'guichet-test-'));
    this.config = join(this.folder, 'guichet.conf');
    this.database = join(this.folder, 'guichet.db');
    if (sim) this.sim = await startMessenger({ gateway: this.origin, ...sim });
    this.settings = {
      listen: `127.0.0.1:${this.port}`,
      public_url: this.origin,
      data_dir: this.folder,
      store: 'sqlite:guichet.db',
      plugin_dir: join(build, 'plugins'),
      ...(existsSync(join(build, 'console')) ? { console_dir: join(build, 'console') } : {}),
      ...settings,
    };
    this.channels = channels?.(this) ?? [this.messengerChannel()];
    this.write();
    await Promise.all(people.map((name) => this.addPerson(PEOPLE[name])));
  }

  /** A channel that is wired to a simulated Messenger. */
  messengerChannel({ name = 'maple-messenger', sim = this.sim, pages = sim.options.pages, options = {} } = {}) {
    const { appSecret, verifyToken } = sim.options;
    return {
      name,
      plugin: 'messenger',
      options: { app_secret: secret(appSecret), verify_token: secret(verifyToken), api_base: sim.origin, ...options },
      accounts: pages.map(({ id, name: title, token }) => ({ id, name: title, token: secret(token) })),
    };
  }

  /** Writes the configuration file. */
  write(text = this.#text()) {
    writeFileSync(this.config, text);
  }

  #text() {
    const options = (members, indent) =>
      Object.entries(members).map(([name, value]) => `${indent}${name} = ${this.#value(value)}\n`).join('');
    const account = ({ id, ...rest }) => `    account "${id}" {\n${options(rest, '        ')}    }\n`;
    const channel = ({ name, plugin, options: own, accounts }) =>
      `\nchannel "${name}" {\n${options({ plugin, ...own }, '    ')}${accounts.map(account).join('')}}\n`;
    const { certificate, key } = this.tls ?? {};
    const tls = this.tls ? `tls {\n${options({ certificate, key }, '    ')}}\n` : '';
    return options(this.settings, '') + tls + this.channels.map(channel).join('');
  }

  #value(value) {
    if (Array.isArray(value)) return `{${value.map((item) => this.#value(item)).join(', ')}}`;
    if (typeof value === 'number') return String(value);
    if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
    this.#secrets += 1;
    const file = join(this.folder, `secret-${this.#secrets}`);
    writeFileSync(file, `${value.secret}\n`, { mode: 0o600 });
    return `"file:${file}"`;
  }

  /** Starts guichetd and waits until it is ready. @param wrapper a program and its arguments in front */
  async start({ wrapper = [], env = {}, ready = true } = {}) {
    const { args = [] } = this.#options;
    const command = [...wrapper, join(build, 'bin/guichetd'), '--config', this.config, ...args];
    this.child = spawn(command[0], command.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...this.#options.env, ...env },
    });
    this.log.follow(this.child.stderr);
    this.ended = once(this.child, 'close').then(([code, signal]) => ({ code, signal }));
    this.ended.then((end) => (this.end = end));
    this.end = null;
    if (ready) await this.ready();
    return this;
  }

  async ready(ms = 15_000) {
    await until(
      async () => {
        if (this.end) throw new Error('it ended');
        return (await this.page('/readyz')).status === 200;
      },
      'guichetd ready',
      ms,
    ).catch((error) => {
      throw new Error(`${error.message}\n${this.log.lines.slice(-20).join('\n')}`);
    });
  }

  /** A request outside of the API: gives {status, headers, body}. */
  page(path, options) {
    return request(this.origin + path, { ca: this.tls?.ca, ...options });
  }

  /** guichetctl: gives {status, stdout, stderr}. */
  ctl(args, { input } = {}) {
    return run(join(build, 'bin/guichetctl'), ['--config', this.config, ...args], { input });
  }

  /** guichetctl, which has to succeed; gives what it printed, with --json as a value. */
  async told(args, options) {
    const { status, stdout, stderr } = await this.ctl(args, options);
    if (status !== 0) throw new Error(`guichetctl ${args.join(' ')}: ${status}: ${stderr}`);
    return args.includes('--json') ? JSON.parse(stdout) : stdout.trim();
  }

  addPerson({ login, role, name, password }) {
    return this.told(['user', 'add', login, '--role', role, '--name', name, '--password-stdin'], { input: `${password}\n` });
  }

  #client(client) {
    this.#clients.push(client);
    return client;
  }

  /** Nobody. */
  stranger(headers) {
    return this.#client(new ApiClient(this, headers));
  }

  /** Somebody of `people` (or {login, password}), signed in. */
  signIn(person) {
    return this.stranger().signIn(typeof person === 'string' ? this.people[person] : person);
  }

  /** A program with a token of that role. */
  async bearer(role) {
    const client = this.stranger({ Authorization: `Bearer ${await this.token(role)}` });
    return client;
  }

  token(role, name = `test ${role}`) {
    return this.told(['token', 'create', '--role', role, '--name', name]);
  }

  /** The live feed as `client` has it; see LiveClient. */
  async live(client, { since, headers = {} } = {}) {
    const { Cookie, Origin, Authorization } = client?.headers ?? {};
    const known = Object.entries({ Cookie, Origin, Authorization }).filter(([, value]) => value !== undefined);
    const query = since === undefined ? '' : `?since=${since}`;
    return this.#client(await LiveClient.open(this, { headers: { ...Object.fromEntries(known), ...headers }, query }));
  }

  /** Rows of the database, read beside the gateway: for ledgers, not for what the API shows. @param wrapper as for start */
  async rows(sql, wrapper = []) {
    const [program, ...args] = [...wrapper, 'sqlite3', '-readonly', '-json', '-cmd', '.timeout 5000', this.database, sql];
    const { status, stdout, stderr } = await run(program, args);
    if (status !== 0) throw new Error(`sqlite3: ${stderr}`);
    return stdout.trim() === '' ? [] : JSON.parse(stdout);
  }

  async row(sql) {
    return (await this.rows(sql))[0];
  }

  /** Changes the database beside the gateway: for what no command makes yet, and for times that no test waits for. */
  async change(sql) {
    const { status, stderr } = await run('sqlite3', ['-cmd', '.timeout 5000', this.database, sql]);
    if (status !== 0) throw new Error(`sqlite3: ${stderr}`);
  }

  /** Teams by id, which no command makes yet. */
  addTeams(names) {
    return this.change(Object.entries(names).map(([id, name]) => `INSERT INTO team (id, name) VALUES (${id}, '${name}');`).join(''));
  }

  /** The value of each metric: "name{labels}" → number. */
  async metrics() {
    const { body } = await this.page('/metrics');
    const lines = body.toString().split('\n').filter((line) => line && !line.startsWith('#'));
    return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
  }

  /** SIGHUP; gives the log's word on it: {event: "reload.done" | "reload.refused", …}. */
  async reload() {
    const from = this.log.entries.length;
    this.child.kill('SIGHUP');
    const look = () => this.log.entries.slice(from).find(({ event }) => ['reload.done', 'reload.refused'].includes(event));
    return until(look, 'the reload');
  }

  /** Resident memory in bytes; 0 under sanitizers, which keep what was freed. */
  memory() {
    if (slowness > 1) return 0;
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'latin1'))[1]) * 1024;
  }

  /** Ends guichetd at once. */
  async kill() {
    this.child.kill('SIGKILL');
    return this.ended;
  }

  /** Ends guichetd by SIGTERM; anything but an orderly end within 10 s is an error. */
  async halt() {
    if (!this.child || this.end) return;
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 10_000 * slowness);
    const { code, signal } = await this.ended;
    clearTimeout(late);
    if (code !== 0) throw new Error(`guichetd ended with ${code ?? signal}:\n${this.log.lines.slice(-30).join('\n')}`);
  }

  /**
   * Ends everything. guichetd has to end orderly, and its log to be readable and without errors.
   * @param errors events of level error that the test provoked: names or regular expressions
   */
  async stop({ errors = [] } = {}) {
    try {
      for (const client of this.#clients) client.close();
      await this.halt();
      const expected = (entry) => errors.some((error) => (error.test ? error.test(entry.event) : error === entry.event));
      const wrong = this.log.errors().filter((entry) => !expected(entry));
      if (wrong.length > 0) throw new Error(`errors in the log: ${JSON.stringify(wrong.slice(0, 5))}`);
      if (this.log.broken.length > 0) throw new Error(`log lines that do not parse:\n${this.log.broken.slice(0, 5).join('\n')}`);
    } finally {
      if (this.child && !this.end) this.child.kill('SIGKILL');
      await this.sim?.close();
      if (process.env.GUICHET_KEEP) console.error(`kept: ${this.folder}`);
      else rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

/**
 * Prepares and starts; see Gateway and README.md.
 * @param options {sim: options of the simulator or false, people: names of PEOPLE, settings: top-level options,
 *   tls: {certificate, key: files; ca: PEM text that clients trust} for HTTPS, channels: (gateway) → channels, args: of guichetd, env, start: what Gateway.start takes}
 */
export async function startGateway(options = {}) {
  const gateway = new Gateway(options);
  try {
    await gateway.prepare();
    await gateway.start(options.start);
  } catch (error) {
    await gateway.stop().catch(() => {});
    throw error;
  }
  return gateway;
}
