/** One message of a thread: what it says, what prompted it, what became of it. */
import type { Context, Message } from '../../api/client';
import { type Key, plural, text } from '../../i18n';
import { dateTime, list } from '../../i18n/format';
import { reasonWords } from '../../i18n/problems';
import { statusKey } from '../../state/actions';
import { toast } from '../../state/store';
import { Avatar, Time, TimeIn } from '../../ui/bits';
import { Icon, type IconName } from '../../ui/icon';
import { AttachmentView, safeUrl } from './attachment';
import { Prose } from './prose';

/** What can prompt a message, in the words of `context.KIND` or, when it has a name, of `context.KIND_named`. */
export const prompts: Record<string, IconName> = {
  ad: 'megaphone',
  link: 'link',
  postback: 'button',
  quick_reply: 'button',
  product: 'cart',
  post_share: 'image',
  story_reply: 'story',
  story_mention: 'story',
  comment: 'note',
  command: 'keyboard',
  order: 'cart',
  form: 'note',
  plugin: 'plug',
  qr: 'link',
  search: 'search',
};

const nameOf = ({ kind, title, ref, product_id }: Context) =>
  kind === 'order' || kind === 'search' ? null : title || ref || (kind === 'product' && product_id) || null;

export function promptWords(context: Context): string {
  const { kind } = context;
  if (!prompts[kind]) return text('context.unknown', { kind: context.name ?? kind });
  const name = nameOf(context);
  return name === null ? text(`context.${kind}` as Key) : text(`context.${kind}_named` as Key, { name });
}

/** What prompted a message: an ad, a link, a post, a button (postback). */
function Prompt({ context }: { context: Context }) {
  const name = nameOf(context);
  const url = safeUrl(context.url ?? null);
  return (
    <p class="prompt">
      <Icon name={prompts[context.kind] ?? 'info'} />
      <span>
        {promptWords(context)}
        {context.payload && context.payload !== name && (
          <span class="prompt-detail">{text('context.payload', { payload: context.payload })}</span>
        )}
        {context.ref && context.ref !== name && (
          <span class="prompt-detail">{text('context.ref', { ref: context.ref })}</span>
        )}
      </span>
      {url !== null && (
        <a href={url} target="_blank" rel="noopener noreferrer" data-open>
          {text('action.open')}
        </a>
      )}
    </p>
  );
}

const nobody = () => text('ticket.unassigned');

/** A system message in one sentence. */
export const systemWords = (message: Pick<Message, 'author' | 'context'>) => sentence(message).trim();

function sentence({ author, context }: Pick<Message, 'author' | 'context'>): string {
  const who = author.name ?? text(author.kind === 'customer' ? 'author.customer' : 'author.system');
  if (!context) return who;
  const status = (value: string | null | undefined) => {
    const key = statusKey[value as keyof typeof statusKey];
    return key ? text(key) : (value ?? '');
  };
  if (context.until) return text('system.snoozed', { who, until: dateTime(Date.parse(context.until)) });
  switch (context.kind) {
    case 'status':
      if (context.reason === 'customer') return text('system.reopened_customer', { status: status(context.to) });
      if (context.reason === 'timer') return text('system.reopened_timer', { status: status(context.to) });
      return text('system.status', { who, status: status(context.to) });
    case 'assignee':
      if (context.to && context.to === author.name) return text('system.took', { who });
      if (!context.to && context.from && context.from === author.name) return text('system.left', { who });
      return text(context.to ? 'system.assigned' : 'system.unassigned', {
        who,
        to: context.to ?? nobody(),
        from: context.from ?? nobody(),
      });
    case 'team':
      return text('system.team', { who, to: context.to ?? nobody() });
    case 'priority':
      return text('system.priority', { who, to: text(`priority.${(context.to ?? 'normal') as 'normal'}`) });
    case 'tags': {
      const { added = [], removed = [] } = context;
      if (added.length > 0 && removed.length > 0)
        return text('system.tags_both', { who, added: list(added), removed: list(removed) });
      return text(added.length > 0 ? 'system.tags_added' : 'system.tags_removed', {
        who,
        tags: list(added.length > 0 ? added : removed),
      });
    }
    case 'opt_in':
      return text('system.opt_in', { title: context.title ?? '' });
    case 'opt_out':
      return text('system.opt_out', { title: context.title ?? '' });
    case 'handover':
      return text(
        (
          { pass: 'system.handover_pass', take: 'system.handover_take', request: 'system.handover_request' } as Record<
            string,
            Key
          >
        )[context.action ?? ''] ?? 'system.handover_roles',
        { app: context.app ?? '' },
      );
    case 'feedback':
      return text('system.feedback', { value: context.value ?? '' });
    case 'account_linking':
      return text(context.value === 'linked' ? 'system.linked' : 'system.unlinked');
    default:
      return text('context.unknown', { kind: context.name ?? context.kind });
  }
}

type State = NonNullable<Message['delivery']>['state'];
const states: Record<State, { key: Key; icon: IconName }> = {
  queued: { key: 'delivery.queued', icon: 'clock' },
  sending: { key: 'delivery.sending', icon: 'clock' },
  sent: { key: 'delivery.sent', icon: 'check' },
  delivered: { key: 'delivery.delivered', icon: 'check-two' },
  read: { key: 'delivery.read', icon: 'check-two' },
  failed: { key: 'delivery.failed', icon: 'alert' },
};

/** The state as text for assistive tools, and as an icon with a title for others (C-CO-3). */
export const DeliveryMark = ({ state }: { state: State }) => (
  <span class={`delivery ${state}`} title={text(states[state].key)}>
    <Icon name={states[state].icon} />
    <span class={state === 'read' ? 'delivery-word' : 'hidden'}>{text(states[state].key)}</span>
  </span>
);

export type Side = 'in' | 'out' | 'note';
export const sideOf = (message: Pick<Message, 'kind' | 'direction'>): Side =>
  message.kind === 'note' ? 'note' : message.direction;

/** Who speaks, for the label that tells the sides apart without colour (C-LY-6). */
export function authorLabel(message: Pick<Message, 'kind' | 'author' | 'direction'>, customer: string): string {
  const { author } = message;
  if (message.kind === 'note') return text('author.note', { name: author.name ?? text('author.agent') });
  if (message.direction === 'in') return author.name ?? customer;
  if (author.kind === 'external') return text('author.external');
  if (author.kind === 'automation') return text('author.automation');
  return author.name ?? text('author.agent');
}

interface Props {
  message: Message;
  customer: string;
  customerId: string;
  /** The first of a run of one author: it has the header. */
  head: boolean;
  quoted: Message | null;
  /** The customer's language, when known. */
  lang: string | undefined;
  canRetry: boolean;
  onRetry: () => void;
  onDiscard: () => void;
}

export function MessageView({
  message,
  customer,
  customerId,
  head,
  quoted,
  lang,
  canRetry,
  onRetry,
  onDiscard,
}: Props) {
  const until = message.context?.until;
  if (message.kind === 'system')
    return (
      <p class="system">
        <span>
          {until ? (
            <TimeIn words={systemWords(message)} ms={Date.parse(until)} write={dateTime} />
          ) : (
            systemWords(message)
          )}
        </span>{' '}
        <Time at={message.sent_at} exact />
      </p>
    );
  const side = sideOf(message);
  const label = authorLabel(message, customer);
  const failed = message.delivery?.state === 'failed' ? message.delivery : null;
  return (
    <div class={`message ${side}${head ? ' head' : ''}${failed ? ' failed' : ''}`}>
      {side === 'in' && <span class="message-avatar">{head && <Avatar id={customerId} name={customer} />}</span>}
      <div class="message-column">
        <p class={head ? 'message-head' : 'hidden'}>
          {side === 'note' && <Icon name="note" />}
          <span class="message-author">{label}</span>
          <Time at={message.sent_at} exact />
        </p>
        <div class="bubble">
          {message.context && <Prompt context={message.context} />}
          {message.reply_to !== null && (
            <blockquote class="quoted">
              {quoted ? (quoted.text ?? text('message.quoted_media')) : text('message.quoted_gone')}
            </blockquote>
          )}
          {message.unsent_at !== null ? (
            <p class="unsent">
              <Icon name="undo" />
              {text(side === 'in' ? 'message.unsent' : 'message.unsent_ours')} <Time at={message.unsent_at} />
            </p>
          ) : (
            <>
              {message.attachments.map((attachment) => (
                <AttachmentView key={attachment.id} attachment={attachment} />
              ))}
              {message.text !== null && (
                <p class="words" dir="auto" lang={side === 'in' ? lang : undefined}>
                  <Prose text={message.text} />
                </p>
              )}
              {message.text === null && message.attachments.length === 0 && !message.context && (
                <p class="unsent">{text('message.empty')}</p>
              )}
            </>
          )}
        </div>
        {(message.reactions.length > 0 || message.edited_at !== null || (message.delivery !== null && !failed)) && (
          <p class="message-foot">
            {message.reactions.length > 0 && (
              <span class="reactions">
                {message.reactions.map((reaction, at) => (
                  <span key={at} class="reaction" title={reaction.author.name ?? customer}>
                    <span aria-hidden="true">{reaction.emoji}</span>
                    <span class="hidden">
                      {text('message.reaction', { emoji: reaction.emoji, name: reaction.author.name ?? customer })}
                    </span>
                  </span>
                ))}
              </span>
            )}
            {message.edited_at !== null && message.unsent_at === null && (
              <span class="edited" title={dateTime(Date.parse(message.edited_at))}>
                {text('message.edited')}
              </span>
            )}
            {message.delivery !== null && !failed && <DeliveryMark state={message.delivery.state} />}
          </p>
        )}
        {failed && (
          <Failure
            reason={failed.error ? reasonWords(failed.error) : text('delivery.failed_why')}
            detail={failed.error?.detail ?? null}
            copy={message.text}
            onRetry={canRetry ? onRetry : null}
            onDiscard={onDiscard}
          />
        )}
      </div>
    </div>
  );
}

interface FailureProps {
  reason: string;
  detail?: string | null;
  copy: string | null;
  onRetry: (() => void) | null;
  onDiscard: () => void;
  retryWords?: string;
}

async function copyWords(words: string) {
  try {
    await navigator.clipboard.writeText(words);
    toast({ words: () => text('toast.words_copied'), tone: 'plain' });
  } catch {
    // No clipboard without a secure context: the reader copies from the message itself.
    toast({ words: () => text('toast.words_not_copied'), tone: 'bad' });
  }
}

/** A failure stays where the message is, with its reason and what can be done (C-CO-4). */
export function Failure({ reason, detail = null, copy, onRetry, onDiscard, retryWords }: FailureProps) {
  return (
    <div class="failure" role="group" aria-label={text('failure.label')}>
      <p>
        <Icon name="alert" />
        <span title={detail ?? undefined}>{reason}</span>
      </p>
      <div class="failure-actions">
        {onRetry && (
          <button type="button" class="button small" onClick={onRetry}>
            {retryWords ?? text('action.retry')}
          </button>
        )}
        {copy !== null && (
          <button type="button" class="button small" onClick={() => void copyWords(copy)}>
            {text('action.copy')}
          </button>
        )}
        <button type="button" class="button small" onClick={onDiscard}>
          {text('action.discard')}
        </button>
      </div>
    </div>
  );
}

export const newMessages = (count: number) => plural('thread.new', count);
