/** What an agent does to a ticket: shown at once, undone for six seconds, put right when the gateway disagrees. */
import { batch, signal } from '@preact/signals';
import { api, Refusal, type Ticket, type TicketPatch, type TicketStatus, take } from '../api/client';
import { type Key, text } from '../i18n';
import { changeWords } from '../i18n/problems';
import { narrow, ports, wanted } from '../keys/ports';
import { activeId, neighbour, order, refreshCounters, ticketsChanged } from './list';
import { go, route } from './route';
import {
  announce,
  closeToast,
  knownTicket,
  layer,
  me,
  putTicket,
  settings,
  ticketOf,
  toast,
  toasts,
  users,
} from './store';
import { lastMessageId } from './threads';

/** What `Ctrl+Z` takes back, while it can. */
export const undoable = signal<{ run: () => void; toast: number } | null>(null);

function show(ticket: Ticket, before: Ticket | null, own = true) {
  batch(() => {
    ticketOf(ticket.id).value = ticket;
    ticketsChanged([{ before, after: ticket, created: false, own }]);
  });
}

/** The ticket as it will be when the gateway agrees. */
function foresee(ticket: Ticket, patch: TicketPatch): Ticket {
  const next: Ticket = { ...ticket };
  if (patch.status) {
    next.status = patch.status;
    next.snoozed_until = null;
    if (patch.status === 'solved') next.unanswered = false;
  }
  if (patch.snoozed_until) {
    next.status = 'snoozed';
    next.snoozed_until = patch.snoozed_until;
  }
  if (patch.priority) next.priority = patch.priority;
  if (patch.tags) next.tags = patch.tags;
  if (patch.assignee !== undefined) next.assignee = person(patch.assignee);
  return next;
}

function person(id: string | null): Ticket['assignee'] {
  if (id === null) return null;
  const mine = me.peek();
  if (mine && (id === 'me' || id === mine.id)) return { id: mine.id, name: mine.name };
  return users.peek().find((user) => user.id === id) ?? { id, name: '' };
}

/** The patch that brings the changed fields back to what they were. */
export function inverse(ticket: Ticket, patch: TicketPatch): TicketPatch {
  const back: TicketPatch = {};
  if (patch.status || patch.snoozed_until) {
    if (ticket.status === 'snoozed' && ticket.snoozed_until) back.snoozed_until = ticket.snoozed_until;
    else back.status = ticket.status;
  }
  if (patch.priority) back.priority = ticket.priority;
  if (patch.tags) back.tags = ticket.tags;
  if (patch.assignee !== undefined) back.assignee = ticket.assignee?.id ?? null;
  return back;
}

/**
 * Did somebody else change the fields of this patch? Messages that came meanwhile are no conflict, unless the customer's
 * would be solved unread. Pure.
 */
export function conflicts(before: Ticket, theirs: Ticket, patch: TicketPatch): boolean {
  const status = patch.status !== undefined || patch.snoozed_until !== undefined;
  return (
    (patch.status === 'solved' && before.messages_in !== theirs.messages_in) ||
    (status && (before.status !== theirs.status || before.snoozed_until !== theirs.snoozed_until)) ||
    (patch.assignee !== undefined && before.assignee?.id !== theirs.assignee?.id) ||
    (patch.priority !== undefined && before.priority !== theirs.priority) ||
    (patch.tags !== undefined && before.tags.join('\n') !== theirs.tags.join('\n'))
  );
}

/** Sends a patch that is based on `before`; again on what is there now, as long as its fields are untouched. */
async function patchTicket(before: Ticket, patch: TicketPatch): Promise<Ticket> {
  const { id } = before;
  let { version } = before;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const header = { 'If-Match': `"${version}"` };
      return await take(api.PATCH('/tickets/{id}', { params: { path: { id }, header }, body: patch }));
    } catch (reason) {
      const theirs = reason instanceof Refusal && reason.status === 412 ? reason.problem?.ticket : undefined;
      if (!theirs || attempt >= 4 || conflicts(before, theirs, patch)) throw reason;
      version = theirs.version;
    }
  }
}

/** The last change of a ticket that is on its way: the next one starts from what it makes. */
const underWay = new Map<string, Promise<Ticket | null>>();

/** Applies a change; `done` words what happened, for the undo bar. */
async function apply(id: string, patch: TicketPatch, done: () => string, reversible: boolean): Promise<void> {
  const before = knownTicket(id);
  if (!before) return;
  const foreseen = foresee(before, patch);
  show(foreseen, before);
  if (reversible) offerUndo(done, () => void apply(id, inverse(before, patch), () => text('toast.undone'), false));
  else announce(done());
  const earlier = underWay.get(id) ?? Promise.resolve(null);
  const request = earlier.then((made) => patchTicket(made ?? before, patch));
  const settled = request.catch(() => null);
  underWay.set(id, settled);
  try {
    const after = await request;
    const known = knownTicket(id);
    // What was done after this is on screen already.
    if (underWay.get(id) === settled && putTicket(after))
      ticketsChanged([{ before: known, after, created: false, own: true }]);
    refreshCounters();
  } catch (reason) {
    const refusal = reason instanceof Refusal ? reason : new Refusal(null, 0);
    const present = refusal.problem?.ticket ?? before;
    // What the feed brought meanwhile is newer than either.
    const known = knownTicket(id);
    if (known === foreseen || (known && present.version > known.version)) show(present, foreseen);
    if (refusal.problem?.type === '/problems/changed' && refusal.problem.ticket)
      conflict(refusal.problem.ticket, patch, done);
    else
      toast({
        words: () => changeWords(refusal, 'toast.not_saved'),
        tone: 'bad',
        reference: refusal.problem?.reference,
      });
  } finally {
    if (underWay.get(id) === settled) underWay.delete(id);
  }
}

/** Someone was faster: both values are shown, and the agent chooses. */
function conflict(theirs: Ticket, patch: TicketPatch, done: () => string) {
  toast({
    words: () =>
      text('toast.conflict', { theirs: summary(theirs, patch), mine: summary(foresee(theirs, patch), patch) }),
    tone: 'bad',
    action: { words: () => text('toast.apply_mine'), run: () => void apply(theirs.id, patch, done, true) },
  });
}

function summary(ticket: Ticket, patch: TicketPatch): string {
  if (patch.assignee !== undefined) return ticket.assignee?.name ?? text('ticket.unassigned');
  if (patch.tags) return ticket.tags.join(', ') || text('ticket.no_tags');
  if (patch.priority) return text(priorityKey[ticket.priority]);
  return text(statusKey[ticket.status]);
}

export const statusKey: Record<TicketStatus, Key> = {
  open: 'status.open',
  pending: 'status.pending',
  snoozed: 'status.snoozed',
  solved: 'status.solved',
  closed: 'status.closed',
};
export const priorityKey: Record<Ticket['priority'], Key> = {
  low: 'priority.low',
  normal: 'priority.normal',
  high: 'priority.high',
  urgent: 'priority.urgent',
};

function offerUndo(words: () => string, run: () => void) {
  let id = 0;
  const undo = () => {
    undoable.value = null;
    closeToast(id);
    run();
  };
  toast({ words, tone: 'plain', action: { words: () => text('toast.undo'), run: undo } });
  id = toasts.peek()[toasts.peek().length - 1]!.id;
  undoable.value = { run: undo, toast: id };
  setTimeout(() => {
    if (undoable.peek()?.toast === id) undoable.value = null;
  }, 6000);
}

export const label = (ticket: Ticket) => ticket.customer.name ?? text('ticket.number', { number: ticket.number });

export function assign(id: string, user: string | null) {
  const ticket = knownTicket(id);
  if (!ticket) return;
  const name = person(user)?.name ?? '';
  void apply(
    id,
    { assignee: user },
    () =>
      user === null
        ? text('toast.unassigned', { ticket: label(ticket) })
        : text(user === me.peek()?.id ? 'toast.taken' : 'toast.assigned', { ticket: label(ticket), name }),
    true,
  );
}
export const takeTicket = (id: string) => assign(id, me.peek()?.id ?? null);

/** Solving goes on to the next ticket if asked, and puts the focus on a row or what is there instead (C-TK-2). */
export function solve(id: string, thenNext = settings.peek().after_solve === 'next', sure = false) {
  const ticket = knownTicket(id);
  if (!ticket) return;
  if (ticket.unanswered && !sure) {
    layer.value = {
      kind: 'confirm',
      title: () => text('solve.ask_title'),
      body: () => text('solve.ask', { name: label(ticket) }),
      yes: () => text('action.solve'),
      run: () => solve(id, thenNext, true),
    };
    return;
  }
  const next = neighbour(id, 1) ?? neighbour(id, -1);
  const wasAt = order.peek().indexOf(id);
  setStatus(id, 'solved');
  if (thenNext && next !== null) openTicket(next);
  else
    activeId.value = order.peek().includes(id) ? id : (order.peek()[Math.min(wasAt, order.peek().length - 1)] ?? null);
  if (narrow() && route.peek().ticket !== null) ports.thread.focus();
  else ports.list.focus();
}

export function setStatus(id: string, status: TicketStatus) {
  const ticket = knownTicket(id);
  if (!ticket) return;
  const words = () => text('toast.status', { ticket: label(ticket), status: text(statusKey[status]) });
  void apply(id, { status }, words, status !== 'closed');
}

export const closeForGood = (id: string) => {
  layer.value = {
    kind: 'confirm',
    title: () => text('close.ask_title'),
    body: () => text('close.ask'),
    yes: () => text('action.close'),
    run: () => setStatus(id, 'closed'),
  };
};

export function snooze(id: string, until: number, words: () => string) {
  const ticket = knownTicket(id);
  if (!ticket) return;
  void apply(
    id,
    { snoozed_until: new Date(until).toISOString() },
    () => text('toast.snoozed', { ticket: label(ticket), until: words() }),
    true,
  );
}

export function setPriority(id: string, priority: Ticket['priority']) {
  const ticket = knownTicket(id);
  if (!ticket) return;
  void apply(
    id,
    { priority },
    () => text('toast.priority', { ticket: label(ticket), priority: text(priorityKey[priority]) }),
    true,
  );
}

export function setTags(id: string, tags: string[]) {
  const ticket = knownTicket(id);
  if (!ticket) return;
  void apply(
    id,
    { tags },
    () => text('toast.tags', { ticket: label(ticket), tags: tags.join(', ') || text('ticket.no_tags') }),
    true,
  );
}

export function openTicket(id: string | null) {
  if (id !== null) activeId.value = id;
  if (id === route.peek().ticket) return;
  // The row that has the focus goes with its list.
  if (id !== null && narrow()) wanted.focus ??= 'thread';
  go({ view: 'inbox', ticket: id });
}

async function moveCursor(id: string, message: string | null): Promise<void> {
  try {
    const { unread } = await take(
      api.POST('/tickets/{id}/read', { params: { path: { id } }, body: { message_id: message } }),
    );
    const ticket = knownTicket(id);
    if (ticket) ticketOf(id).value = { ...ticket, unread };
  } catch {
    // The next look at the thread tells it again.
  }
}

/** The thread was seen up to its end. */
export function markRead(id: string) {
  const ticket = knownTicket(id);
  const last = lastMessageId(id);
  if (!ticket || ticket.unread === 0 || last === null) return;
  ticketOf(id).value = { ...ticket, unread: 0 };
  void moveCursor(id, last);
}

/** Unread from a message on, or all of it. `before` is the last message that stays read. */
export function markUnread(id: string, before: string | null) {
  announce(text('toast.unread'));
  void moveCursor(id, before);
}
