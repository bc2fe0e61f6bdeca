import { conflicts, inverse } from '../../../core/console/src/state/actions';
import { compareBy, insertionPoint, matches } from '../../../core/console/src/state/order';
import { noFilters, parseRoute, toQuery, writeRoute } from '../../../core/console/src/state/route';
import { HOUR, iso, T0, ticket } from './sample';

const sorted = (sort: Parameters<typeof compareBy>[0], ...tickets: ReturnType<typeof ticket>[]) =>
  tickets.sort(compareBy(sort)).map((each) => each.number);
const window = (state: 'open' | 'human_agent' | 'closed' | 'none', closes: number | null) => ({
  ...ticket().window,
  state,
  closes_at: closes === null ? null : iso(T0 + closes * HOUR),
});

describe('C-LI-3: the sorts of the API, once more for what comes live', () => {
  test('window: soonest-closing first, no possible reply last, ties by number', () => {
    const none = ticket({ number: 1, window: window('none', null) });
    const closed = ticket({ number: 2, window: window('closed', -3) });
    const late = ticket({ number: 3, window: window('open', 9) });
    const soon = ticket({ number: 5, window: window('open', 2) });
    const twin = ticket({ number: 4, window: window('open', 2) });
    const human = ticket({ number: 6, window: window('human_agent', 5) });
    expect(sorted('window', none, closed, late, soon, twin, human)).toEqual([4, 5, 6, 3, 1, 2]);
  });
  test('updated and created: newest first', () => {
    const old = ticket({ number: 1, updated_at: iso(T0), created_at: iso(T0 + 9) });
    const young = ticket({ number: 2, updated_at: iso(T0 + 5), created_at: iso(T0) });
    expect(sorted('updated', old, young)).toEqual([2, 1]);
    expect(sorted('created', young, old)).toEqual([1, 2]);
  });
  test('priority: urgent first; sla without targets: by number', () => {
    const all = (['low', 'urgent', 'normal', 'high'] as const).map((priority, at) =>
      ticket({ number: at + 1, priority }),
    );
    expect(sorted('priority', ...all)).toEqual([2, 4, 3, 1]);
    expect(sorted('sla', ...all)).toEqual([1, 2, 3, 4]);
  });
  test('a place is found after equals', () => {
    expect(insertionPoint([1, 3, 3, 7], 3, (a, b) => a - b)).toBe(3);
    expect(insertionPoint([], 3, (a: number, b: number) => a - b)).toBe(0);
  });
});

describe('C-LI-4: filters', () => {
  const of = (part: object) => ({ ...noFilters, ...part });
  test('without a status all but closed tickets belong', () => {
    expect(matches(ticket({ status: 'solved' }), noFilters, 'me', false)).toBe(true);
    expect(matches(ticket({ status: 'closed' }), noFilters, 'me', false)).toBe(false);
    expect(matches(ticket({ status: 'closed' }), of({ status: ['closed'] }), 'me', false)).toBe(true);
  });
  test('assignee: mine, nobody, somebody', () => {
    const mine = ticket({ assignee: { id: 'me', name: 'Me' } });
    expect(matches(mine, of({ assignee: 'me' }), 'me', false)).toBe(true);
    expect(matches(mine, of({ assignee: 'none' }), 'me', false)).toBe(false);
    expect(matches(mine, of({ assignee: 'you' }), 'me', false)).toBe(false);
    expect(matches(ticket(), of({ assignee: 'none' }), 'me', false)).toBe(true);
  });
  test('team: the ticket’s own, or any', () => {
    const theirs = ticket({ team: { id: 'west', name: 'Ouest' } });
    expect(matches(theirs, of({ team: 'west' }), 'me', false)).toBe(true);
    expect(matches(theirs, of({ team: 'east' }), 'me', true)).toBe(false);
    expect(matches(ticket(), of({ team: 'west' }), 'me', true)).toBe(false);
    expect(matches(theirs, noFilters, 'me', false)).toBe(true);
  });
  test('channel, tag and priority', () => {
    expect(matches(ticket(), of({ channel: ['other'] }), 'me', false)).toBe(false);
    expect(matches(ticket({ tags: ['vip', 'x'] }), of({ tag: ['vip'] }), 'me', false)).toBe(true);
    expect(matches(ticket(), of({ tag: ['vip'] }), 'me', false)).toBe(false);
    expect(matches(ticket(), of({ priority: ['urgent'] }), 'me', false)).toBe(false);
  });
  test('words are the gateway’s business: membership stays as it was', () => {
    expect(matches(ticket(), of({ q: 'tente' }), 'me', true)).toBe(true);
    expect(matches(ticket(), of({ q: 'tente' }), 'me', false)).toBe(false);
  });
  test('the URL holds them all, and a pasted one gives them back', () => {
    const route = {
      view: 'inbox' as const,
      ticket: 't1',
      filters: of({
        status: ['open', 'pending'],
        channel: ['maple'],
        assignee: 'me',
        team: 'west',
        tag: ['vip'],
        priority: ['high'],
        q: 'a b',
        sort: 'updated',
      }),
    };
    const url = writeRoute(route as never);
    expect(url).toContain('status=open,pending');
    const unset = Object.entries(route.filters).filter(([, value]) => value.length === 0);
    expect(unset, 'filters that this does not try').toEqual([]);
    const [path, query] = url.split('?') as [string, string];
    expect(parseRoute(`/desk/${path}`, `?${query}`)).toEqual(route);
    expect(writeRoute({ view: 'inbox', ticket: null, filters: noFilters })).toBe('inbox');
  });
  test('what the URL cannot mean is left out', () => {
    const { filters, view } = parseRoute('/whatever', '?status=open,broken&sort=evil&priority=9');
    expect(view).toBe('inbox');
    expect(filters).toEqual(of({ status: ['open'] }));
  });
  test('only what is set goes to the API', () => {
    expect(toQuery(noFilters)).toEqual({ sort: 'window' });
    expect(toQuery(of({ status: ['open'], q: 'x' }) as never)).toEqual({ sort: 'window', status: ['open'], q: 'x' });
    expect(toQuery(of({ team: 'west' }) as never)).toEqual({ sort: 'window', team: 'west' });
  });
});

describe('C-CL-4: what is a conflict', () => {
  const before = ticket({ status: 'open', tags: ['a'], assignee: null });
  const heard = { ...before, version: 9, messages_in: before.messages_in + 1, preview: 'new' };
  test('a message that came meanwhile is none', () => {
    expect(conflicts(before, { ...before, version: 9, preview: 'our reply' }, { status: 'solved' })).toBe(false);
    expect(conflicts(before, heard, { tags: [] })).toBe(false);
    expect(conflicts(before, heard, { status: 'pending' })).toBe(false);
    expect(conflicts(before, { ...before, assignee: { id: 'u2', name: 'B' } }, { status: 'solved' })).toBe(false);
  });
  test('a message of the customer is not solved unread (C-TK-4)', () => {
    expect(conflicts(before, heard, { status: 'solved' })).toBe(true);
  });
  test('the same field, changed by somebody else, is one', () => {
    expect(conflicts(before, { ...before, status: 'pending' }, { status: 'solved' })).toBe(true);
    expect(conflicts(before, { ...before, assignee: { id: 'u2', name: 'B' } }, { assignee: 'u1' })).toBe(true);
    expect(conflicts(before, { ...before, tags: ['a', 'b'] }, { tags: [] })).toBe(true);
    expect(conflicts(before, { ...before, priority: 'high' }, { priority: 'low' })).toBe(true);
  });
  test('undo gives back what was', () => {
    expect(inverse(before, { assignee: 'u1', tags: [], status: 'solved' })).toEqual({
      assignee: null,
      tags: ['a'],
      status: 'open',
    });
    const asleep = ticket({ status: 'snoozed', snoozed_until: iso(T0 + HOUR) });
    expect(inverse(asleep, { status: 'open' })).toEqual({ snoozed_until: iso(T0 + HOUR) });
  });
});
