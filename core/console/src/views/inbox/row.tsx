import type { Ticket } from '../../api/client';
import { plural, text } from '../../i18n';
import { ago, list, number } from '../../i18n/format';
import { statusKey } from '../../state/actions';
import { eachHalfMinute } from '../../state/clock';
import { draftOf } from '../../state/drafts';
import { troubled } from '../../state/outbox';
import { channels, ticketOf } from '../../state/store';
import { customerName, initials, RowTime, WindowChip, windowNow, windowWords } from '../../ui/bits';
import { channelIcon, Icon } from '../../ui/icon';
import { attachmentName } from './attachment';

/** One plain line: the newest text, or what stands for it. */
export function excerpt(ticket: Ticket): string {
  const words = ticket.preview ?? (ticket.preview_kind ? attachmentName(ticket.preview_kind) : text('row.no_text'));
  return ticket.preview_direction === 'out' ? text('row.ours', { words }) : words;
}

export const channelName = (id: string) => channels.value.find((channel) => channel.id === id)?.name ?? id;

const platforms: Record<string, string> = {
  messenger: 'Messenger',
  instagram: 'Instagram',
  tiktok: 'TikTok',
  snapchat: 'Snapchat',
};
/** Where the customer writes, as customers call it; the channel's own name for a plugin that is not known here. */
export const platformName = (ticket: Ticket) => platforms[ticket.plugin] ?? channelName(ticket.channel);

/** The row as one sentence for screen readers (C-LY-5). */
export function rowName(ticket: Ticket): string {
  const window = windowWords(ticket.window, windowNow(ticket.window), false);
  return [
    ticket.unread > 0 ? text('row.unread') : null,
    troubled(ticket.id) ? text('row.unsent') : null,
    customerName(ticket),
    platformName(ticket),
    ticket.unread > 0 ? plural('row.new', ticket.unread) : null,
    ticket.status === 'open' ? null : text(statusKey[ticket.status]),
    ticket.priority === 'urgent' || ticket.priority === 'high' ? text(`priority.${ticket.priority}`) : null,
    window === '' ? null : window,
    ticket.last_message_at
      ? text('row.activity', { time: ago(Date.parse(ticket.last_message_at), eachHalfMinute.value) })
      : null,
    ticket.tags.length > 0 ? text('row.tags', { tags: list(ticket.tags) }) : null,
    ticket.assignee ? text('row.assignee', { name: ticket.assignee.name }) : null,
  ]
    .filter((part) => part !== null)
    .join(text('row.comma'));
}

interface Props {
  id: string | null;
  index: number;
  count: number;
  top: number;
  active: boolean;
  open: boolean;
  fresh: boolean;
}

export function Row({ id, index, count, top, active, open, fresh }: Props) {
  const place = { transform: `translateY(${top}px)` };
  const ticket = id === null ? null : ticketOf(id).value;
  if (ticket === null)
    return (
      // biome-ignore lint/a11y/useFocusableInteractive: the focus stays on the list (C-LI-6)
      <div
        role="option"
        class="row bones"
        style={place}
        aria-selected={false}
        aria-label={text('state.loading')}
        aria-posinset={index + 1}
        aria-setsize={count}
      >
        <span class="bone" />
        <span class="bone" />
      </div>
    );
  const { tags, assignee, unread } = ticket;
  const draft = draftOf(ticket.id);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays on the list (C-LI-6)
    <div
      role="option"
      id={`row-${ticket.id}`}
      class={`row${unread > 0 ? ' unread' : ''}${active ? ' active' : ''}${fresh ? ' fresh' : ''}`}
      style={place}
      data-id={ticket.id}
      aria-selected={open}
      aria-posinset={index + 1}
      aria-setsize={count}
    >
      <span class="hidden">{rowName(ticket)}</span>
      <span class="row-line" aria-hidden="true">
        <span class="row-mark" />
        <span class="row-channel" title={`${platformName(ticket)} · ${ticket.account.name}`}>
          <Icon name={channelIcon(ticket.plugin)} />
        </span>
        <span class="row-name" dir="auto">
          {customerName(ticket)}
        </span>
        {(ticket.priority === 'urgent' || ticket.priority === 'high') && (
          <span class={`row-flag ${ticket.priority}`} title={text(`priority.${ticket.priority}`)}>
            <Icon name="flag" />
          </span>
        )}
        {troubled(ticket.id) && (
          <span class="row-flag urgent" title={text('row.unsent')}>
            <Icon name="alert" />
          </span>
        )}
        {ticket.status === 'pending' && (
          <span class="row-flag pending" title={text('status.pending')}>
            <Icon name="pause" />
          </span>
        )}
        {ticket.status === 'open' || ticket.status === 'pending' ? (
          <WindowChip window={ticket.window} short />
        ) : (
          <span class={`chip status-${ticket.status}`}>{text(statusKey[ticket.status])}</span>
        )}
        <span class="row-time">{ticket.last_message_at && <RowTime at={ticket.last_message_at} />}</span>
      </span>
      <span class="row-line second" aria-hidden="true">
        <span class="row-excerpt" dir="auto">
          {(draft.reply !== '' || draft.note !== '') && (
            <span class="row-draft" title={text('row.draft')}>
              <Icon name="edit" />
            </span>
          )}
          {excerpt(ticket)}
        </span>
        <span class="row-end">
          {tags.slice(0, 2).map((tag) => (
            <span key={tag} class="tag">
              {tag}
            </span>
          ))}
          {tags.length > 2 && (
            <span class="tag more-tags">{text('row.more_tags', { count: number(tags.length - 2) })}</span>
          )}
          {assignee && (
            <span class="row-assignee" title={assignee.name}>
              {initials(assignee.name)}
            </span>
          )}
        </span>
      </span>
    </div>
  );
}
