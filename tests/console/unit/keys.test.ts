import { commands } from '../../../core/console/src/keys/commands';
import { ariaKeys, bindings, isCharacter, shownKeys } from '../../../core/console/src/keys/table';
import { filterOptions, fold, rankOf } from '../../../core/console/src/ui/combobox';

describe('C-AX-8: the one table of shortcuts', () => {
  test('no key twice in one scope, nor in a scope that is active together with it', () => {
    const together = { everywhere: ['list', 'ticket', 'thread', 'composer'], ticket: ['list', 'thread'] } as Record<
      string,
      string[]
    >;
    for (const { scope, keys, command } of bindings)
      for (const other of bindings) {
        if (other.command === command || (other.scope !== scope && !together[scope]?.includes(other.scope))) continue;
        // Esc means one thing in the composer and another elsewhere; the handler lets only one act.
        const both = keys.filter((key) => other.keys.includes(key) && key !== 'Escape');
        expect(both, `${command} and ${other.command}`).toEqual([]);
      }
  });
  test('no Alt, no brackets, nothing that the browser keeps', () => {
    for (const { keys } of bindings)
      for (const key of keys) {
        expect(key).not.toMatch(/Alt|Key[A-Z]|[{}\\]/);
        expect(key.replaceAll('[Shift]', '')).not.toMatch(/[[\]]/);
        expect(key).not.toMatch(/^\$mod\+[ntwlrj.]$/i);
      }
  });
  test('every shortcut names a command that exists, and the palette offers those that are no movement', () => {
    for (const { command } of bindings) expect(commands[command]).toBeDefined();
    expect(commands['ticket.solve'].silent).toBeUndefined();
  });
  test('keys as they are shown and told', () => {
    expect(shownKeys('palette.open', false)).toEqual(['Ctrl', 'K']);
    expect(shownKeys('palette.open', true)).toEqual(['⌘', 'K']);
    expect(shownKeys('go.inbox', false)).toEqual(['G', 'I']);
    expect(shownKeys('ticket.solve_next', false)).toEqual(['⇧', 'E']);
    expect(ariaKeys('palette.open', false)).toBe('Control+k');
    expect(ariaKeys('go.inbox', false)).toBeUndefined();
  });
  test('what types a character can be switched off', () => {
    for (const key of ['e', 'Shift+e', '[Shift]+?', 'g i']) expect(isCharacter(key)).toBe(true);
    for (const key of ['$mod+k', 'F6', 'Enter', 'ArrowDown', 'Escape']) expect(isCharacter(key)).toBe(false);
  });
});

describe('the combobox', () => {
  const options = ['Résoudre', 'Rouvrir', 'Mettre en veille…', 'Écrire une note interne'].map((label) => ({
    id: label,
    label,
    also: label === 'Résoudre' ? ['Solve'] : [],
  }));
  const found = (query: string) => filterOptions(options, query).map(({ label }) => label);
  test('accents and case do not count', () => {
    expect(found('RESO')).toEqual(['Résoudre']);
    expect(found('ecr')).toEqual(['Écrire une note interne']);
  });
  test('word starts first, then letters in order', () => {
    expect(found('note')).toEqual(['Écrire une note interne']);
    expect(found('r')).toEqual(['Résoudre', 'Rouvrir', 'Mettre en veille…', 'Écrire une note interne']);
  });
  test('the other language finds it too', () => expect(found('solve')).toEqual(['Résoudre']));
  test('nothing for nothing like it', () => {
    expect(found('xyz')).toEqual([]);
    expect(rankOf(fold('Résoudre'), 'sx')).toBeNull();
  });
});
