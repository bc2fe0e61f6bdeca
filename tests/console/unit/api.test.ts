import type { api } from '../../../core/console/src/api/client';

const sources = import.meta.glob('../../../core/console/src/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>;
const ours = Object.entries(sources).filter(([name]) => !name.endsWith('.gen.ts'));

describe('C-ST-7, C-ST-8: the API by its description', () => {
  // Never called: these lines are checked by the compiler, which must refuse what is marked.
  const samples = (client: typeof api) => [
    client.GET('/tickets', { params: { query: { sort: 'window' } } }),
    // @ts-expect-error a sort that the description does not know
    client.GET('/tickets', { params: { query: { sort: 'age' } } }),
    client.POST('/tickets/{id}/messages', { params: { path: { id: 't' } }, body: { kind: 'reply', text: 'x' } }),
    // @ts-expect-error the kind is missing
    client.POST('/tickets/{id}/messages', { params: { path: { id: 't' } }, body: { text: 'x' } }),
    // @ts-expect-error no such path
    client.GET('/nowhere', {}),
  ];
  test('a wrong value and a missing member are compile errors', () => expect(samples).toBeTypeOf('function'));
  test('one way to the gateway: no other fetch, no other socket', () => {
    for (const [name, text] of ours) {
      if (!name.endsWith('api/client.ts')) expect(text, name).not.toMatch(/\bfetch\(|XMLHttpRequest|sendBeacon/);
      if (!name.endsWith('live/socket.ts')) expect(text, name).not.toMatch(/new WebSocket/);
    }
  });
});

test('C-ST-5: a style that is set from a script has its unit', () => {
  for (const [name, text] of ours)
    for (const [, object] of text.matchAll(/style=\{\{([^}]*)\}/g))
      expect(object, name).not.toMatch(/:\s*-?[\d.]+\s*[,}]?\s*$/m);
});

describe('C-ST-1, C-ST-6: what the source may not do', () => {
  test('no text becomes HTML or code', () => {
    for (const [name, text] of ours)
      expect(text, name).not.toMatch(
        /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\bstyle="/,
      );
  });
  test('nothing but the five small packages is imported', () => {
    const allowed = [
      'preact',
      'preact/hooks',
      '@preact/signals',
      'openapi-fetch',
      'tinykeys',
      '@observablehq/plot',
      'd3-sankey',
    ];
    for (const [name, text] of ours)
      for (const [, from] of text.matchAll(/from '([^.'][^']*)'|import\('([^.'][^']*)'\)/g))
        if (from) expect(allowed, name).toContain(from);
  });
  test('nothing a customer wrote goes to local storage', () => {
    for (const [name, text] of ours) if (/localStorage/.test(text)) expect(name).toMatch(/views\/inbox\/inbox\.tsx$/);
  });
});
