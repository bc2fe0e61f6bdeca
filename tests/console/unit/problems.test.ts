import type { ProblemType } from '../../../core/console/src/api/client';
import { setLanguage, text } from '../../../core/console/src/i18n';
import fr from '../../../core/console/src/i18n/fr.json';
import { reasonWords } from '../../../core/console/src/i18n/problems';
import { read } from './files.mjs';

const description = read('docs/openapi.yaml');
beforeAll(() => void vi.stubGlobal('document', { documentElement: {} }));
afterAll(() => void vi.unstubAllGlobals());
const types = [...new Set(description.match(/\/problems\/[a-z-]+/g))] as ProblemType[];

/** Mistakes of a program: nothing that somebody does in the console brings them about. */
const programs = ['bad-signature', 'method-not-allowed', 'origin', 'unsupported-media-type', 'upgrade-required'];

describe('C-I18-8, C-CO-4: every refusal of the description has words', () => {
  test.each(['fr', 'en'] as const)('%s', async (language) => {
    await setLanguage(language);
    expect(types.length).toBeGreaterThan(25);
    const wordless = types.filter((type) => reasonWords({ type }) === text('error.unknown', { type }));
    expect(wordless.sort()).toEqual(programs.map((name) => `/problems/${name}`));
  });
  test('words that no refusal and no code asks for are not kept', () => {
    const files = import.meta.glob<string>('../../../core/console/src/**/*.{ts,tsx}', {
      query: '?raw',
      import: 'default',
      eager: true,
    });
    const source = Object.values(files).join();
    const asked = new Set(types.map((type) => `error.${type.slice(10).replaceAll('-', '_')}`));
    const idle = Object.keys(fr).filter(
      (key) => key.startsWith('error.') && !asked.has(key) && !source.includes(`'${key}'`),
    );
    expect(idle).toEqual([]);
  });
  test('one that is not described is named, not hidden', async () => {
    await setLanguage('en');
    expect(reasonWords({ type: '/problems/from-tomorrow' as ProblemType })).toContain('/problems/from-tomorrow');
  });
  test('limits and times are in the sentence', async () => {
    await setLanguage('en');
    expect(reasonWords({ type: '/problems/text-too-long', max: 2000, length: 2001 })).toBe(
      'Text too long: 2,001 of 2,000.',
    );
    expect(reasonWords({ type: '/problems/rate-limited', retry_at: '2026-11-23T19:05:00.000Z' })).toMatch(/2026/);
    expect(reasonWords({ type: '/problems/window-closed', closed_at: '2026-11-23T19:05:00.000Z' })).toMatch(/2026/);
  });
});
