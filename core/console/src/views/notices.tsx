/** What the page has to say beside its content: one banner that pushes, and bars that pass. */
import { text } from '../i18n';
import { clock } from '../i18n/format';
import { lastHeard, line } from '../live/socket';
import { saveDrafts, unsavedDrafts } from '../state/drafts';
import { outbox } from '../state/outbox';
import { newVersion } from '../state/session';
import { closeToast, seesTickets, toast, toasts } from '../state/store';
import { TimeIn } from '../ui/bits';
import { Icon } from '../ui/icon';

/** Never over what is not saved (C-OF-5). */
async function reload() {
  await saveDrafts();
  if (unsavedDrafts() || outbox.peek().some((item) => item.state === 'posting'))
    toast({ words: () => text('version.unsaved'), tone: 'bad' });
  else location.reload();
}

export function Banner() {
  const state = line.value;
  const away = seesTickets.value && (state === 'reconnecting' || state === 'offline');
  const update = newVersion();
  return (
    <div class="banner-place" role="status">
      {away && (
        <p class="banner warn">
          <Icon name="offline" />
          <span>
            <TimeIn
              words={text(state === 'offline' ? 'line.offline' : 'line.reconnecting', { time: clock(lastHeard.value) })}
              ms={lastHeard.value}
              write={clock}
            />
          </span>
        </p>
      )}
      {!away && update && (
        <p class="banner">
          <Icon name="refresh" />
          <span>{text('version.new')}</span>
          <button type="button" class="button small" onClick={() => void reload()}>
            {text('version.reload')}
          </button>
        </p>
      )}
    </div>
  );
}

export const Toasts = () => (
  <div class="toasts" role="status" aria-live="polite">
    {toasts.value.map((toast) => (
      <div key={toast.id} class={`toast ${toast.tone}`}>
        {toast.tone === 'bad' && <Icon name="alert" />}
        <span class="toast-words">
          {toast.words()}
          {toast.reference && <span class="quiet"> {text('error.reference', { reference: toast.reference })}</span>}
        </span>
        {toast.action && (
          <button
            type="button"
            class="button small"
            onClick={() => {
              closeToast(toast.id);
              toast.action!.run();
            }}
          >
            {toast.action.words()}
          </button>
        )}
        <button
          type="button"
          class="icon-button"
          aria-label={text('action.close_layer')}
          onClick={() => closeToast(toast.id)}
        >
          <Icon name="close" />
        </button>
      </div>
    ))}
  </div>
);
