import { read } from './files.mjs';

const tokens = read('core/console/src/styles/tokens.css');

/** The colours of a theme by name: 0 is light, 1 is dark. */
const colours = (theme: 0 | 1) =>
  Object.fromEntries(
    [...tokens.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
      name,
      theme === 0 ? light : dark,
    ]),
  ) as Record<string, string>;

/** Relative luminance, as WCAG has it. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('C-AX-6: contrast, %s', (_, theme) => {
  const named = colours(theme);
  const grounds = ['ground', 'surface', 'raised'];
  const soft = ['accent', 'note', 'amber', 'red', 'blue', 'green'];
  const of = (name: string) => {
    expect(named[name], name).toBeDefined();
    return named[name]!;
  };
  test.each(grounds)('words, borders of controls and the focus ring on %s', (ground) => {
    for (const ink of ['ink', 'ink-quiet', 'accent-strong', 'red-ink'])
      expect(contrast(of(ink), of(ground)), ink).toBeGreaterThanOrEqual(4.5);
    for (const line of ['edge', 'focus', 'accent'])
      expect(contrast(of(line), of(ground)), line).toBeGreaterThanOrEqual(3);
  });
  test.each(soft)('words on the soft %s', (name) => {
    const ink = name === 'accent' ? 'accent-strong' : `${name}-ink`;
    expect(contrast(of(ink), of(`${name}-soft`))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(of('focus'), of(`${name}-soft`))).toBeGreaterThanOrEqual(3);
  });
  test('words on the filled button, and the border of a note', () => {
    expect(contrast(of('on-accent'), of('accent'))).toBeGreaterThanOrEqual(4.5);
    for (const ground of ['surface', 'note-soft'])
      expect(contrast(of('note-line'), of(ground))).toBeGreaterThanOrEqual(3);
  });
  test('the initials of avatars', () => {
    const hues = [
      ...tokens.matchAll(/--hue: light-dark\((#\w+), (#\w+)\);\s*--hue-ink: light-dark\((#\w+), (#\w+)\)/g),
    ];
    expect(hues.length).toBe(8);
    for (const hue of hues) expect(contrast(hue[1 + theme]!, hue[3 + theme]!)).toBeGreaterThanOrEqual(4.5);
  });
});
