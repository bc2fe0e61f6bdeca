import { gateway, settle, stubPage } from './page';
import { T0 } from './sample';

type Drafts = typeof import('../../../core/console/src/state/drafts');
let drafts: Drafts;
const saves = () =>
  gateway.calls.filter(({ method }) => method === 'PATCH').map(({ body }) => (body as { reply: string | null }).reply);

beforeEach(async () => {
  vi.useFakeTimers({ now: T0 });
  vi.resetModules();
  stubPage();
  gateway.answer = () => ({});
  drafts = await import('../../../core/console/src/state/drafts');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('C-CO-7: a draft follows what is written', () => {
  test('800 ms after the last key', async () => {
    drafts.writeDraft('t1', 'reply', 'one');
    await settle(799);
    drafts.writeDraft('t1', 'reply', 'one two');
    await settle(799);
    expect(saves()).toEqual([]);
    await settle(1);
    expect(saves()).toEqual(['one two']);
  });
  test('what is sent is no draft: gone at once, and no save of it follows', async () => {
    drafts.writeDraft('t1', 'reply', 'sent');
    drafts.draftSent('t1', 'reply');
    await settle();
    expect(saves()).toEqual([null]);
    await settle(10_000);
    expect(saves()).toEqual([null]);
    expect(drafts.unsavedDrafts()).toBe(false);
  });
  test('a save that is under way does not come after the one that takes it back', async () => {
    let answer = () => {};
    const slow = new Promise<object>((done) => {
      answer = () => done({});
    });
    gateway.answer = () => slow;
    drafts.writeDraft('t1', 'reply', 'slow');
    await settle(800);
    drafts.draftSent('t1', 'reply');
    await settle(5000);
    expect(saves()).toEqual(['slow']);
    answer();
    await settle();
    expect(saves()).toEqual(['slow', null]);
  });
  test('a page that goes away saves what was not saved yet', async () => {
    drafts.writeDraft('t1', 'reply', 'nearly');
    drafts.flushDrafts();
    await settle();
    expect(saves()).toEqual(['nearly']);
    await settle(10_000);
    expect(saves()).toEqual(['nearly']);
  });
});
