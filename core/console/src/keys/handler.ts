/** Turns key presses into commands by the table, in the scope where the focus is. */
import { createKeybindingsHandler } from 'tinykeys';
import { layer, sessionEnded, settings } from '../state/store';
import { available, run } from './commands';
import { nextRegion } from './regions';
import { type Binding, bindings, isCharacter, type Scope } from './table';

/** A sequence lapses after this long. */
const LAPSE = 1200;
let prefixAt = 0;

const types = (element: Element | null) => {
  if (element instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'submit', 'range'].includes(element.type);
  return (
    element instanceof HTMLElement && (element.matches('textarea, select, video, audio') || element.isContentEditable)
  );
};
const acts = (element: Element | null) =>
  element?.matches('button, a, summary, input, select, [role="button"]') ?? false;

/** Where the letters that change a ticket act: beside it, or nowhere in particular. */
const nearTicket = (element: Element | null) =>
  element === document.body ||
  element?.closest('[data-region="list"], [data-region="thread"], [data-region="context"]');

const scopeOf = (element: Element | null) =>
  (element?.closest<HTMLElement>('[data-scope]')?.dataset.scope ?? null) as Scope | null;

/** May this binding act now? Pure but for the focus. */
function applies({ scope, command }: Binding, keys: string): boolean {
  const focused = document.activeElement;
  const here = scopeOf(focused);
  // A dialog or a menu has its own keys: Esc and the combobox's.
  if (layer.peek() !== null || sessionEnded.peek() || document.querySelector(':popover-open')) return false;
  if (isCharacter(keys) && (types(focused) || !settings.peek().single_key_shortcuts)) return false;
  if (command === 'undo' && types(focused)) return false;
  if (scope === 'composer') return here === 'composer';
  if (command === 'region.back') return here !== 'composer';
  if (scope === 'everywhere') return true;
  if (scope === 'ticket') return here !== 'composer' && !!nearTicket(focused);
  // Enter on a button is the button's.
  return here === scope && (isCharacter(keys) || !acts(focused));
}

export function startKeys() {
  const map: Record<string, (event: KeyboardEvent) => void> = {};
  for (const binding of bindings) {
    for (const keys of binding.keys) {
      const before = map[keys];
      map[keys] = (event) => {
        before?.(event);
        const inSequence = !keys.includes(' ') && isCharacter(keys) && Date.now() - prefixAt < LAPSE;
        if (event.defaultPrevented || inSequence || !applies(binding, keys)) return;
        if (binding.command === 'region.next' || binding.command === 'region.previous') {
          if (nextRegion(binding.command === 'region.next' ? 1 : -1)) event.preventDefault();
          return;
        }
        if (!available(binding.command)) return;
        if (keys !== 'Escape') event.preventDefault();
        prefixAt = 0;
        run(binding.command);
      };
    }
  }
  const handle = createKeybindingsHandler(map, {
    timeout: LAPSE,
    // Alt, Option and AltGr type characters on many layouts; a key that composes a character is not a shortcut.
    ignore: (event) => event.isComposing || event.altKey || event.getModifierState('AltGraph'),
  });
  window.addEventListener('keydown', (event) => {
    handle(event);
    // The first key of a sequence silences the letters that could complete it.
    if (event.key === 'g' && !event.ctrlKey && !event.metaKey && !types(document.activeElement)) prefixAt = Date.now();
    else if (!event.defaultPrevented || event.key !== 'g') prefixAt = 0;
  });
}
