import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { SimClock } from './clock.mjs';
import { plainJson, readJson, writeJson } from './exact-json.mjs';
import { HttpClient } from './http-client.mjs';
import { answerOf, Ledger } from './ledger.mjs';
import { readMultipart } from './multipart.mjs';
import { Random } from './random.mjs';
import { SCENES, scene } from './scenes.mjs';

test('a clock that stands is pushed; what falls due runs in order, at its own time', async () => {
  const clock = new SimClock({ scale: 0, start: 1000 });
  const ran = [];
  clock.after(50, async () => {
    ran.push(['second', clock.now()]);
    clock.after(10, () => ran.push(['third', clock.now()]));
  });
  clock.after(20, () => ran.push(['first', clock.now()]));
  const off = clock.after(30, () => ran.push(['never', clock.now()]));
  off();
  await clock.advance(100);
  assert.deepEqual(ran, [
    ['first', 1020],
    ['second', 1050],
    ['third', 1060],
  ]);
  assert.equal(clock.now(), 1100);
});

test('a quick clock runs its timers early in real time', async () => {
  const clock = new SimClock({ scale: 100 });
  const start = Date.now();
  await clock.pause(2000);
  assert.ok(Date.now() - start < 1500);
  clock.close();
});

test('long numbers survive reading and writing, strings and keys that look alike are left alone', () => {
  const text =
    '{"id":122104567890123457,"s":"122104567890123457, \\"1234567890123456789\\"","f":1.5,"n":-9007199254740993,"k":[1e3]}';
  const value = readJson(text);
  assert.equal(value.id, 122104567890123457n);
  assert.equal(value.s, '122104567890123457, "1234567890123456789"');
  assert.equal(writeJson(value), text.replace('1e3', '1000'));
  assert.equal(plainJson(value).n, '-9007199254740993');
});

test('text is written plain or in ASCII, slashes bare or escaped', () => {
  const value = { é: 'a/é😀\n\u2028' };
  assert.equal(writeJson(value), '{"é":"a/é😀\\n\u2028"}');
  assert.equal(writeJson(value, { ascii: true, slashes: true }), '{"\\u00e9":"a\\/\\u00e9\\ud83d\\ude00\\n\\u2028"}');
});

test('in the ledger taken wins over unknown, unknown over refused', () => {
  const seen = [{ status: 200 }, { status: 404 }, { status: 503 }, { status: 302 }, { error: 'cut' }].map(answerOf);
  assert.deepEqual(seen, ['A', 'R', 'U', 'U', 'U']);
  const ledger = new Ledger(new SimClock({ scale: 0 }));
  const row = ledger.sent({ id: '1' });
  const answers = [401, 503, 400, 200, 500].map((status) => {
    ledger.answered(row, { status });
    return row.answer;
  });
  assert.deepEqual(answers, ['R', 'U', 'U', 'A', 'A']);
});

test('what an idle connection loses is sent again on another, what a new one loses is not', async (t) => {
  const bodies = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk)).on('end', () => {
      bodies.push(body);
      const first = request.socket.used !== true;
      request.socket.used = true;
      if (first && body !== 'cut') response.end('ok');
      else request.socket.resetAndDestroy();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new HttpClient();
  t.after(() => {
    client.close();
    server.close();
  });
  const post = (body) => client.request(`http://127.0.0.1:${server.address().port}/`, { method: 'POST', body: Buffer.from(body) });
  assert.equal((await post('one')).status, 200);
  assert.equal((await post('two')).status, 200);
  assert.deepEqual(bodies, ['one', 'two', 'two']);
  client.close();
  const lost = await post('cut');
  assert.equal(lost.status, null);
  assert.match(lost.error, /ECONNRESET|hang up/);
  assert.deepEqual(bodies, ['one', 'two', 'two', 'cut']);
});

test('the same seed gives the same order', () => {
  const list = [1, 2, 3, 4, 5, 6, 7, 8];
  assert.deepEqual(new Random(5).shuffled(list), new Random(5).shuffled(list));
  assert.notDeepEqual(new Random(5).shuffled(list), list);
  assert.deepEqual([...new Random(5).shuffled(list)].sort(), list);
});

test('a multipart body that has no end is refused', () => {
  assert.throws(() => readMultipart('multipart/form-data; boundary=x', Buffer.from('--x\r\n\r\nabc')), SyntaxError);
  assert.throws(() => readMultipart('multipart/form-data', Buffer.from('')), SyntaxError);
});

test('a picture is a PNG whose data unpacks to its size', () => {
  const png = scene(SCENES[0]);
  const data = png.indexOf('IDAT');
  const size = png.readUInt32BE(data - 4);
  const rows = inflateSync(png.subarray(data + 4, data + 4 + size));
  assert.equal(rows.length, png.readUInt32BE(20) * (png.readUInt32BE(16) * 4 + 1));
});
