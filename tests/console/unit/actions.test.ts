import type { Ticket } from '../../../core/console/src/api/client';
import { type Call, gateway, settle, stubPage } from './page';
import { T0, ticket } from './sample';

let actions: typeof import('../../../core/console/src/state/actions');
let store: typeof import('../../../core/console/src/state/store');
/** The ticket as the gateway has it. */
let there: Ticket;

beforeEach(async () => {
  vi.useFakeTimers({ now: T0 });
  vi.resetModules();
  stubPage();
  store = await import('../../../core/console/src/state/store');
  actions = await import('../../../core/console/src/state/actions');
  there = ticket({ unanswered: false });
  store.putTicket(there);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Answers a change as the gateway does, after so many milliseconds. */
const answerAfter = (ms: number) => {
  gateway.answer = async (call: Call) => {
    if (call.method !== 'PATCH') return { body: { items: [], next_cursor: null, total: 0 } };
    const based = call.headers.get('If-Match');
    await new Promise((go) => setTimeout(go, ms));
    if (based !== `"${there.version}"`)
      return { status: 412, body: { type: '/problems/changed', title: '', status: 412, ticket: there } };
    there = { ...there, ...(call.body as Partial<Ticket>), version: there.version + 1 };
    return { body: there };
  };
};
const status = () => store.knownTicket(there.id)!.status;
const changes = () => gateway.calls.filter(({ method }) => method === 'PATCH');

describe('C-TK-1: one change after the other', () => {
  test('solved, reopened and solved again at once: in that order, and what is done last is seen throughout', async () => {
    answerAfter(100);
    actions.setStatus(there.id, 'solved');
    actions.setStatus(there.id, 'open');
    expect(status()).toBe('open');
    await settle(150);
    expect(status(), 'the answer to the first changes nothing on screen').toBe('open');
    actions.setStatus(there.id, 'solved');
    await settle(500);
    expect(changes().map(({ body }) => body)).toEqual([{ status: 'solved' }, { status: 'open' }, { status: 'solved' }]);
    expect([status(), there.status]).toEqual(['solved', 'solved']);
    expect(store.toasts.value.filter(({ tone }) => tone === 'bad')).toEqual([]);
  });
  test('undone before the answer: the gateway is told both, and it stays undone', async () => {
    answerAfter(100);
    actions.setStatus(there.id, 'pending');
    actions.undoable.value!.run();
    expect(status()).toBe('open');
    await settle(500);
    expect([status(), there.status]).toEqual(['open', 'open']);
  });
});

describe('C-EM-2: a change that was not answered', () => {
  const said = () => store.toasts.value.filter(({ tone }) => tone === 'bad').map(({ words }) => words());
  test.each([
    ['fr', /On ne sait pas si le changement a été enregistré/],
    ['en', /not known whether the change was saved/],
  ] as const)('%s: nobody says that it was not saved', async (language, words) => {
    const { setLanguage } = await import('../../../core/console/src/i18n');
    await setLanguage(language);
    gateway.answer = () => 'no answer';
    actions.setStatus(there.id, 'solved');
    await settle(50);
    expect(said()).toHaveLength(1);
    expect(said()[0]).toMatch(words);
    expect(said()[0]).not.toMatch(/Non enregistré|Rien n’a été|Not saved|Nothing was/);
    expect(status(), 'as it was, until the feed tells').toBe('open');
  });
  test('one that was refused says so, with the reason', async () => {
    const { setLanguage } = await import('../../../core/console/src/i18n');
    await setLanguage('fr');
    gateway.answer = () => ({ status: 403, body: { type: '/problems/forbidden', title: '', status: 403 } });
    actions.setStatus(there.id, 'solved');
    await settle(50);
    expect(said()[0]).toMatch(/^Non enregistré\. ./);
  });
});

describe('bars that pass', () => {
  test('three at most, but a conflict stays until it was seen', () => {
    store.toast({ words: () => 'conflict', tone: 'bad' });
    for (const words of ['one', 'two', 'three', 'four']) store.toast({ words: () => words, tone: 'plain' });
    expect(store.toasts.value.map(({ words }) => words())).toEqual(['conflict', 'two', 'three', 'four']);
  });
});
