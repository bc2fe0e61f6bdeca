/**
 * What the feed says, applied once per animation frame (C-PF-3). Frames are idempotent: an object whose version is not
 * higher than the known one changes nothing (C-LV-2).
 */
import { batch, signal } from '@preact/signals';
import type { LiveFrame, LiveTicket, Message, Ticket } from '../api/client';
import { setServerTime } from '../state/clock';
import { inList, pageAwaited, refreshCounters, type TicketChange, ticketsChanged, wouldBelong } from '../state/list';
import { sawColleague, sawCustomerTyping } from '../state/presence';
import { channels, knownTicket, me, session, ticketOf } from '../state/store';
import { hasThread, putMessages } from '../state/threads';

let lastSeq: number | null = null;
export const since = () => lastSeq;
export const startFrom = (seq: number | null) => {
  lastSeq = seq;
};

/** The gateway's console build, once it said one. */
export const serverBuild = signal<string | null>(null);

export interface FrameEvents {
  resync: () => void;
  /** A ticket of which nothing is known changed and belongs to the list: its unread count must be fetched. */
  unknown: (id: string) => void;
}
let events: FrameEvents = { resync: () => {}, unknown: () => {} };
export const onFrames = (handlers: FrameEvents) => {
  events = handlers;
};

/** A ticket as everyone sees it, made ours: what was read stays read. Pure. */
export function personal(live: LiveTicket, known: Ticket | null, created: boolean): Ticket {
  const read = known ? known.messages_in - known.unread : created ? 0 : live.messages_in - Number(live.unanswered);
  return { ...live, unread: Math.max(0, live.messages_in - read) };
}

const channelSeq = new Map<string, number>();
let queue: LiveFrame[] = [];
let scheduled = false;

export function receive(frame: LiveFrame) {
  queue.push(frame);
  if (scheduled) return;
  scheduled = true;
  // A hidden tab has no animation frames.
  if (document.hidden) setTimeout(flush, 100);
  else requestAnimationFrame(flush);
}

function flush() {
  scheduled = false;
  const frames = queue;
  queue = [];
  applyFrames(frames);
}

/** Everything that piled up, in one redraw. */
export function applyFrames(frames: readonly LiveFrame[]) {
  const changes = new Map<string, TicketChange>();
  const messages: Message[] = [];
  const unknown: string[] = [];
  let resync = false;
  batch(() => {
    for (const frame of frames) {
      switch (frame.type) {
        case 'hello':
          setServerTime(frame.data.server_time);
          serverBuild.value = frame.data.console_build;
          if (session.peek() && frame.data.session_expires_at)
            session.value = { ...session.peek()!, expires_at: frame.data.session_expires_at };
          // The first hello of a line without `since` is where we begin.
          lastSeq ??= frame.seq;
          break;
        case 'resync':
          resync = true;
          channelSeq.clear();
          lastSeq = frame.seq;
          break;
        case 'presence':
          if (frame.data.user.id !== me.peek()?.id) sawColleague(frame.data.ticket, frame.data.user, frame.data.state);
          break;
        case 'typing':
          sawCustomerTyping(frame.data.ticket, true);
          break;
        case 'channel.updated': {
          const told = frame.data;
          // To who is limited it says no more than that: their part must be fetched.
          if (!('state' in told)) {
            resync = true;
            break;
          }
          if (frame.seq <= (channelSeq.get(told.id) ?? -1)) break;
          channelSeq.set(told.id, frame.seq);
          channels.value = channels.peek().some((channel) => channel.id === told.id)
            ? channels.peek().map((channel) => (channel.id === told.id ? told : channel))
            : [...channels.peek(), told];
          break;
        }
        case 'message.created':
        case 'message.updated':
          messages.push(frame.data);
          if (frame.data.direction === 'in') sawCustomerTyping(frame.data.ticket_id, false);
          break;
        case 'ticket.created':
        case 'ticket.updated': {
          // It went to a team that is not ours.
          if ('gone' in frame.data) {
            resync = true;
            break;
          }
          const created = frame.type === 'ticket.created';
          const change = takeTicket(frame.data, created);
          if (!change) break;
          if (change.before === null && !created && wouldBelong(change.after)) unknown.push(change.after.id);
          changes.set(change.after.id, { ...change, before: changes.get(change.after.id)?.before ?? change.before });
          break;
        }
      }
      if (frame.type.includes('.') && frame.seq > (lastSeq ?? -1)) lastSeq = frame.seq;
    }
    if (changes.size > 0) {
      ticketsChanged([...changes.values()]);
      refreshCounters();
    }
    putMessages(messages);
  });
  for (const id of unknown) events.unknown(id);
  if (resync) events.resync();
}

function takeTicket(live: LiveTicket, created: boolean): TicketChange | null {
  const before = knownTicket(live.id);
  if (before && before.version >= live.version) return null;
  const after = personal(live, before, created);
  // What nothing shows is not kept, unless a page that is on its way may bring it as it was.
  const shown = created || wouldBelong(after) || inList(live.id) || hasThread(live.id) || pageAwaited();
  if (before === null && !shown) return null;
  ticketOf(live.id).value = after;
  return { before, after, created, own: false };
}
