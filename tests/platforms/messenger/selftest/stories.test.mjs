import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Random } from '../../kit/random.mjs';
import { SCENES, STICKERS } from '../../kit/scenes.mjs';
import { DAY, HOUR } from '../platform/world.mjs';
import { keepWorld } from '../platform/world-file.mjs';
import { ACTS } from '../simulator.mjs';
import { duration, readStories } from '../stories/book.mjs';
import { StoryPlayer } from '../stories/player.mjs';
import { Replies } from '../stories/replies.mjs';
import { ERABLE, MAPLE, stage } from './stage.mjs';

const book = readStories();

async function played(t) {
  const set = await stage(t, { still: true });
  const told = [];
  const player = new StoryPlayer(set.sim, { book, log: (sentence) => told.push(sentence) });
  await player.play();
  return { ...set, told };
}

test('there are at least twelve customers, of both languages and Pages, whose steps can be played', () => {
  assert.ok(book.stories.length >= 12);
  for (const language of ['fr', 'en'])
    assert.ok(book.stories.filter((story) => story.language === language).length >= 5);
  for (const { file, page, before, live, answers, about } of book.stories) {
    assert.ok(['maple', 'erable'].includes(page) && about, file);
    for (const step of [...before, ...live]) {
      const act = step.act ?? 'text';
      assert.ok(Object.hasOwn(ACTS, act), `${file}: ${act}`);
      if (act === 'photo') assert.ok(SCENES.includes(step.args.name), `${file}: ${step.args.name}`);
      if (act === 'sticker') assert.ok(STICKERS.includes(step.args.name), `${file}: ${step.args.name}`);
    }
    for (const step of before) assert.ok(duration(step.ago) > 0, file);
    for (const answer of answers) assert.doesNotThrow(() => new RegExp(answer.when, 'u'), file);
  }
});

test('when it starts customers wait, some windows are near their end and one is over', async (t) => {
  const { sim, receiver } = await played(t);
  const ages = [...sim.world.contacts.values()]
    .filter((contact) => contact.lastOpenerAt)
    .map((contact) => sim.clock.now() - contact.lastOpenerAt);
  assert.ok(ages.length >= 10);
  assert.ok(ages.filter((age) => age > 20 * HOUR && age < DAY).length >= 3);
  assert.ok(ages.some((age) => age > DAY && age < 7 * DAY));
  assert.deepEqual(new Set(receiver.posts.map(({ body }) => body.entry[0].id)), new Set([MAPLE.id, ERABLE.id]));
});

test('then something happens every few seconds, never a flood', async (t) => {
  const { sim, told } = await played(t);
  const before = told.length;
  await sim.advance(10 * 60_000);
  await sim.hooks.idle();
  const start = sim.clock.now() - 10 * 60_000;
  const times = sim.ledger.in.map(({ sentAt }) => sentAt).filter((at) => at > start);
  const gaps = times.map((at, place) => at - (times[place - 1] ?? start));
  assert.ok(told.length - before >= 30, `${told.length - before} events in ten minutes`);
  assert.ok(Math.max(...gaps) <= 40_000, `a silence of ${Math.max(...gaps)} ms`);
  assert.ok(Math.min(...gaps) >= 5_000, `two events within ${Math.min(...gaps)} ms`);
  assert.ok(
    told.every((sentence) => !sentence.includes('not possible')),
    told.join('\n'),
  );
});

test('who is answered answers: an order number asked for is given, thanks end politely', async (t) => {
  const { sim, send } = await played(t);
  const james = [...sim.world.contacts.values()].find(({ name }) => name === 'James Whitcombe');
  const hear = async (text) => {
    await send(james.psid, { text });
    await sim.advance(30_000);
    return james.newest('customer').text;
  };
  assert.match(await hear('Sorry about that! What is your order number?'), /MO-77120/);
  assert.match(await hear('Merci — thank you, have a good day!'), /thank|Thanks/);
  assert.ok(james.messages.filter(({ side }) => side === 'page').every(({ readAt }) => readAt));
});

test('after a restart everybody is still there, has no second past, and goes on', async (t) => {
  const file = join(mkdtempSync(join(tmpdir(), 'guichet-world-')), 'world.json');
  t.after(() => rmSync(dirname(file), { recursive: true }));
  const first = await played(t);
  const endFirst = keepWorld(first.sim.world, file);
  await first.sim.advance(15 * 60_000); // stories are told, visitors drop by
  const created = first.sim.customer({ name: 'Made At The Phone' });
  await created.text('Hello?');
  await created.photo('tent');
  await first.sim.hooks.idle();
  endFirst();
  const people = first.sim.world.saved().contacts;

  const second = await stage(t, { still: true });
  const endSecond = keepWorld(second.sim.world, file);
  const again = (sim) => sim.world.saved().contacts.map(({ psid, name, messages }) => [psid, name, messages.map(({ mid }) => mid)]);
  assert.deepEqual(again(second.sim), again(first.sim));
  const player = new StoryPlayer(second.sim, { book });
  await player.play();
  assert.deepEqual(again(second.sim), again(first.sim));
  await second.sim.advance(10 * 60_000);
  await second.sim.hooks.idle();
  const names = people.map(({ name }) => name);
  assert.ok(people.every(({ psid, name }) => second.sim.world.contact(psid).name === name));
  assert.equal([...second.sim.world.contacts.values()].filter(({ name }) => name === 'Hannah Kowalski').length, 1);
  assert.ok(second.sim.ledger.in.length > 10, 'and they go on');
  assert.ok(second.sim.world.contacts.size >= names.length);
  const james = people.find(({ name }) => name === 'James Whitcombe');
  await second.send(james.psid, { text: 'What is your order number?' });
  await second.sim.advance(30_000);
  assert.equal(second.sim.world.contact(james.psid).newest('customer').at > james.lastMessageAt, true);
  endSecond();
});

test('what another app says is answered by nobody', async (t) => {
  const { sim } = await played(t);
  const priya = [...sim.world.contacts.values()].find(({ name }) => name === 'Priya Raman');
  Object.assign(priya.role, { live: [] });
  const said = priya.messages.filter(({ side }) => side === 'customer').length;
  await sim.act(priya, 'echo', { appId: '998877665544332', text: 'What is your order number?' });
  await sim.advance(60_000);
  assert.equal(priya.messages.filter(({ side }) => side === 'customer').length, said);
});

test('a customer who is played at the phone says nothing by themselves', async (t) => {
  const { sim, send } = await played(t);
  const priya = [...sim.world.contacts.values()].find(({ name }) => name === 'Priya Raman');
  priya.playedByPerson = true;
  const before = priya.messages.length;
  await send(priya.psid, { text: 'Which order?' });
  await sim.advance(5 * 60_000);
  assert.equal(priya.messages.length, before + 1);
});

test('replies follow the words without regard to accents, and do not repeat themselves', () => {
  const replies = new Replies(
    { language: 'fr', facts: { order: 'ER-1', picture: 'tent' } },
    book.replies,
    new Random(2),
  );
  const said = (text, more = {}) =>
    replies
      .to({ text, attachments: [], ...more })
      .map(({ act, args }) => args.text ?? `${act} ${args.name ?? args.reaction ?? args.title}`);
  assert.match(said('Quel est le NUMÉRO DE COMMANDE?')[0], /ER-1/);
  assert.deepEqual(said('Avez-vous une photo?'), ['photo tent', 'La voici.']);
  assert.match(said('Merci!')[0], /Merci/);
  assert.deepEqual(said('Merci encore'), ['react love']);
  assert.deepEqual(said('Choisissez', { quickReplies: [{ title: 'Oui', payload: 'Y' }] }), ['quickReply Oui']);
  const silent = new Replies({ language: 'en', silent: true }, book.replies, new Random(2));
  assert.deepEqual(silent.to({ text: 'Are you there?' }), []);
});
