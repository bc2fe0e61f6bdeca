/** Reply or note: two modes, each with its own draft, told apart by label, icon, border and name (C-CO-1). */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Capabilities, Ticket } from '../../api/client';
import { locale, plural, text } from '../../i18n';
import { dateTime, duration, number } from '../../i18n/format';
import { ports, wanted } from '../../keys/ports';
import { draftOf, draftSent, type Mode, writeDraft } from '../../state/drafts';
import { fillOf } from '../../state/limits';
import { MOST, outbox, send } from '../../state/outbox';
import { colleaguesOn, rested, typed } from '../../state/presence';
import { channels, settings, spokenBy } from '../../state/store';
import { viewWindow } from '../../state/window';
import { customerName, Keys, keyHint, windowNow, windowWords } from '../../ui/bits';
import { Icon } from '../../ui/icon';
import { platformName } from './row';

/** Why a reply cannot be sent now, in words; null when it can. */
export function refusalNow(
  ticket: Ticket,
  mode: Mode,
  words: string,
  capabilities: Capabilities | null,
): string | null {
  if (ticket.status === 'closed') return text('error.ticket_closed');
  const closed = mode === 'reply' ? closedWords(ticket) : null;
  if (closed !== null) return closed;
  if (words.trim() === '') return text(mode === 'reply' ? 'composer.empty_reply' : 'composer.empty_note');
  if (mode === 'note') return null;
  if (capabilities) {
    const fill = fillOf(words, capabilities);
    if (fill.over) return text('error.text_too_long', { max: number(fill.max), length: number(fill.length) });
  }
  return null;
}

/** Why the customer cannot be answered at all now; null when they can. */
function closedWords(ticket: Ticket): string | null {
  const view = viewWindow(ticket.window, windowNow(ticket.window));
  if (view.sendable) return null;
  if (view.look === 'locked') return windowWords(ticket.window, windowNow(ticket.window), false);
  const end = ticket.window.human_until ?? ticket.window.closes_at;
  return end === null
    ? text('error.window_closed')
    : text('error.window_closed_at', { time: dateTime(Date.parse(end)) });
}

export function Composer({ ticket }: { ticket: Ticket }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const chosen = useSignal<Mode>('reply');
  const refused = useSignal(false);
  const closed = ticket.status === 'closed' ? null : closedWords(ticket);
  // A window that closes turns the composer to notes; the reply's draft stays where it is (C-RW-3).
  const wasClosed = useRef(closed !== null);
  useEffect(() => {
    if (closed !== null && chosen.peek() === 'reply') chosen.value = 'note';
    else if (closed === null && wasClosed.current && chosen.peek() === 'note' && draftOf(ticket.id).note === '')
      chosen.value = 'reply';
    wasClosed.current = closed !== null;
  }, [closed !== null]);

  const mode = chosen.value;
  const words = draftOf(ticket.id)[mode];
  const channel = channels.value.find((entry) => entry.id === ticket.channel) ?? null;
  const capabilities = channel?.capabilities ?? null;
  const name = customerName(ticket);
  const reason = refusalNow(ticket, mode, words, capabilities);
  const fill = mode === 'reply' && capabilities ? fillOf(words, capabilities) : null;
  const full = outbox.value.filter((item) => item.state === 'waiting').length >= MOST;
  const writing = colleaguesOn(ticket.id).find((colleague) => colleague.state === 'typing');
  const view = viewWindow(ticket.window, windowNow(ticket.window));
  const human = view.look === 'human';

  const submit = (thenSolve: boolean) => {
    // Read anew: a key may come before the last letter was drawn.
    const now = draftOf(ticket.id)[mode];
    if (refusalNow(ticket, mode, now, capabilities) !== null || full) {
      refused.value = true;
      field.current?.focus();
      return;
    }
    if (!send(ticket.id, mode, now.trim(), thenSolve)) return;
    draftSent(ticket.id, mode);
    refused.value = false;
    rested();
  };
  useEffect(() => {
    ports.composer.focus = (mode) => {
      chosen.value = mode;
      requestAnimationFrame(() => field.current?.focus());
    };
    ports.composer.send = submit;
  });

  useEffect(() => {
    const mode = wanted.focus;
    if (mode !== 'reply' && mode !== 'note') return;
    wanted.focus = null;
    ports.composer.focus(mode);
  }, []);

  if (ticket.status === 'closed')
    return (
      <div class="composer over" data-region="composer">
        <p class="composer-notice">
          <Icon name="lock" />
          <span>{text('composer.closed_ticket')}</span>
        </p>
      </div>
    );
  const said = full ? text('composer.full', { count: number(MOST) }) : reason;
  // An empty field is no fault until somebody tries to send it; the notice above says that the window is closed.
  const silent = words.trim() === '' && !full;
  return (
    <form
      class={`composer ${mode}${writing ? ' crowded' : ''}`}
      data-region="composer"
      data-scope="composer"
      aria-label={text('composer.label')}
      onSubmit={(event) => {
        event.preventDefault();
        submit(false);
      }}
    >
      {writing && (
        <p class="composer-notice warn">
          <Icon name="edit" />
          <span>{text('composer.crowded', { name: writing.name })}</span>
        </p>
      )}
      {closed !== null && (
        <p class="composer-notice">
          <Icon name="lock" />
          <span>{closed}</span>
        </p>
      )}
      {human && mode === 'reply' && (
        <p class="composer-notice">
          <Icon name="person" />
          <span>{text('composer.human', { left: duration(view.left) })}</span>
        </p>
      )}
      <fieldset class="modes">
        <legend class="hidden">{text('composer.mode')}</legend>
        {(['reply', 'note'] as const).map((each) => (
          <label
            key={each}
            class={`mode ${each}${mode === each ? ' on' : ''}`}
            {...keyHint(each === 'reply' ? 'ticket.reply' : 'ticket.note')}
          >
            <input
              type="radio"
              name="mode"
              class="hidden"
              checked={mode === each}
              onChange={() => {
                chosen.value = each;
                refused.value = false;
              }}
            />
            <Icon name={each === 'reply' ? 'reply' : 'note'} />
            {text(each === 'reply' ? 'composer.reply' : 'composer.note')}
            {draftOf(ticket.id)[each] !== '' && mode !== each && (
              <span class="mode-draft" role="img" aria-label={text('composer.has_draft')} />
            )}
          </label>
        ))}
        {mode === 'note' && <span class="mode-hint">{text('composer.note_hint')}</span>}
      </fieldset>
      <textarea
        ref={field}
        class="composer-field"
        data-region-focus
        rows={2}
        dir="auto"
        lang={(mode === 'reply' && spokenBy(ticket)) || locale.value}
        value={words}
        aria-label={
          mode === 'reply'
            ? text('composer.reply_to', { name, channel: platformName(ticket) })
            : text('composer.note_label')
        }
        aria-describedby="composer-said"
        placeholder={mode === 'reply' ? text('composer.reply_hint', { name }) : text('composer.note_placeholder')}
        onInput={(event) => {
          writeDraft(ticket.id, mode, event.currentTarget.value);
          refused.value = false;
          typed();
        }}
        onKeyDown={(event) => {
          const sends =
            settings.peek().enter_sends && event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.metaKey;
          if (!sends || event.isComposing) return;
          event.preventDefault();
          event.stopPropagation();
          submit(false);
        }}
      />
      <div class="composer-foot">
        <p
          id="composer-said"
          class={`composer-said${refused.value || (fill?.over ?? false) ? ' loud' : ''}`}
          role={refused.value ? 'alert' : undefined}
        >
          {silent && !refused.value ? '' : said}
        </p>
        {fill?.shown && (
          <output class={`composer-count${fill.over ? ' over' : ''}`}>
            {text('composer.count', { length: number(fill.length), max: number(fill.max) })}
          </output>
        )}
        {mode === 'reply' && ticket.window.quota_left !== null && ticket.window.quota_left <= 3 && (
          <span class="composer-count">{plural('composer.quota', ticket.window.quota_left)}</span>
        )}
        {mode === 'reply' && (
          <button
            type="button"
            class="button send-solve"
            aria-disabled={reason !== null || full}
            onClick={() => submit(true)}
            {...keyHint('composer.send_solve')}
          >
            {text('composer.send_solve')}
          </button>
        )}
        <button
          type="submit"
          class="button primary"
          aria-disabled={reason !== null || full}
          {...keyHint('composer.send')}
        >
          <Icon name={mode === 'reply' ? 'send' : 'note'} />
          {text(mode === 'reply' ? 'composer.send' : 'composer.add_note')}
          <Keys command="composer.send" />
        </button>
      </div>
    </form>
  );
}
