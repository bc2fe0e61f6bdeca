import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { DAY } from '../platform/world.mjs';
import { stage, verdict } from './stage.mjs';

async function got(sim, url, options) {
  const { status, headers, body, error } = await sim.client.request(url, options);
  return {
    status,
    type: headers['content-type'],
    size: body.length,
    start: body.subarray(0, 8).toString('latin1'),
    error,
  };
}

test("the customers' files are real ones of their type", async (t) => {
  const { sim } = await stage(t);
  const customer = sim.customer();
  const starts = { image: '\x89PNG', audio: 'RIFF', file: '%PDF', video: 'ftyp' };
  for (const [kind, start] of Object.entries(starts)) {
    await customer[kind]({});
    const file = await got(sim, customer.messages.at(-1).attachments[0].url);
    assert.equal(file.status, 200);
    assert.ok(file.start.includes(start), kind);
    assert.ok(file.size > 400, kind);
  }
});

test('an address is signed and expires', async (t) => {
  const { sim } = await stage(t, { still: true });
  const url = sim.media.url(sim.media.readyMade('image', 'tent'), 1000);
  assert.equal((await got(sim, url)).status, 200);
  assert.equal((await got(sim, url.replace(/oe=./, 'oe=f'))).status, 403);
  assert.equal((await got(sim, url.split('?')[0])).status, 403);
  await sim.advance(1000);
  assert.equal((await got(sim, url)).status, 403);
});

test('a file can be slow, longer than announced, of another type, or broken', async (t) => {
  const { sim } = await stage(t);
  const make = (file) => sim.media.url(sim.media.add({ bytes: Buffer.from('content!'), type: 'image/png', ...file }));
  const start = Date.now();
  assert.equal((await got(sim, make({ slowMs: 10 }))).size, 8);
  assert.ok(Date.now() - start >= 60);
  assert.equal((await got(sim, make({ padding: 3_000_000 }))).size, 3_000_008);
  assert.equal((await got(sim, make({ type: 'text/html' }))).type, 'text/html');
  assert.equal((await got(sim, make({ status: 500 }))).status, 500);
});

test('a part of a file can be asked for', async (t) => {
  const { sim } = await stage(t);
  const url = sim.media.url(sim.media.readyMade('video'));
  const part = await got(sim, url, { headers: { Range: 'bytes=4-11' } });
  assert.deepEqual([part.status, part.size, part.start.slice(0, 4)], [206, 8, 'ftyp']);
});

test('what the gateway sends by address is fetched and checked, on this machine only', async (t) => {
  const { sim, send } = await stage(t);
  const served = { '/ok.png': ['image/png', 10], '/page.png': ['text/html', 10], '/big.png': ['image/png', 9_000_000] };
  const server = http.createServer((request, response) => {
    const [type, size] = served[request.url] ?? [];
    response.writeHead(type ? 200 : 404, { 'Content-Type': type ?? 'text/plain' });
    response.end(Buffer.alloc(size ?? 0));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.closeAllConnections() ?? server.close());
  const customer = sim.customer();
  await customer.text('hello');
  const image = async (path) => {
    const url = `http://127.0.0.1:${server.address().port}${path}`;
    return verdict(await send(customer.psid, { attachment: { type: 'image', payload: { url } } }));
  };
  assert.deepEqual(
    [await image('/ok.png'), await image('/page.png'), await image('/big.png'), await image('/none.png')],
    ['ok', '100/2018047', '100/2018109', '100/2018008'],
  );
});

test('an uploaded attachment has an id for ninety days, for its Page and type', async (t) => {
  const { sim, call, send } = await stage(t, { still: true });
  const customer = sim.customer();
  const attachment = { type: 'image', payload: { url: 'https://example.org/a.png', is_reusable: true } };
  const { json } = await call('POST', 'me/message_attachments', { message: { attachment } });
  assert.match(json.attachment_id, /^\d{16}$/);
  const by = async (type) => {
    await customer.text('still here');
    return verdict(await send(customer.psid, { attachment: { type, payload: { attachment_id: json.attachment_id } } }));
  };
  assert.deepEqual([await by('image'), await by('video')], ['ok', '100/2018047']);
  await sim.advance(90 * DAY);
  assert.equal(await by('image'), '100/2018074');
});
