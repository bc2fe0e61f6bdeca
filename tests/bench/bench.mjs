// The benches: ratios out of one run, in interleaved rounds, and how large things are. run.sh and smoke.sh build and call it:
//
//   node tests/bench/bench.mjs [--seconds N] [--rounds N] [--sizes 10000,1000000] [--consoles 1000,5000]
//
// GUICHET_BUILD names a release build with the programs of this folder. Everything is on the disk of TMPDIR.

import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readFileSync, statSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { Gateway, PEOPLE, build, secret } from '../integration/kit/gateway.mjs';
import { pause, until } from '../integration/kit/until.mjs';
import { table, targets } from './targets.mjs';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    sizes: { type: 'string', default: '10000,1000000' },
    consoles: { type: 'string', default: '1000,5000' },
  },
});
const seconds = Number(options.seconds);
const rounds = Number(options.rounds);
const numbers = (text) => text.split(',').filter(Boolean).map(Number);
const sizes = numbers(options.sizes);
const consoleCounts = numbers(options.consoles);

const PAGE = '104857600000123';
const QUIET_PAGE = '104857600000456';
const SECRET = 'the app secret of the benches';
const folder = new URL('.', import.meta.url).pathname;
const run = promisify(execFile);
const say = (text) => console.error(`bench: ${text}`);

const sorted = (list) => [...list].sort((a, b) => a - b);
const median = (list) => sorted(list)[Math.floor(list.length / 2)];
const quantile = (list, q) => sorted(list)[Math.min(list.length - 1, Math.floor(list.length * q))];

async function program(name, ...args) {
  const { stdout } = await run(join(build, 'bench', name), args.map(String), { maxBuffer: 1 << 24 });
  return stdout.trim() === '' ? null : JSON.parse(stdout);
}

// ---- the programs that are measured ----

/** A gateway without a platform behind it. @param database a file to begin with */
async function gatewayWith(database) {
  const gateway = new Gateway({
    sim: false,
    people: ['agent'],
    channels: () => [
      {
        name: 'maple-messenger',
        plugin: 'messenger',
        options: { app_secret: secret(SECRET), verify_token: secret('unused'), api_base: 'http://127.0.0.1:9' },
        accounts: [PAGE, QUIET_PAGE].map((id) => ({ id, name: id, token: secret('unused') })),
      },
    ],
    args: ['--log-level', 'error'],
  });
  await gateway.prepare();
  if (database) await seeded(gateway, database);
  await gateway.start();
  return gateway;
}

/** `size` messages in a database that is made once a run; people are added to the copy. */
async function seeded(gateway, { file }) {
  copyFileSync(file, gateway.database);
  await gateway.addPerson(PEOPLE.agent);
}

async function doorServer() {
  const limits = ['connections_per_address=100000'];
  const child = spawn(join(build, 'tests/door_server'), limits, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(child.stdout, 'data');
  return { child, port: Number(/listening (\d+)/.exec(String(line))[1]) };
}

function cpuMs({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Proportional set size in MB. */
const pss = ({ pid }) => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))[1]) / 1024;

/** Signed hooks for so long: {rate, p50, p99 (ms), cpu (µs a request)}. */
async function hooks({ port, child }, path, connections, time = seconds) {
  const env = { ...process.env, BENCH_SECRET: SECRET, BENCH_PAGE: PAGE, BENCH_PATH: path };
  const before = cpuMs(child);
  const args = ['-t1', `-c${connections}`, `-d${time}s`, '--timeout', '10s', '-s', join(folder, 'sign.lua'), `http://127.0.0.1:${port}/`];
  const { stdout } = await run('wrk', args, { env, maxBuffer: 1 << 24 });
  const [requests, us, p50, p99, errors] = /^BENCH (.*)$/m.exec(stdout)[1].split(' ').map(Number);
  const cpu = ((cpuMs(child) - before) * 1000) / requests;
  if (errors > 0) say(`${errors} of ${requests} hooks were not answered with 200`);
  return { rate: ((requests - errors) * 1e6) / us, p50: p50 / 1000, p99: p99 / 1000, cpu };
}

const medians = (runs) => Object.fromEntries(Object.keys(runs[0]).map((name) => [name, median(runs.map((one) => one[name]))]));

// ---- acknowledgements ----

async function acknowledgements(result) {
  const gateway = await gatewayWith();
  const quiet = await quietToken(gateway);
  const door = await doorServer();
  result.idle_mb = pss(gateway.child);
  const runs = {};
  const keep = (name, value) => (runs[name] ??= []).push(value);
  const most = {};
  let busy = 0; // connections
  const watch = setInterval(() => (most[busy] = Math.max(most[busy] ?? 0, pss(gateway.child))), 250);
  for (let round = 0; round < rounds; round++) {
    say(`acknowledgements, round ${round + 1} of ${rounds}`);
    keep('disk', await program('disk', join(gateway.folder, 'disk'), 1000));
    for (const connections of [1, 16, 64, 256]) {
      keep(`door ${connections}`, await hooks(door, '/echo', connections));
      busy = round === 0 || connections === 256 ? connections : 'after a rush';
      keep(`full ${connections}`, await hooks(gateway, '/hooks/maple-messenger', connections));
    }
    for (const batch of [30, 256]) keep(`sqlite ${batch}`, await program('store_ceiling', join(gateway.folder, 'ceiling.db'), batch, seconds));
  }
  clearInterval(watch);
  for (const [name, list] of Object.entries(runs)) result[name] = medians(list);
  result.loaded_mb = most[64];
  result.rush_mb = most[256];
  result.log_mb = statSync(`${gateway.database}-wal`).size / 2 ** 20;
  await consoles(result, gateway, quiet);
  await filled(result, gateway);
  door.child.kill();
  await gateway.stop({ errors: [/./] });
}

/** Goes on until the gateway has taken as many messages as the largest database has: its memory, a moment later. */
async function filled(result, gateway) {
  const taken = async () => (await gateway.row('SELECT count(*) AS n FROM message')).n;
  while ((await taken()) < sizes.at(-1)) {
    say(`${await taken()} of ${sizes.at(-1)} messages taken`);
    await hooks(gateway, '/hooks/maple-messenger', 64, 10);
  }
  await pause(15_000); // it gives back what it does not need every ten seconds
  result.filled = await taken();
  result.filled_mb = pss(gateway.child);
}

/** A token that may see one account only, to which nobody writes. */
async function quietToken(gateway) {
  const { id } = await gateway.row(`SELECT id FROM account WHERE remote_id = '${QUIET_PAGE}'`);
  return gateway.told(['token', 'create', '--role', 'agent', '--name', 'quiet', '--account', String(id)]);
}

/**
 * Consoles that are open and hear nothing beside the hooks: the throughput with them, as a share of that with one. The
 * first console has a price of its own: from then on the feed writes a frame for each message.
 */
async function consoles(result, gateway, token) {
  const headers = { Authorization: `Bearer ${token}` };
  const sockets = [];
  const open = (i) =>
    new Promise((done, failed) => {
      // At most so many connections are taken from one address.
      const socket = net.connect({ port: gateway.port, host: '127.0.0.1', localAddress: `127.0.1.${1 + Math.floor(i / 400)}` });
      const lines = { Host: `127.0.0.1:${gateway.port}`, Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': 13, 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==', ...headers };
      socket.write(`GET /api/v1/live HTTP/1.1\r\n${Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
      socket.once('data', (bytes) => (bytes.toString('latin1').includes(' 101 ') ? done() : failed(new Error(bytes.toString().slice(0, 80)))));
      socket.on('data', (bytes) => bytes[0] === 0x89 && socket.write(Buffer.from([0x8a, 0x80, 0, 0, 0, 0])));
      socket.on('error', failed);
      sockets.push(socket);
    });
  const beside = Object.fromEntries([0, 1, ...consoleCounts].map((count) => [count, []]));
  for (let round = 0; round < rounds; round++) {
    say(`consoles, round ${round + 1} of ${rounds}`);
    for (const count of [0, 1, ...consoleCounts]) {
      const before = pss(gateway.child);
      while (sockets.length < count) {
        const more = Math.min(50, count - sockets.length);
        await Promise.all(Array.from({ length: more }, () => open(sockets.length)));
      }
      if (round === 0 && count === consoleCounts[0]) result.console_kb = ((pss(gateway.child) - before) * 1024) / count;
      beside[count].push((await hooks(gateway, '/hooks/maple-messenger', 64)).rate);
    }
    for (const socket of sockets.splice(0)) socket.destroy();
    await until(async () => (await gateway.metrics()).guichet_live_consoles === 0, 'the consoles gone');
  }
  for (const count of consoleCounts) result[`consoles ${count}`] = median(beside[count]) / median(beside[1]);
  result.first_console = median(beside[1]) / median(beside[0]);
}

// ---- from the hook to the console ----

async function latency(result) {
  const gateway = await gatewayWith();
  const feed = await gateway.live(await gateway.bearer('agent'));
  await feed.next('hello');
  const headersOf = (body) => ({ 'Content-Type': 'application/json', 'X-Hub-Signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}` });
  const agent = new (await import('node:http')).Agent({ keepAlive: true });
  for (const rate of [20, 200]) {
    const sent = new Map();
    const times = [];
    let read = feed.frames.length;
    const look = () => {
      for (; read < feed.frames.length; read++) {
        const { type, data } = feed.frames[read];
        if (type === 'message.created' && sent.has(data.remote_id)) times.push(performance.now() - sent.get(data.remote_id));
      }
    };
    const count = Math.ceil(rate * seconds * 2);
    // The feed's client has no event of its own for a frame; what it was given is looked for at each turn of Node's loop.
    let on = true;
    const spin = () => (look(), on && setImmediate(spin));
    spin();
    const began = performance.now();
    for (let i = 0; i < count; i++) {
      const mid = `m_${rate}_${i}`;
      const at = Date.now();
      const body = JSON.stringify({ object: 'page', entry: [{ id: PAGE, time: at, messaging: [{ sender: { id: `777${i % 50}` }, recipient: { id: PAGE }, timestamp: at, message: { mid, text: 'bonjour' } }] }] });
      await pause(Math.max(0, began + (i * 1000) / rate - performance.now()));
      sent.set(mid, performance.now());
      gateway.page('/hooks/maple-messenger', { method: 'POST', headers: headersOf(body), body, agent }).catch(() => {});
    }
    await until(() => times.length >= count, `${count} frames`, 10_000);
    on = false;
    result[`latency ${rate}`] = { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
  }
  agent.destroy();
  await gateway.stop({ errors: [/./] });
}

// ---- large databases ----

/** A database of `size` messages: 20 a customer, 5 a ticket, of which one in 40 is not closed. */
async function seed(size, file) {
  const phases = 4;
  for (let phase = 0; phase < phases; phase++) {
    await program('seed', file, PAGE, size / phases, size / 20, (phase * size) / phases, size);
    const open = phase === phases - 1 ? 'AND id % 10 <> 0' : '';
    const close = `UPDATE ticket SET status = 4, closed_ms = last_message_ms, solved_ms = last_message_ms WHERE status < 4 ${open}`;
    await run('sqlite3', [file, close, 'PRAGMA wal_checkpoint(TRUNCATE)']);
  }
}

async function queries(result, size) {
  say(`seeding ${size} messages`);
  const file = join(process.env.TMPDIR ?? '/tmp', `seed-${size}.db`);
  await seed(size, file);
  const gateway = await gatewayWith({ file });
  await until(async () => (await gateway.metrics()).guichet_store_index_lag === 0, 'the index at rest', 300_000);
  const agent = await gateway.bearer('agent');
  const tickets = (await gateway.rows('SELECT id FROM ticket WHERE status < 4 ORDER BY id LIMIT 200')).map(({ id }) => id);
  const http = new (await import('node:http')).Agent({ keepAlive: true });
  const ask = async (path) => {
    const began = performance.now();
    const { status } = await gateway.page(`/api/v1${path}`, { headers: agent.headers, agent: http });
    if (status !== 200) throw new Error(`${path}: ${status}`);
    return performance.now() - began;
  };
  const kinds = {
    list: () => '/tickets?limit=50',
    thread: (i) => `/tickets/${tickets[i % tickets.length]}/messages?limit=50`,
    'search rare': (i) => `/search?q=n${(i * 7919) % size}`,
    'search common': (i) => `/search?q=${['bonjour', 'commande', 'colis'][i % 3]}`,
  };
  const count = Math.ceil(50 * seconds);
  for (const [name, path] of Object.entries(kinds)) {
    const times = [];
    for (let i = 0; i < count + 10; i++) times.push(await ask(path(i)));
    const warm = times.slice(10);
    result[`${name} ${size}`] = { p50: quantile(warm, 0.5), p99: quantile(warm, 0.99) };
  }
  result[`memory ${size}`] = pss(gateway.child);
  const { bytes, messages } = await gateway.row(
    'SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size) AS bytes, (SELECT count(*) FROM message) AS messages',
  );
  result[`bytes ${size}`] = bytes / messages;
  http.destroy();
  await gateway.stop({ errors: [/./] });
}

const result = {};
await acknowledgements(result);
say('from the hook to the console');
await latency(result);
for (const size of sizes) await queries(result, size);
if (process.env.BENCH_JSON) console.log(JSON.stringify(result));
console.log(table(targets(result, { sizes, consoleCounts })));
