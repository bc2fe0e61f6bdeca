/** The one combobox: palette, assign, tags, priority, snooze and search are lists of options behind a text field. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { plural, text } from '../i18n';
import { announce } from '../state/store';

export interface Option {
  id: string;
  label: string;
  /** Other words under which it is found. */
  also?: string[];
  /** Shown at the end of the line. */
  hint?: ComponentChildren;
  icon?: ComponentChildren;
  group?: string;
  /** For choices of several: whether it is chosen. */
  chosen?: boolean;
  detail?: ComponentChildren;
}

/** Lower case without accents: how one types when one searches. */
export const fold = (words: string) =>
  words
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .replaceAll('’', "'")
    .toLowerCase();

/** How well `query` fits: 0 a word starts with it, 1 its letters come in order, null not at all. Both folded. Pure. */
export function rankOf(label: string, query: string): number | null {
  if (query === '') return 0;
  const words = label.split(/[\s'’.,:()-]+/);
  if (query.split(/\s+/).every((part) => words.some((word) => word.startsWith(part)))) return 0;
  let at = 0;
  for (const letter of query.replaceAll(' ', '')) {
    at = label.indexOf(letter, at) + 1;
    if (at === 0) return null;
  }
  return 1;
}

export function filterOptions(options: readonly Option[], query: string): Option[] {
  const wanted = fold(query.trim());
  if (wanted === '') return options.slice();
  return options
    .map((option, at) => {
      const fits = [option.label, ...(option.also ?? [])]
        .map((words) => rankOf(fold(words), wanted))
        .filter((rank) => rank !== null);
      return { option, at, rank: fits.length > 0 ? Math.min(...fits) : null };
    })
    .filter((entry) => entry.rank !== null)
    .sort((a, b) => a.rank! - b.rank! || a.at - b.at)
    .map((entry) => entry.option);
}

interface Props {
  label: string;
  placeholder: string;
  options: readonly Option[];
  onPick: (option: Option) => void;
  empty: string;
  /** Lets the caller add to the options by what is typed; filtering is then the caller's. */
  onQuery?: (query: string) => void;
  filtered?: boolean;
  busy?: boolean;
}

export function Combobox({
  label,
  placeholder,
  options,
  onPick,
  empty,
  onQuery,
  filtered = false,
  busy = false,
}: Props) {
  const id = useId();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const shown = useMemo(() => (filtered ? options : filterOptions(options, query)), [options, query, filtered]);
  const current = Math.min(at, shown.length - 1);

  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [current, shown]);
  useEffect(() => {
    if (query !== '' && !busy) announce(plural('combobox.results', shown.length));
  }, [shown.length, query, busy]);

  const keys = (event: KeyboardEvent) => {
    const last = shown.length - 1;
    const next = {
      ArrowDown: current >= last ? 0 : current + 1,
      ArrowUp: current <= 0 ? last : current - 1,
      PageDown: Math.min(last, current + 8),
      PageUp: Math.max(0, current - 8),
    }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      setAt(next);
    } else if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      const option = shown[current];
      if (option) onPick(option);
    }
  };

  let group: string | undefined;
  return (
    <div class="combobox">
      <input
        ref={field}
        type="text"
        role="combobox"
        class="combobox-field"
        aria-label={label}
        aria-expanded={shown.length > 0}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={shown.length > 0 ? `${id}-${current}` : undefined}
        placeholder={placeholder}
        autocomplete="off"
        spellcheck={false}
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setAt(0);
          onQuery?.(event.currentTarget.value);
        }}
        onKeyDown={keys}
      />
      <div ref={list} id={id} role="listbox" class="combobox-list" aria-label={label} aria-busy={busy}>
        {shown.map((option, index) => {
          const heading = option.group !== undefined && option.group !== group && query === '' ? option.group : null;
          group = option.group;
          return (
            <div key={option.id} role="presentation">
              {heading && (
                <div class="combobox-group" role="presentation">
                  {heading}
                </div>
              )}
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's, by the combobox pattern */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus and names the option */}
              <div
                role="option"
                id={`${id}-${index}`}
                class="option"
                data-id={option.id}
                aria-selected={index === current}
                onMouseMove={() => index !== current && setAt(index)}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => onPick(option)}
              >
                {option.icon}
                <span class="option-words">
                  <span class="option-label">{option.label}</span>
                  {option.detail && <span class="option-detail">{option.detail}</span>}
                </span>
                {option.chosen && <span class="option-chosen">{text('combobox.chosen')}</span>}
                {option.hint}
              </div>
            </div>
          );
        })}
      </div>
      {shown.length === 0 && !busy && <p class="combobox-empty">{empty}</p>}
    </div>
  );
}
