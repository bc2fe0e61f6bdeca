// sanitizers: yes
// F24: a token ends in the middle of 100 sends: it expires or is revoked, at once or again after its renewal, with a
// restart and racing reloads in between. The queue is kept, the channel asks for a new connection once, nothing is lost.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { secret, startGateway } from './kit/gateway.mjs';
import { drained, ledger } from './kit/ledger.mjs';
import { until } from './kit/until.mjs';

const CUSTOMERS = 10;
const REPLIES = 100;
const UNTIL_IT_ENDS = 40;
/** Replies of one account in hand at once: so many calls may be under way when the token ends. */
const IN_HAND = 8;
const OUT = ['sent', 'delivered', 'read'];
const pages = ['expired', 'removed', 'password', 'restart', 'reloads', 'late', 'again'].map((name, i) => ({ id: String(104857600004000 + i), name, token: `first-of-${name}` }));
let gateway;
let sim;
let agent;
let live;

before(async () => {
  gateway = await startGateway({ sim: { pages }, people: ['agent'] });
  sim = gateway.sim;
  await signIn();
});
after(() => gateway?.stop());

async function signIn() {
  agent = await gateway.signIn('agent');
  live = await gateway.live(agent);
  await live.next('hello');
}

class Stage {
  constructor(name) {
    this.page = pages.find((page) => page.name === name);
    this.customers = Array.from({ length: CUSTOMERS }, (_, i) => sim.customer({ name: `Client ${name} ${i}`, page: this.page.id, profile: 'empty' }));
  }

  /** The customers write; 100 replies are taken by the API while the platform lets the first ones wait, then all go. */
  async begin(ends) {
    const tickets = [];
    for (const customer of this.customers) {
      const { mid } = await customer.text('bonjour');
      tickets.push((await live.next('message.created', ({ remote_id: id }) => id === mid)).data.ticket_id);
    }
    const open = this.gate();
    sim.expireToken(this.page.id, { afterSends: UNTIL_IT_ENDS, ...ends });
    this.replies = [];
    for (let i = 0; i < REPLIES / CUSTOMERS; i += 1) for (const ticket of tickets) this.replies.push(await agent.reply(ticket, `réponse ${i}`));
    this.tickets = tickets;
    open();
    await this.paused(UNTIL_IT_ENDS);
  }

  /** From now on calls are answered when the function is called that this gives. */
  gate() {
    let open;
    const gate = new Promise((resolve) => (open = resolve));
    const take = sim.faults.add({ kind: 'slow', gate, forMs: 600_000, match: ({ path }) => path.includes(this.page.id) });
    return () => {
      take();
      open();
    };
  }

  calls = () => sim.ledger.out.filter(({ route, path }) => route === 'send' && path.includes(this.page.id));
  taken = () => this.calls().filter(({ outcome }) => outcome === 'accepted');
  refused = () => this.calls().filter(({ outcome }) => outcome === 'refused');
  account = async () => (await agent.get('/channels')).items[0].accounts.find(({ name }) => name === this.page.name);
  /** Replies that wait, and those on their way. */
  outbox = () => gateway.row(`SELECT count(*) AS n, coalesce(sum(o.state = 0), 0) AS queued FROM outbox o JOIN account a ON a.id = o.account_id WHERE a.remote_id = '${this.page.id}'`);

  /** The channel asks for a new connection, in words, and the rest of the queue waits. */
  async paused(sent) {
    await until(async () => (await this.account()).state === 'reconnect', 'reconnect', 20_000);
    await until(async () => (await this.outbox()).queued === REPLIES - sent, `a queue of ${REPLIES - sent}`, 20_000);
    assert.equal((await this.account()).error, "The Page's access token is invalid or has ended.");
    assert.equal(this.taken().length, sent);
    assert.equal((await agent.get(`/tickets/${this.tickets[0]}`)).window.lock, 'reconnect');
    const { value } = await agent.ask('POST', `/tickets/${this.tickets[0]}/messages`, { body: { kind: 'reply', text: 'x' }, want: 409 });
    assert.equal(value.type, '/problems/channel-paused');
  }

  /** How often the feed said that the account asks for a new connection, having been well before. */
  reports() {
    const states = live.frames.filter(({ type }) => type === 'channel.updated').map(({ data }) => data.accounts.find(({ name }) => name === this.page.name).state);
    return states.filter((state, i) => state === 'reconnect' && states[i - 1] !== 'reconnect').length;
  }

  /** So often, by the time that its frame, too, has come. */
  async reported(times) {
    await until(() => this.reports() >= times, `${times} reports`);
    assert.equal(this.reports(), times);
  }

  /** The platform gives a new token, and the configuration file has it. */
  renew(token, ends) {
    sim.renewToken(this.page.id, token);
    if (ends) sim.expireToken(this.page.id, ends);
    gateway.channels[0].accounts.find(({ id }) => id === this.page.id).token = secret(token);
    gateway.write();
  }

  /** Everything has gone, once, in order. */
  async done() {
    await until(async () => (await this.outbox()).n === 0 && this.taken().length === REPLIES, 'all are sent', 60_000);
    for (const { psid } of this.customers) assert.deepEqual(this.taken().filter(({ customer }) => customer === psid).map(({ text }) => text), Array.from({ length: REPLIES / CUSTOMERS }, (_, i) => `réponse ${i}`));
    assert.equal((await this.account()).state, 'active');
    assert.equal((await this.account()).error, null);
    for (const ticket of this.tickets) for (const { direction, delivery } of await agent.all(`/tickets/${ticket}/messages`)) assert.ok(direction === 'in' || OUT.includes(delivery.state));
  }
}

const reload = async () => assert.equal((await gateway.reload()).event, 'reload.done');

describe('F24', () => {
  for (const [name, why, subcode] of [['expired', 'expired', 463], ['removed', 'app-removed', 458], ['password', 'password-changed', 460]])
    test(`${why}: reconnect is said once, the queue is kept, and goes on with a new token`, async () => {
      const stage = new Stage(name);
      await stage.begin({ why });
      assert.ok(stage.refused().length >= 1 && stage.refused().length <= IN_HAND, `${stage.refused().length} calls with a dead token`);
      for (const { code, subcode: seen } of stage.refused()) assert.deepEqual([code, seen], [190, subcode]);
      await stage.reported(1);
      stage.renew(`second-of-${name}`);
      await reload();
      await stage.done();
      assert.equal(stage.reports(), 1);
    });

  test('a restart meanwhile tries it once more, and asks again; the queue is kept', async () => {
    const stage = new Stage('restart');
    await stage.begin({});
    const before_ = stage.refused().length;
    await gateway.halt();
    await gateway.start();
    await signIn();
    await until(() => stage.refused().length > before_, 'a call that tells', 10_000);
    await stage.paused(UNTIL_IT_ENDS);
    assert.ok(stage.refused().length <= before_ + IN_HAND);
    stage.renew('second-of-restart');
    await gateway.halt();
    await gateway.start();
    await signIn();
    await stage.done();
  });

  test('two reloads race, the first with the old token: the new one counts, and nothing goes twice', async () => {
    const stage = new Stage('reloads');
    await stage.begin({});
    const from = gateway.log.entries.length;
    gateway.child.kill('SIGHUP');
    stage.renew('second-of-reloads');
    gateway.child.kill('SIGHUP');
    gateway.child.kill('SIGHUP');
    await stage.done();
    const refused = gateway.log.of('reload.refused', from);
    assert.deepEqual(refused, []);
  });

  test('a refusal of the old token that comes after the new one was read halts nothing', async () => {
    const stage = new Stage('late');
    await stage.begin({});
    const open = stage.gate();
    const before_ = stage.refused().length;
    await reload();
    await until(() => stage.refused().length > before_, 'calls with the old token', 10_000);
    stage.renew('second-of-late');
    await reload();
    await stage.reported(1);
    open();
    await stage.done();
    assert.equal(stage.reports(), 1);
  });

  test('it ends again after its renewal: asked for again, once, and nothing is lost', async () => {
    const stage = new Stage('again');
    await stage.begin({});
    stage.renew('second-of-again', { afterSends: 30 });
    await reload();
    await stage.paused(UNTIL_IT_ENDS + 30);
    await stage.reported(2);
    stage.renew('third-of-again');
    await reload();
    await stage.done();
    assert.equal(stage.reports(), 2);
  });

  test('the ledger', async () => {
    await drained(gateway);
    assert.deepEqual(await ledger(gateway), { lost: [], doubled: [], invented: [], twoLive: [], broken: [], silentDoubles: [], waiting: [] });
  });
});
