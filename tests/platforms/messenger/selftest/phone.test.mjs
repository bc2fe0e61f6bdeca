import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';
import { ERABLE, MAPLE, stage, until } from './stage.mjs';

async function phone(t) {
  const set = await stage(t);
  const post = async (path, value, type = 'application/json') => {
    const body = Buffer.from(JSON.stringify(value));
    const answer = await set.sim.client.request(`${set.sim.origin}/phone/api/${path}`, {
      method: 'POST',
      body,
      headers: { 'Content-Type': type },
    });
    return { status: answer.status, json: JSON.parse(answer.body) };
  };
  const get = async (path) => JSON.parse((await set.sim.client.request(`${set.sim.origin}/phone/api/${path}`)).body);
  return { ...set, post, get };
}

/** Follows the news of the page; gives the list that they are added to. */
async function follow(t, sim) {
  const news = [];
  const request = http.get(`${sim.origin}/phone/api/live`);
  const response = await new Promise((resolve) => request.on('response', resolve));
  let text = '';
  response.on('data', (chunk) => {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, type, data] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      if (type) news.push({ type, ...JSON.parse(data) });
      text = text.slice(end + 2);
    }
  });
  response.on('error', () => {});
  t.after(() => request.destroy());
  return news;
}

test('the page and all that it loads are there, without inline script or foreign address', async (t) => {
  const { sim } = await phone(t);
  const page = await sim.client.request(`${sim.origin}/phone`);
  const html = page.body.toString();
  assert.match(page.headers['content-security-policy'], /^default-src 'none'; script-src 'self'; style-src 'self'/);
  assert.doesNotMatch(html, /<script(?![^>]*src=)|<style| style=| on\w+=/);
  const loaded = new Set();
  const queue = [...html.matchAll(/(?:src|href)="(\/phone\/[^"]+)"/g)].map(([, path]) => path);
  for (const path of queue) {
    if (loaded.has(path)) continue;
    loaded.add(path);
    const answer = await sim.client.request(sim.origin + path);
    assert.equal(answer.status, 200, path);
    const text = path.endsWith('.js') ? answer.body.toString() : '';
    assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML/, path);
    for (const [, name] of text.matchAll(/from '\.\/([^']+)'/g)) queue.push(`/phone/${name}`);
  }
  assert.equal(loaded.size, 10);
});

test('a newcomer makes a customer, writes, edits, reacts and is answered live', async (t) => {
  const { sim, receiver, post, get, send } = await phone(t);
  const news = await follow(t, sim);
  const { json: person } = await post('customers', { name: ' Zoé ', page: MAPLE.id });
  assert.deepEqual([person.name, person.pageName], ['Zoé', 'Maple Outdoors']);
  const act = async (name, args) => (await post('act', { psid: person.psid, act: name, args })).json.mid;
  const mid = await act('text', { text: 'Hello' });
  await act('edit', { mid, text: 'Hello there' });
  await act('photo', { name: 'boots' });
  const { json } = await send(person.psid, {
    text: 'Hi Zoé',
    quick_replies: [{ content_type: 'text', title: 'Yes', payload: 'Y' }],
  });
  await act('react', { mid: json.message_id, reaction: 'wow' });
  await post('read', { psid: person.psid });
  await until(() => receiver.elements.some(({ read }) => read), 'the read receipt came');
  const { messages } = await get(`thread?psid=${person.psid}`);
  assert.deepEqual(
    messages.map(({ side, text, answer }) => [side, text, answer]),
    [
      ['customer', 'Hello there', 'A'],
      ['customer', null, 'A'],
      ['page', 'Hi Zoé', undefined],
    ],
  );
  assert.deepEqual([messages[2].reactions.customer, messages[2].quickReplies.length], ['😮', 1]);
  assert.ok(messages[1].attachments[0].url.startsWith('/cdn/'));
  await until(() => news.some(({ message }) => message?.mid === json.message_id && message.readAt), 'the news came');
  assert.equal(news[0].type, 'contact');
});

test('a page of another site is refused', async (t) => {
  const { sim } = await phone(t);
  const from = async (origin) => {
    const { status } = await sim.client.request(`${sim.origin}/control/state`, { headers: { Origin: origin } });
    return status;
  };
  assert.deepEqual([await from('https://evil.example'), await from('null'), await from(sim.origin)], [403, 403, 200]);
});

test("only JSON and only the phone's own acts are taken", async (t) => {
  const { sim, post } = await phone(t);
  const { psid } = sim.customer({ page: ERABLE.id });
  assert.equal((await post('act', { psid, act: 'text', args: { text: 'x' } }, 'text/plain')).status, 415);
  assert.equal((await post('act', { psid, act: 'policy', args: {} })).status, 400);
  assert.equal((await post('customers', { name: '  ', page: MAPLE.id })).status, 400);
});
