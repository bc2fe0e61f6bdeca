/**
 * The one table of shortcuts. It drives the handler, the cheat-sheet, the hints of the palette and `aria-keyshortcuts`.
 * Keys are compared by the letter printed on them; no Alt, no key that the browser keeps, no brackets (console.md, 5).
 */
import { text } from '../i18n';
import type { CommandId } from './commands';

/** `ticket` is the list or the thread: the command acts on the row under the keys, else on the open ticket. */
export type Scope = 'everywhere' | 'list' | 'thread' | 'ticket' | 'composer';

export interface Binding {
  scope: Scope;
  command: CommandId;
  /** In the notation of the handler; all of them do the same, the first is the one that is shown. */
  keys: readonly string[];
}

export const bindings: readonly Binding[] = [
  { scope: 'everywhere', command: 'palette.open', keys: ['$mod+k'] },
  { scope: 'everywhere', command: 'region.next', keys: ['F6'] },
  { scope: 'everywhere', command: 'region.previous', keys: ['Shift+F6'] },
  { scope: 'everywhere', command: 'keys.show', keys: ['[Shift]+?'] },
  { scope: 'everywhere', command: 'search.open', keys: ['[Shift]+/'] },
  { scope: 'everywhere', command: 'region.back', keys: ['Escape'] },
  { scope: 'everywhere', command: 'undo', keys: ['$mod+z'] },
  { scope: 'everywhere', command: 'go.inbox', keys: ['g i'] },
  { scope: 'everywhere', command: 'go.mine', keys: ['g m'] },
  { scope: 'everywhere', command: 'go.unassigned', keys: ['g n'] },
  { scope: 'everywhere', command: 'go.snoozed', keys: ['g s'] },
  { scope: 'everywhere', command: 'go.reports', keys: ['g r'] },
  { scope: 'everywhere', command: 'go.admin', keys: ['g a'] },

  { scope: 'list', command: 'list.next', keys: ['j', 'ArrowDown'] },
  { scope: 'list', command: 'list.previous', keys: ['k', 'ArrowUp'] },
  { scope: 'list', command: 'list.first', keys: ['Home'] },
  { scope: 'list', command: 'list.last', keys: ['End'] },
  { scope: 'list', command: 'list.page_down', keys: ['PageDown'] },
  { scope: 'list', command: 'list.page_up', keys: ['PageUp'] },
  { scope: 'list', command: 'list.open', keys: ['Enter', 'o'] },
  { scope: 'list', command: 'list.apply', keys: ['[Shift]+.'] },

  { scope: 'ticket', command: 'ticket.reply', keys: ['r'] },
  { scope: 'ticket', command: 'ticket.note', keys: ['n'] },
  { scope: 'ticket', command: 'ticket.assign', keys: ['a'] },
  { scope: 'ticket', command: 'ticket.take', keys: ['i'] },
  { scope: 'ticket', command: 'ticket.solve', keys: ['e'] },
  { scope: 'ticket', command: 'ticket.solve_next', keys: ['Shift+e'] },
  { scope: 'ticket', command: 'ticket.snooze', keys: ['z'] },
  { scope: 'ticket', command: 'ticket.unread', keys: ['u'] },
  { scope: 'ticket', command: 'ticket.tags', keys: ['l'] },
  { scope: 'ticket', command: 'ticket.priority', keys: ['p'] },
  { scope: 'ticket', command: 'ticket.copy_link', keys: ['c'] },
  { scope: 'ticket', command: 'context.toggle', keys: ['v'] },

  { scope: 'thread', command: 'thread.previous', keys: ['ArrowUp'] },
  { scope: 'thread', command: 'thread.next', keys: ['ArrowDown'] },
  { scope: 'thread', command: 'thread.open', keys: ['Enter'] },
  { scope: 'thread', command: 'thread.end', keys: ['End'] },

  { scope: 'composer', command: 'composer.send', keys: ['$mod+Enter'] },
  { scope: 'composer', command: 'composer.send_solve', keys: ['$mod+Shift+Enter'] },
  { scope: 'composer', command: 'composer.leave', keys: ['Escape'] },
];

/** A key that types a character: such shortcuts can be switched off (WCAG 2.1.4). */
export const isCharacter = (keys: string) => !/\$mod|Control|F\d|Enter|Arrow|Home|End|Page|Escape/.test(keys);

const byCommand = new Map(bindings.map((binding) => [binding.command, binding]));
export const bindingOf = (command: CommandId) => byCommand.get(command);

const names: Record<string, string> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  PageDown: 'Pg↓',
  PageUp: 'Pg↑',
  Escape: 'Esc',
  Enter: '⏎',
};

/** Keys that have a word on them. */
const words: Record<string, () => string> = { Home: () => text('key.home'), End: () => text('key.end') };

/** The first keys of a command as one sees them on a keyboard: ["Ctrl", "K"]. */
export function shownKeys(command: CommandId, mac: boolean): string[] {
  const keys = bindingOf(command)?.keys[0];
  if (!keys) return [];
  return keys.split(' ').flatMap((press) =>
    press
      .replace('[Shift]+', '')
      .split('+')
      .map((key) =>
        key === '$mod'
          ? mac
            ? '⌘'
            : 'Ctrl'
          : key === 'Shift'
            ? '⇧'
            : (names[key] ?? words[key]?.() ?? (key.length === 1 ? key.toUpperCase() : key)),
      ),
  );
}

/** The value of `aria-keyshortcuts`. */
export function ariaKeys(command: CommandId, mac: boolean): string | undefined {
  const keys = bindingOf(command)?.keys[0];
  // Sequences have no notation there.
  if (!keys || keys.includes(' ')) return undefined;
  return keys.replace('[Shift]+', '').replace('$mod', mac ? 'Meta' : 'Control');
}
