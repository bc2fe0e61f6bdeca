/** The thread: header with what can be done, the log of messages, the composer. */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { api, type Message, Refusal, type Ticket, take } from '../../api/client';
import { text } from '../../i18n';
import { clock, dayName, dayNumber, fullDate, isoDay, number } from '../../i18n/format';
import { changeWords, reasonWords } from '../../i18n/problems';
import { type CommandId, commands, run } from '../../keys/commands';
import { ports, wanted } from '../../keys/ports';
import { lastHeard, line } from '../../live/socket';
import { markRead, statusKey } from '../../state/actions';
import { eachHalfMinute } from '../../state/clock';
import { discard, lookedAt, type Outgoing, outbox, resend } from '../../state/outbox';
import { colleaguesOn, customerTypes } from '../../state/presence';
import { readTicket } from '../../state/session';
import { contextOpen, me, spokenBy, ticketOf, toast } from '../../state/store';
import { joins, loadOlder, loadThread, putMessages, type Thread, threadOf } from '../../state/threads';
import { Avatar, customerName, Keys, keyHint, Time, TimeIn, WindowChip } from '../../ui/bits';
import { Failed, Skeleton } from '../../ui/blank';
import { channelIcon, Icon, type IconName } from '../../ui/icon';
import { Composer } from './composer';
import { authorLabel, DeliveryMark, Failure, MessageView, newMessages, sideOf } from './message';
import { platformName } from './row';

const NEAR = 100;

const ActionButton = ({
  command,
  icon,
  children,
  primary = false,
}: {
  command: CommandId;
  icon: IconName;
  children: string;
  primary?: boolean;
}) => (
  <button type="button" class={`button${primary ? ' primary' : ''}`} onClick={() => run(command)} {...keyHint(command)}>
    <Icon name={icon} />
    <span class="button-words">{children}</span>
  </button>
);

const menu: { command: CommandId; icon: IconName }[] = [
  { command: 'ticket.assign', icon: 'person-add' },
  { command: 'ticket.take', icon: 'person' },
  { command: 'ticket.unassign', icon: 'person-none' },
  { command: 'ticket.snooze', icon: 'moon' },
  { command: 'ticket.pending', icon: 'pause' },
  { command: 'ticket.reopen', icon: 'undo' },
  { command: 'ticket.tags', icon: 'tag' },
  { command: 'ticket.priority', icon: 'flag' },
  { command: 'ticket.unread', icon: 'eye' },
  { command: 'ticket.copy_link', icon: 'link' },
  { command: 'ticket.close', icon: 'lock' },
];

/** Everything that can be done to the ticket, for those who do not know the keys, and for narrow screens. */
function More() {
  const open = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  return (
    <div class="more">
      <button
        type="button"
        class="icon-button"
        popoverTarget="more-menu"
        aria-haspopup="menu"
        aria-expanded={open.value}
        aria-label={text('thread.more')}
        title={text('thread.more')}
      >
        <Icon name="more" />
      </button>
      <div
        ref={box}
        id="more-menu"
        popover="auto"
        class="menu"
        role="menu"
        tabIndex={-1}
        aria-label={text('thread.more')}
        onToggle={(event) => {
          open.value = (event as ToggleEvent).newState === 'open';
          if (open.value) box.current?.querySelector('button')?.focus();
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          event.stopPropagation();
          const buttons = [...box.current!.querySelectorAll('button')];
          const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
          buttons[(at + step + buttons.length) % buttons.length]?.focus();
        }}
      >
        {open.value &&
          menu
            .filter(({ command }) => commands[command].when?.() ?? true)
            .map(({ command, icon }) => (
              <button
                key={command}
                type="button"
                class="menu-item"
                role="menuitem"
                data-command={command}
                onClick={() => {
                  box.current?.hidePopover();
                  run(command);
                }}
              >
                <Icon name={icon} />
                <span>{text(commands[command].label)}</span>
                <Keys command={command} />
              </button>
            ))}
      </div>
    </div>
  );
}

function Presence({ id }: { id: string }) {
  const there = colleaguesOn(id);
  if (there.length === 0) return null;
  const first = there[0]!;
  const key = {
    typing: 'presence.typing',
    viewing: 'presence.viewing',
    away: 'presence.away',
    left: 'presence.away',
  } as const;
  const words = text(key[first.state], { name: first.name });
  return (
    <p class={`presence ${first.state}`} role="status">
      <Icon name={first.state === 'typing' ? 'edit' : 'eye'} />
      <span>
        {there.length > 1 ? text('presence.others', { first: words, count: number(there.length - 1) }) : words}
      </span>
    </p>
  );
}

function Head({ ticket }: { ticket: Ticket }) {
  const over = ticket.status === 'solved' || ticket.status === 'closed';
  const mine = ticket.assignee?.id === me.value?.id;
  const name = customerName(ticket);
  return (
    <header class="thread-head">
      <button
        type="button"
        class="icon-button to-list"
        onClick={() => ports.list.focus()}
        aria-label={text('thread.to_list')}
      >
        <Icon name="back" />
      </button>
      <div class="thread-who">
        <h2>
          <span class="thread-name">{name}</span>
          <span class="thread-number">{text('ticket.number', { number: ticket.number })}</span>
        </h2>
        <p class="thread-where">
          <Icon name={channelIcon(ticket.plugin)} />
          <span class="hidden platform" translate={false}>
            {platformName(ticket)}
          </span>
          <span class="thread-channel" title={`${platformName(ticket)} · ${ticket.account.name}`}>
            {ticket.account.name}
          </span>
          <span class={`chip status-${ticket.status}`}>{text(statusKey[ticket.status])}</span>
          {!over && <WindowChip window={ticket.window} />}
        </p>
      </div>
      <Presence id={ticket.id} />
      <div class="thread-actions">
        {!over && (
          <button
            type="button"
            class={`button assign${ticket.assignee ? '' : ' nobody'}`}
            onClick={() => run('ticket.assign')}
            {...keyHint('ticket.assign')}
          >
            {ticket.assignee ? (
              <Avatar id={ticket.assignee.id} name={ticket.assignee.name} small />
            ) : (
              <Icon name="person-add" />
            )}
            <span class="button-words">
              {ticket.assignee ? (mine ? text('thread.mine') : ticket.assignee.name) : text('thread.assign')}
            </span>
          </button>
        )}
        {!over && !mine && (
          <ActionButton command="ticket.take" icon="person">
            {text('thread.take')}
          </ActionButton>
        )}
        {!over && (
          <button
            type="button"
            class="icon-button wide-only"
            onClick={() => run('ticket.snooze')}
            aria-label={text('command.snooze')}
            {...keyHint('ticket.snooze')}
          >
            <Icon name="moon" />
          </button>
        )}
        {!over && (
          <ActionButton command="ticket.solve" icon="check" primary>
            {text('thread.solve')}
          </ActionButton>
        )}
        {ticket.status === 'solved' && (
          <ActionButton command="ticket.reopen" icon="undo">
            {text('thread.reopen')}
          </ActionButton>
        )}
        <More />
        <button
          type="button"
          class="icon-button context-button"
          onClick={() => run('context.toggle')}
          aria-expanded={contextOpen.value}
          aria-label={text('command.context')}
          {...keyHint('context.toggle')}
        >
          <Icon name="info" />
        </button>
      </div>
    </header>
  );
}

async function retry(message: Message) {
  try {
    putMessages([await take(api.POST('/messages/{id}/retry', { params: { path: { id: message.id } } }))]);
  } catch (reason) {
    const refusal = reason instanceof Refusal ? reason : new Refusal(null, 0);
    toast({ words: () => changeWords(refusal), tone: 'bad', reference: refusal.problem?.reference });
  }
}

async function drop(message: Message) {
  try {
    await take(api.DELETE('/messages/{id}', { params: { path: { id: message.id } } }));
    putMessages([{ ...message, version: message.version + 1, discarded: true }]);
  } catch (reason) {
    const refusal = reason instanceof Refusal ? reason : new Refusal(null, 0);
    toast({ words: () => changeWords(refusal), tone: 'bad', reference: refusal.problem?.reference });
  }
}

/** What this agent wrote, before the gateway confirmed it. */
function Pending({ item }: { item: Outgoing }) {
  const side = item.kind === 'note' ? 'note' : 'out';
  const user = me.value;
  const author = { kind: 'agent' as const, id: user?.id ?? null, name: user?.name ?? null };
  const label = authorLabel({ kind: item.kind === 'note' ? 'note' : 'message', direction: 'out', author }, '');
  const stale = item.problem?.type === '/problems/stale';
  const sent = item.problem?.type === '/problems/idempotency-key-reused';
  return (
    <div class={`message ${side} head pending${item.state === 'refused' ? ' failed' : ''}`}>
      <div class="message-column">
        <p class="message-head">
          {side === 'note' && <Icon name="note" />}
          <span class="message-author">{label}</span>
          <Time at={new Date(item.written).toISOString()} exact />
        </p>
        <div class="bubble">
          <p class="words" dir="auto">
            {item.text}
          </p>
        </div>
        {(item.state === 'waiting' || item.state === 'posting') && (
          <p class="message-foot">
            <DeliveryMark state="queued" />
            {line.value !== 'live' && <span class="delivery-word">{text('delivery.waiting_line')}</span>}
          </p>
        )}
        {item.state === 'held' && (
          <Failure
            reason={text('delivery.held')}
            copy={item.text}
            onRetry={() => resend(item.key)}
            retryWords={text('delivery.send_now')}
            onDiscard={() => discard(item.key)}
          />
        )}
        {item.state === 'refused' && (
          <Failure
            reason={item.problem ? reasonWords(item.problem) : text('error.no_answer')}
            detail={item.problem?.reference ?? null}
            copy={item.text}
            onRetry={sent ? null : () => resend(item.key)}
            {...(stale ? { retryWords: text('delivery.send_anyway') } : {})}
            onDiscard={() => discard(item.key)}
          />
        )}
      </div>
    </div>
  );
}

function Log({ ticket, thread }: { ticket: Ticket; thread: Thread }) {
  const log = useRef<HTMLDivElement>(null);
  const items = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  const behind = useSignal(0);
  const pending = outbox.value.filter((item) => item.ticket === ticket.id);
  const { messages } = thread;
  const customer = customerName(ticket);
  const last = messages[messages.length - 1];
  const first = messages[0];

  const toEnd = () => {
    const element = log.current;
    if (element) element.scrollTop = element.scrollHeight;
    atEnd.current = true;
    behind.value = 0;
  };

  // The thread is read once its end was in view, in a visible and focused window, for a second.
  const readTimer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const seen = () => {
    clearTimeout(readTimer.current);
    const looked = () => atEnd.current && !document.hidden && document.hasFocus();
    if (looked()) readTimer.current = setTimeout(() => looked() && markRead(ticket.id), 1000);
  };
  useEffect(() => {
    addEventListener('focus', seen);
    document.addEventListener('visibilitychange', seen);
    return () => {
      clearTimeout(readTimer.current);
      removeEventListener('focus', seen);
      document.removeEventListener('visibilitychange', seen);
    };
  }, []);
  useEffect(seen, [last?.id, ticket.unread > 0]);

  // Whoever is at the end stays there; whoever reads above is not moved, but told (C-AX-4).
  const known = useRef({ last: last?.id, pending: pending.length });
  useLayoutEffect(() => {
    const before = known.current;
    known.current = { last: last?.id, pending: pending.length };
    if (atEnd.current || pending.length > before.pending) toEnd();
    else if (before.last !== undefined && last?.id !== before.last) {
      const from = messages.findIndex((message) => message.id === before.last);
      // The last one itself may be gone; what is before it was there.
      const come = from < 0 ? [] : messages.slice(from + 1);
      behind.value += come.filter((message) => message.kind !== 'system').length;
    }
  }, [last?.id, pending.length]);

  // Older messages come in above, and grow as they are laid out: the message at the top of what is seen stays there.
  const anchor = useRef<{ place: Element; top: number } | null>(null);
  const topOf = (place: Element) => place.getBoundingClientRect().top + log.current!.scrollTop;
  const mark = () => {
    const { left, top } = log.current!.getBoundingClientRect();
    const item = document.elementFromPoint(left + 32, top + 8)?.closest('.item') ?? items.current!;
    const place = item.querySelector('[data-message]');
    anchor.current = place && { place, top: topOf(place) };
  };
  const hold = () => {
    const held = anchor.current;
    if (atEnd.current || !held?.place.isConnected) return;
    const moved = topOf(held.place) - held.top;
    held.top += moved;
    log.current!.scrollTop += moved;
  };
  useLayoutEffect(hold, [first?.id]);

  useLayoutEffect(() => {
    if (wanted.focus !== 'thread') return;
    wanted.focus = null;
    log.current?.focus({ preventScroll: true });
  }, []);

  useLayoutEffect(() => {
    toEnd();
    const grow = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
      else if (log.current!.ariaBusy === 'true') hold();
    });
    grow.observe(items.current!);
    grow.observe(log.current!);
    return () => grow.disconnect();
  }, []);

  const older = () => void loadOlder(ticket.id).catch(() => {});

  useEffect(() => {
    const all = () => [...items.current!.querySelectorAll<HTMLElement>('[data-message]')];
    const current = () => all().indexOf(document.activeElement?.closest<HTMLElement>('[data-message]') as HTMLElement);
    ports.thread.focus = () => log.current?.focus({ preventScroll: true });
    ports.thread.move = (step) => {
      const elements = all();
      const at = current();
      const next = elements[at < 0 ? elements.length - 1 : Math.max(0, Math.min(elements.length - 1, at + step))];
      next?.focus();
      next?.scrollIntoView({ block: 'nearest' });
    };
    ports.thread.open = () =>
      document.activeElement?.closest('[data-message]')?.querySelector<HTMLElement>('[data-open]')?.click();
    ports.thread.end = () => {
      toEnd();
      log.current?.focus({ preventScroll: true });
    };
    ports.thread.beforeCurrent = () => {
      const elements = all();
      const at = current();
      return at > 0 ? (elements[at - 1]!.dataset.message ?? null) : null;
    };
  }, []);

  let day = Number.NaN;
  const byId = new Map(messages.map((message) => [message.id, message]));
  return (
    <div class="log-place">
      <div
        ref={log}
        class="log"
        role="log"
        aria-label={text('thread.log', { name: customer })}
        aria-busy={thread.loadingOlder}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        data-scope="thread"
        data-region-focus
        onScroll={() => {
          const element = log.current;
          if (!element) return; // the last word of a list that is gone
          const near = element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR;
          if (near && !atEnd.current) behind.value = 0;
          atEnd.current = near;
          mark();
          seen();
          if (element.scrollTop < 200 && thread.older !== null && !thread.loadingOlder) older();
        }}
      >
        {thread.older !== null && (
          <button type="button" class="link-button older" onClick={older} aria-disabled={thread.loadingOlder}>
            {text(thread.loadingOlder ? 'state.loading' : 'thread.older')}
          </button>
        )}
        <ol ref={items}>
          {messages.map((message, at) => {
            const ms = Date.parse(message.sent_at);
            const its = dayNumber(ms);
            const newDay = its !== day;
            day = its;
            const before = messages[at - 1];
            return (
              <li key={message.id} class={`item ${message.kind === 'system' ? 'system-item' : sideOf(message)}`}>
                {newDay && (
                  <p class="day">
                    <time dateTime={isoDay(ms)} title={fullDate(ms)}>
                      {dayName(ms, eachHalfMinute.value)}
                    </time>
                  </p>
                )}
                <div class="message-place" data-message={message.id} tabIndex={-1}>
                  <MessageView
                    message={message}
                    customer={customer}
                    customerId={ticket.customer.id}
                    head={newDay || !joins(before, message)}
                    quoted={message.reply_to === null ? null : (byId.get(message.reply_to) ?? null)}
                    lang={spokenBy(ticket)}
                    canRetry={message.delivery?.error?.type !== '/problems/message-gone'}
                    onRetry={() => void retry(message)}
                    onDiscard={() => void drop(message)}
                  />
                </div>
              </li>
            );
          })}
          {pending.map((item) => (
            <li key={item.key} class={`item ${item.kind === 'note' ? 'note' : 'out'}`}>
              <Pending item={item} />
            </li>
          ))}
        </ol>
        {customerTypes(ticket.id) && <p class="typing">{text('thread.typing', { name: customer })}</p>}
      </div>
      {behind.value > 0 && (
        <button type="button" class="pill below" onClick={toEnd}>
          <Icon name="down" />
          {newMessages(behind.value)}
        </button>
      )}
      {line.value !== 'live' && line.value !== 'connecting' && (
        <p class="as-of">
          <TimeIn words={text('thread.as_of', { time: clock(lastHeard.value) })} ms={lastHeard.value} write={clock} />
        </p>
      )}
    </div>
  );
}

export function ThreadPane({ id }: { id: string }) {
  const ticket = ticketOf(id).value;
  const thread = threadOf(id).value;
  const missing = useSignal<Refusal | null>(null);
  const fetchTicket = () => {
    missing.value = null;
    if (ticketOf(id).peek() === null)
      readTicket(id).catch((reason) => {
        missing.value = reason instanceof Refusal ? reason : new Refusal(null, 0);
      });
  };
  useEffect(() => {
    fetchTicket();
    lookedAt(id);
  }, []);
  const failure = thread.state === 'failed' ? thread.failure : ticket ? null : missing.value;
  const label = ticket ? text('thread.label', { name: customerName(ticket) }) : text('thread.label_none');
  return (
    <section class="thread-pane" data-region="thread" aria-label={label}>
      {ticket && <Head ticket={ticket} />}
      {failure ? (
        <Failed
          what={text('thread.failed')}
          refusal={failure}
          retry={() => {
            fetchTicket();
            void loadThread(id);
          }}
        />
      ) : thread.state === 'loading' || !ticket ? (
        <div class="log">
          <Skeleton lines={6} />
        </div>
      ) : (
        <Log ticket={ticket} thread={thread} key={id} />
      )}
      {ticket && thread.state === 'ready' && <Composer ticket={ticket} />}
    </section>
  );
}
