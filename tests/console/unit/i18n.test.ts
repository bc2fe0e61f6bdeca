import { fill, pluralCategory, setLanguage, text } from '../../../core/console/src/i18n';
import en from '../../../core/console/src/i18n/en.json';
import { ago, clock, dateTime, duration, number, setZone, shortDate } from '../../../core/console/src/i18n/format';
import fr from '../../../core/console/src/i18n/fr.json';
import { compareCatalogues, frenchTypography, searchSource } from '../../../core/console/tools/check-i18n.mjs';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

beforeAll(() => {
  vi.stubGlobal('document', { documentElement: {} });
  setZone('America/Toronto');
});
afterAll(() => vi.unstubAllGlobals());

describe('C-I18-1, C-I18-3: the catalogues', () => {
  test('ours have no fault', () => {
    expect(compareCatalogues(fr, en)).toEqual([]);
    expect(frenchTypography(fr)).toEqual([]);
  });
  test.each([
    ['a missing key', { a: 'Un', b: 'Deux' }, { a: 'One' }, /en.json: b is missing/],
    ['an extra key', { a: 'Un' }, { a: 'One', b: 'Two' }, /fr.json: b is missing/],
    ['other placeholders', { a: 'Un {x}' }, { a: 'One {y}' }, /placeholders differ/],
    ['an empty value', { a: '' }, { a: 'One' }, /a is empty/],
    ['the same in both', { a: 'One' }, { a: 'One' }, /same in both/],
    [
      'a plural without a form',
      { a_one: 'un', a_other: 'des' },
      { a_one: 'one', a_other: 'some' },
      /no form for "many"/,
    ],
  ])('%s is found', (_, french, english, found) => {
    expect(compareCatalogues(french, english).join('\n')).toMatch(found);
  });
  test('literal text and unused keys in the source are found', () => {
    const faults = searchSource(
      [['x.tsx', 'export const A = () => <p title="Bonjour">Salut {text("used")}</p>;']],
      ['used', 'lost'],
    );
    expect(faults).toEqual([
      'x.tsx:1: literal title "Bonjour"',
      'x.tsx:1: literal text "Salut"',
      'lost: not used in the source',
    ]);
  });
  test('C-I18-5: a number that goes into a text as it is, is found', () => {
    const faults = searchSource(
      [
        ['a.ts', "text('used', { count: mine });"],
        ['b.ts', "text('used', { count: number(mine), name }); plural('used', n, { count: 1 });"],
      ],
      ['used'],
    );
    expect(faults).toEqual(['a.ts:1: count: mine is not written by number()']);
  });
});

describe('C-I18-2, C-I18-4: keys', () => {
  test('name a place and a meaning; placeholders have names', () => {
    for (const [key, words] of Object.entries({ ...fr, ...en })) {
      expect(key).toMatch(/^[a-z0-9_]+\.[a-z0-9_]+$/);
      for (const [, name] of words.matchAll(/\{([^}]*)\}/g)) expect(name, key).toMatch(/^[a-z][a-z_]*$/);
    }
  });
  test('a wrong one is a compile error', () => {
    // @ts-expect-error no such key
    expect(text('composer.sned')).toBe('composer.sned');
  });
});

describe('C-I18-6: typography of the French catalogue', () => {
  test.each([
    'Nom : valeur',
    'Nom: valeur',
    'Vraiment ?',
    'Oui !',
    'a ; b',
    '«mot»',
    '« mot »',
    '12 %',
    '12%',
    '{n} €',
    '12$',
    '{n}$',
    '12 $',
    '{h}\u00a0h {m} min',
    '{s} s',
    '14 h',
    '{d} j {h}\u00a0h',
    '{count} Mo',
    'Etat',
    '"mot"',
    'Voir...',
    'le ticket',
  ])('%s is refused', (text) => expect(frenchTypography({ a: text })).not.toEqual([]));
  test.each([
    'Nom\u00a0: valeur',
    'Vraiment?',
    'Oui!',
    'a; b',
    '«\u00a0mot\u00a0»',
    '12\u00a0%',
    'État',
    'À personne',
    '14\u00a0h\u00a005',
    '{h}\u00a0h\u00a0{m}',
    '{n}\u00a0$',
    '{count} heures',
    '{count} jours',
  ])('%s passes', (text) => expect(frenchTypography({ a: text })).toEqual([]));
});

describe('C-I18-5: what Intl gives', () => {
  const at = Date.parse('2026-11-23T19:05:00Z');
  test('fr-CA', async () => {
    await setLanguage('fr');
    expect(plain(number(1234567.891))).toBe('1 234 567,891');
    expect(plain(number(0.1234, { style: 'percent', maximumFractionDigits: 1 }))).toBe('12,3 %');
    expect(plain(clock(at))).toBe('14 h 05');
    expect(plain(clock(at - 5 * 3_600_000))).toBe('09 h 05');
    expect(plain(dateTime(at))).toBe('23 nov. 2026, 14 h 05');
    expect(shortDate(at)).toBe('2026-11-23');
    expect([0, 1, 1.5, 2, 1e6].map((count) => pluralCategory('fr-CA', count))).toEqual([
      'one',
      'one',
      'one',
      'other',
      'many',
    ]);
    expect(['coté', 'cote', 'côté', 'côte'].sort(new Intl.Collator('fr-CA').compare)).toEqual([
      'cote',
      'côte',
      'coté',
      'côté',
    ]);
  });
  test('en-CA', async () => {
    await setLanguage('en');
    expect(number(1234567.891)).toBe('1,234,567.891');
    expect(plain(clock(at))).toBe('2:05 p.m.');
    expect(plain(clock(at - 5 * 3_600_000))).toBe('9:05 a.m.');
    expect(plain(dateTime(at))).toBe('Nov 23, 2026, 2:05 p.m.');
    expect(shortDate(at)).toBe('2026-11-23');
    expect([0, 1, 1.5, 2, 1e6].map((count) => pluralCategory('en-CA', count))).toEqual([
      'other',
      'one',
      'other',
      'other',
      'other',
    ]);
  });
});

describe('C-TI-2: when something happened', () => {
  const now = Date.parse('2026-11-23T19:05:00Z');
  const minute = 60_000;
  test.each([
    [10_000, 'à l’instant'],
    [3 * minute, 'il y a 3 min'],
    [59 * minute, 'il y a 59 min'],
    [3 * 60 * minute, '11 h 05'],
    [24 * 60 * minute, 'hier 14 h 05'],
    [3 * 24 * 60 * minute, 'ven. 14 h 05'],
    [7 * 24 * 60 * minute, '2026-11-16'],
  ])('%d ms ago is “%s”', async (age, words) => {
    await setLanguage('fr');
    expect(plain(ago(now - age, now))).toBe(words);
  });
  test.each([
    [45_000, '45 s'],
    [12 * minute, '12 min'],
    [125 * minute, '2 h 05'],
    [52 * 60 * minute, '2 j 4 h'],
  ])('C-TI-3: %d ms last “%s”', async (ms, words) => {
    await setLanguage('fr');
    expect(plain(duration(ms))).toBe(words);
  });
  test('the last five minutes have seconds', () => expect(plain(duration(98_000, 5 * minute))).toBe('1 min 38'));
});

test('a placeholder without a value stays visible', () => {
  expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}');
});
