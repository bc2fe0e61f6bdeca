/** Small parts that many views share: times, avatars, keys, the reply window's chip. */
import type { ComponentChildren } from 'preact';
import type { ReplyWindow, Ticket } from '../api/client';
import { text } from '../i18n';
import { ago, agoBrief, clock, duration, fullDateTime } from '../i18n/format';
import { type CommandId, commands } from '../keys/commands';
import { ariaKeys, bindingOf, isCharacter, shownKeys } from '../keys/table';
import { eachHalfMinute, eachSecond, now } from '../state/clock';
import { settings } from '../state/store';
import { viewWindow, type WindowLook } from '../state/window';
import { Icon, type IconName } from './icon';

export const mac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** A moment, however it is written: the title has it in full (C-TI-1). */
const Moment = ({ ms, children }: { ms: number; children: ComponentChildren }) => (
  <time dateTime={new Date(ms).toISOString()} title={fullDateTime(ms)}>
    {children}
  </time>
);

/** A moment in as few words as its age allows. */
export function Time({ at, exact = false }: { at: string; exact?: boolean }) {
  const ms = Date.parse(at);
  return <Moment ms={ms}>{exact ? clock(ms) : ago(ms, eachHalfMinute.value)}</Moment>;
}

/** A sentence in which a moment is written. */
export function TimeIn({ words, ms, write }: { words: string; ms: number; write: (ms: number) => string }) {
  const shown = write(ms);
  const at = words.lastIndexOf(shown);
  return at < 0 ? (
    words
  ) : (
    <>
      {words.slice(0, at)}
      <Moment ms={ms}>{shown}</Moment>
      {words.slice(at + shown.length)}
    </>
  );
}

/** The same for a row, whose width decides how much of it is seen. */
export function RowTime({ at }: { at: string }) {
  const ms = Date.parse(at);
  return (
    <Moment ms={ms}>
      <span class="time-whole">{ago(ms, eachHalfMinute.value)}</span>
      <span class="time-brief">{agoBrief(ms, eachHalfMinute.value)}</span>
    </Moment>
  );
}

export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : undefined];
  return letters
    .map((word) => (word ? String.fromCodePoint(word.codePointAt(0)!) : ''))
    .join('')
    .toUpperCase();
}

/** One of eight quiet colours, always the same for one id. */
const hue = (id: string) => [...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 9973, 7) % 8;

export const Avatar = ({ id, name, small = false }: { id: string; name: string; small?: boolean }) => (
  <span class={`avatar hue-${hue(id)}${small ? ' small' : ''}`} aria-hidden="true">
    {initials(name)}
  </span>
);

export function Keys({ command }: { command: CommandId }) {
  const binding = bindingOf(command);
  if (!binding || (isCharacter(binding.keys[0]!) && !settings.value.single_key_shortcuts)) return null;
  return (
    <span class="keys" aria-hidden="true">
      {shownKeys(command, mac).map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}

/** The attributes that tell a control's shortcut. */
export function keyHint(command: CommandId): { 'aria-keyshortcuts'?: string; title: string } {
  const binding = bindingOf(command);
  const active = binding && (settings.value.single_key_shortcuts || !isCharacter(binding.keys[0]!));
  const label = text(commands[command].label);
  if (!active) return { title: label };
  const aria = ariaKeys(command, mac);
  return {
    title: text('command.with_keys', { label, keys: shownKeys(command, mac).join(' ') }),
    ...(aria ? { 'aria-keyshortcuts': aria } : {}),
  };
}

const looks: Record<WindowLook, IconName | null> = {
  none: null,
  calm: null,
  soon: 'clock',
  urgent: 'alert',
  last: 'alert',
  human: 'person',
  closed: 'lock',
  locked: 'lock',
};

const locks = {
  quota: 'window.lock_quota',
  restricted: 'window.lock_restricted',
  paused: 'window.lock_paused',
  blocked: 'window.lock_blocked',
  reconnect: 'window.lock_reconnect',
} as const;
const shortLocks = {
  ...locks,
  restricted: 'window.lock_restricted_short',
  blocked: 'window.lock_blocked_short',
  reconnect: 'window.lock_reconnect_short',
} as const;

/** What the chip says, long for a sentence, short for a row. Reads the seconds only in the last five minutes. */
export function windowWords(window: ReplyWindow, at: number, short: boolean): string {
  const view = viewWindow(window, at);
  switch (view.look) {
    case 'none':
      return '';
    case 'closed':
      return text('window.closed');
    case 'locked':
      return text((short ? shortLocks : locks)[window.lock!]);
    case 'human':
      return text(short ? 'window.human_short' : 'window.human', { left: duration(view.left) });
    default: {
      const left = duration(view.left, 5 * 60_000);
      return text(short ? 'window.left_short' : 'window.left', { left });
    }
  }
}

export function windowNow(window: ReplyWindow): number {
  const at = Math.max(eachHalfMinute.value, 0);
  return viewWindow(window, now()).look === 'last' ? eachSecond.value : at;
}

export function WindowChip({ window, short = false }: { window: ReplyWindow; short?: boolean }) {
  const at = windowNow(window);
  const { look } = viewWindow(window, at);
  if (look === 'none') return null;
  const icon = looks[look];
  return (
    <span class={`chip window-${look}`} title={windowWords(window, at, false)}>
      {icon !== null && <Icon name={icon} />}
      {windowWords(window, at, short)}
    </span>
  );
}

export const customerName = (ticket: Pick<Ticket, 'customer' | 'number'>) =>
  ticket.customer.name ?? ticket.customer.handle ?? text('ticket.unnamed', { number: ticket.number });

export const Brand = () => (
  <span class="brand">
    <span class="brand-mark" aria-hidden="true">
      <svg viewBox="0 0 32 32" focusable="false" aria-hidden="true">
        <path d="M8 22V12a8 8 0 0 1 16 0v10M6 24h20M12 18h8" />
      </svg>
    </span>
    <span class="brand-name" translate={false}>
      {text('title.plain')}
    </span>
  </span>
);
