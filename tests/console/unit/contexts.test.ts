// Kinds of context are written in C, described in docs/openapi.yaml and put into words here: three lists that must agree.
import type { Context, Message } from '../../../core/console/src/api/client';
import { read, readAll } from './files.mjs';
import { stubPage } from './page';

const words = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]!);
const part = (text: string, from: string, to: string) => {
  const begin = text.indexOf(from);
  return text.slice(begin, text.indexOf(to, begin + from.length));
};
const sorted = (list: Iterable<string>) => [...new Set(list)].sort();

const description = part(read('docs/openapi.yaml'), '    Context:\n', '    Author:\n');
const rows = (from: string, to: string) =>
  [...part(description, from, to).matchAll(/^ *\| (`.*?`) \| (.*) \| ?(.*?) ?\|$/gm)].map(([, kinds, , members]) => ({
    kinds: words(kinds!, /(\w+)/g),
    members: words(members!, /(\w+)/g),
  }));
const prompting = rows('What prompted it.', 'What happened:');
const happening = rows('What happened:', 'required: [kind]');
const kindsOf = (table: typeof prompting) => sorted(table.flatMap(({ kinds }) => kinds));

/** What the core writes into lines of its own: literals after "kind", and the kind that `line` is given. */
const core = readAll('core/router', '.c');
const lines = sorted([
  ...words(core, /json_set_text\(\w+, "kind", GCT_LIT\("(\w+)"\)\)/g),
  ...words(core, /\bline\(\w+, ([^;,]*"[^;,]*),/g).flatMap((kind) => words(kind, /"(\w+)"/g)),
]).filter((kind) => kind !== 'unsupported');
const table = words(
  part(read('include/guichet/event.h'), '#define GCT_CONTEXT_TABLE', '\n\n'),
  /X\(\w+, \d+, "(\w+)"\)/g,
);

const load = async () => {
  stubPage();
  const { setLanguage } = await import('../../../core/console/src/i18n');
  return { setLanguage, ...(await import('../../../core/console/src/views/inbox/message')) };
};
afterAll(() => void vi.unstubAllGlobals());

test('the description has the kinds that are written, and no others', () => {
  expect(table.length).toBeGreaterThan(10);
  expect(lines.length).toBeGreaterThan(8);
  expect(kindsOf(prompting)).toEqual(sorted([...table, 'unsupported']));
  expect(kindsOf(happening)).toEqual(lines);
});

test('its tables name the members that it has, and no others', () => {
  const common = words(words(description, /those of `([^`]*)`/g)[0]!, /(\w+)/g);
  const named = sorted([...common, ...[...prompting, ...happening].flatMap(({ members }) => members)]);
  const members = words(part(description, '      properties:', '\n    Author:'), /^ {8}(\w+):/gm);
  expect(named).toEqual(sorted(members.filter((name) => name !== 'kind')));
});

test('the console has a case for each of them, and for no others', async () => {
  const { prompts } = await load();
  expect(sorted(Object.keys(prompts))).toEqual(sorted(table));
  const cases = part(read('core/console/src/views/inbox/message.tsx'), 'function sentence', '\ntype State');
  // A line with a time to wake at is said before its kind is looked at.
  expect(sorted([...words(cases, /case '(\w+)':/g), 'snooze'])).toEqual(lines);
});

test.each(['fr', 'en'] as const)('%s: each is said in words, and what is new by its name', async (language) => {
  const { setLanguage, promptWords, systemWords } = await load();
  const catalogue: Record<string, string> = (await import(`../../../core/console/src/i18n/${language}.json`)).default;
  await setLanguage(language);
  const bare = table.map((kind) => promptWords({ kind } as Context));
  const named = table.map((kind) => promptWords({ kind, title: 'Tente', ref: 'x' } as Context));
  const unnamed = ['order', 'search'].map((kind) => catalogue[`context.${kind}`]);
  for (const said of [...bare, ...named]) expect(said).not.toMatch(/^(?:context|system)\./);
  for (const said of named) if (!unnamed.includes(said)) expect(said).toContain('Tente');
  expect(new Set(bare).size).toBe(table.length);
  const author = { kind: 'agent', id: 'u1', name: 'Camille Roy' } as const;
  const line = (context: object) => systemWords({ author, context } as unknown as Pick<Message, 'author' | 'context'>);
  const unknown = (kind: string) => catalogue['context.unknown']!.replace('{kind}', kind);
  for (const kind of lines)
    expect(line({ kind, until: kind === 'snooze' ? '2026-11-23T19:05:00.000Z' : undefined })).not.toBe(unknown(kind));
  expect(line({ kind: 'tomorrow' })).toBe(unknown('tomorrow'));
  expect(promptWords({ kind: 'unsupported', name: 'gift' } as Context)).toBe(unknown('gift'));
  // Only words of kinds that there are.
  const kept = words(Object.keys(catalogue).join('\n'), /^context\.(\w+)_named$/gm);
  expect(sorted([...kept, 'order', 'search'])).toEqual(sorted(table));
});

test('a link of accounts, and who has the conversation, are told as they are', async () => {
  const { setLanguage, systemWords } = await load();
  await setLanguage('fr');
  const said = (context: object) =>
    systemWords({ author: { kind: 'customer', id: 'c1', name: 'Chloé' }, context } as unknown as Message);
  expect(said({ kind: 'account_linking', value: 'linked' })).toBe('Le client a relié son compte');
  expect(said({ kind: 'account_linking', value: 'unlinked' })).toBe('Le client a délié son compte');
  expect(said({ kind: 'handover', action: 'pass', app: '42' })).toBe('Une autre application a rendu la conversation');
});
