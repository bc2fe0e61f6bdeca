// The plugin of docs/plugin-guide.md, built by the guide's own command: it works, and its channel can do less than others;
// what its rules forbid is refused before anything is queued. Then the same plugin, hanging.

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build, run, secret, startGateway } from './kit/gateway.mjs';
import { until } from './kit/until.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guide = readFileSync(join(root, 'docs/plugin-guide.md'), 'utf8');
const [, source] = /\n```c\n(#include <guichet[^]*?)\n```\n/.exec(guide);
const [, command] = /\n```\n(cc -std=c11 [^]*?)\n```\n/.exec(guide);
const OFFICE = '17';
let gateway;
let agent;
let live;
let cards = 0;
const requests = [];
const platform = http.createServer((request, response) => {
  let body = '';
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    requests.push({ path: request.url, authorization: request.headers.authorization, body: JSON.parse(body) });
    response.end(`{"card": "out-${requests.length}"}`);
  });
});

/** Builds `text` as the guide says, as plugin postcard of `folder`. */
async function compile(text, folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'postcard.c'), text);
  const words = command.replaceAll('\\\n', ' ').replaceAll(/-I include/g, `-I ${root}include`).replace('config/cmake', `${root}config/cmake`);
  const { status, stderr } = await run('sh', ['-ec', `cd "$0" && ${words}`, folder]);
  assert.deepEqual([status, stderr], [0, ''], 'it compiles without a warning');
}

/** The same plugin, but while that file is there it does not come back from a card with a member "hang". */
function hanging(file) {
  const wait = `    while (json->get(card, "hang") != NULL && access("${file}", F_OK) == 0) {\n    }\n`;
  const place = '    event.head.account = ';
  assert.equal(source.split(place).length, 2);
  return `#include <unistd.h>\n${source.replace(place, wait + place)}`;
}

before(async () => {
  await new Promise((ready) => platform.listen(0, '127.0.0.1', ready));
  gateway = await startGateway({
    sim: false,
    people: ['agent'],
    channels: (own) => {
      own.settings.plugin_dir = join(own.folder, 'plugins');
      mkdirSync(own.settings.plugin_dir);
      return [];
    },
  });
  const { plugin_dir: folder } = gateway.settings;
  await compile(source, join(gateway.folder, 'guide'));
  await compile(hanging(join(gateway.folder, 'hang')), folder);
  copyFileSync(join(build, 'plugins/messenger.so'), join(folder, 'messenger.so'));
  const options = { hook_key: secret('the key of the hooks'), api_base: `http://127.0.0.1:${platform.address().port}` };
  gateway.channels.push({ name: 'cards', plugin: 'postcard', options, accounts: [{ id: OFFICE, name: 'Quai', token: secret('the-token') }] });
  gateway.write();
  assert.equal((await gateway.reload()).event, 'reload.done');
  agent = await gateway.signIn('agent');
  live = await gateway.live(agent);
  await live.next('hello');
});
after(async () => {
  await gateway?.stop({ errors: [/^plugin\./] });
  platform.close();
});

const post = (card, key = 'the key of the hooks') =>
  gateway.page('/hooks/cards', { method: 'POST', headers: { Authorization: `Bearer ${key}` }, body: JSON.stringify({ cards: [card] }) });
/** A card that arrives; gives its message. */
async function arrives(text, more = {}) {
  cards += 1;
  const card = `c-${cards}`;
  assert.equal((await post({ office: OFFICE, from: `customer ${cards}`, card, sent_ms: Date.now(), text, ...more })).status, 200);
  return (await live.next('message.created', ({ remote_id: id }) => id === card)).data;
}

test('a card becomes a ticket, the reply a request with the account’s token', async () => {
  const { ticket_id: ticket, text } = await arrives('Bonjour du quai');
  assert.equal(text, 'Bonjour du quai');
  const reply = await agent.reply(ticket, 'Bien reçu');
  await live.next('message.updated', ({ id, delivery }) => id === reply.id && delivery.state === 'sent');
  assert.deepEqual(requests, [{ path: '/cards', authorization: 'Bearer the-token', body: { to: `customer ${cards}`, text: 'Bien reçu' } }]);
  assert.equal((await post({}, 'another key')).status, 401);
});

test('what the channel cannot send is refused, with what it can', async () => {
  const { ticket_id: ticket, id } = await arrives('Et en image ?');
  const { capabilities } = (await agent.get('/channels')).items[0];
  assert.deepEqual([capabilities.kinds_out, capabilities.reply_to, capabilities.text.max], [[], false, 300]);
  const refused = async (body, want) => (await agent.ask('POST', `/tickets/${ticket}/messages`, { body: { kind: 'reply', ...body }, want })).value;
  for (const kind of ['image', 'video', 'audio', 'file']) {
    const { type, detail } = await refused({ text: 'voici', attachments: [{ kind, url: 'https://example.org/x' }] }, 409);
    assert.deepEqual([type, detail], ['/problems/unsupported-attachment', `the channel cannot send kind ${kind}`]);
  }
  const long = await refused({ text: 'é'.repeat(301) }, 409);
  assert.deepEqual([long.type, long.max, long.length], ['/problems/text-too-long', 300, 301]);
  const quoted = await refused({ text: 'à cela', reply_to: id }, 422);
  assert.deepEqual(quoted.errors.map(({ field }) => field), ['reply_to']);
  assert.equal((await gateway.row('SELECT count(*) AS n FROM outbox')).n, 0);
  assert.equal(requests.length, 1);
});

test('a plugin that hangs: its line in /readyz, its hooks are kept raw and read when it is back', async () => {
  const hang = join(gateway.folder, 'hang');
  writeFileSync(hang, '');
  cards += 1;
  const card = { office: OFFICE, from: 'patient', card: `c-${cards}`, sent_ms: Date.now(), text: 'longtemps', hang: true };
  assert.equal((await post(card)).status, 200);
  assert.equal((await gateway.row('SELECT count(*) AS n FROM inbox')).n, 1);
  await until(async () => (await gateway.page('/readyz')).body.toString() === 'channel cards: its plugin hangs\n', 'its line', 10_000);
  assert.equal((await gateway.page('/readyz')).status, 503);
  rmSync(hang);
  await until(async () => (await gateway.page('/readyz')).body.toString() === 'ready\n', 'ready again', 10_000);
  await arrives('après');
  const { data } = await live.next('message.created', ({ remote_id: id }) => id === card.card, { ms: 60_000 });
  assert.equal(data.text, 'longtemps');
});
