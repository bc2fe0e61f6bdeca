import { stubPage } from './page';

const load = async () => {
  stubPage();
  const { setLanguage } = await import('../../../core/console/src/i18n');
  const { systemWords } = await import('../../../core/console/src/views/inbox/message');
  const author = { kind: 'agent', id: 'u1', name: 'Camille Roy' } as const;
  return {
    setLanguage,
    said: (change: { from: string | null; to: string | null }) =>
      systemWords({ author, context: { kind: 'assignee', ...change } } as unknown as Parameters<typeof systemWords>[0]),
  };
};

describe('who has the ticket, in one sentence', () => {
  test.each([
    [null, 'Camille Roy', 'Camille Roy a pris le billet'],
    [null, 'Léa Gagnon', 'Camille Roy a attribué le billet à Léa Gagnon'],
    ['Camille Roy', null, 'Camille Roy a rendu le billet'],
    ['Léa Gagnon', null, 'Camille Roy a retiré l’attribution à Léa Gagnon'],
    ['Camille Roy', 'Léa Gagnon', 'Camille Roy a attribué le billet à Léa Gagnon'],
  ])('from %s to %s: %s', async (from, to, sentence) => {
    const { setLanguage, said } = await load();
    await setLanguage('fr');
    expect(said({ from, to })).toBe(sentence);
  });
  test('in English', async () => {
    const { setLanguage, said } = await load();
    await setLanguage('en');
    expect(said({ from: 'Léa Gagnon', to: 'Camille Roy' })).toBe('Camille Roy took the ticket');
  });
});
