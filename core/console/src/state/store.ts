/**
 * Everything the console knows, in one place. Only the modules of state/ and live/ write here; views read signals.
 * Tickets have a signal each, so that a live message redraws one row.
 */
import { computed, type Signal, signal } from '@preact/signals';
import type { Channel, Contact, Refusal, Session, Settings, Ticket, User } from '../api/client';

export const defaults: Settings = {
  language: 'fr',
  theme: 'system',
  density: 'comfortable',
  enter_sends: false,
  single_key_shortcuts: true,
  zone: null,
  after_solve: 'stay',
};

/** `starting` until the gateway said who we are. */
export const phase = signal<'starting' | 'unreachable' | 'signed-out' | 'ready'>('starting');
export const session = signal<Session | null>(null);
/** The session ended under us: a dialog signs in again over what is on screen. */
export const sessionEnded = signal(false);
export const settings = signal<Settings>(defaults);
export const me = computed(() => session.value?.user ?? null);
export const role = computed(() => session.value?.user.role ?? null);
export const seesTickets = computed(() => role.value === 'agent' || role.value === 'admin');

export const channels = signal<Channel[]>([]);
export const channelsLoaded = signal(false);
export const users = signal<User[]>([]);
/** The customer of the open ticket, once the panel beside it has read it. */
export const contact = signal<Contact | null>(null);
/** The language of a ticket's customer, when known, for screen readers and spelling (C-I18-7). */
export const spokenBy = (ticket: Ticket): string | undefined =>
  (contact.value?.id === ticket.customer.id && contact.value.language) || undefined;
export const counters = signal({ all: 0, mine: 0, none: 0 });

const tickets = new Map<string, Signal<Ticket | null>>();

/** A ticket's signal; null inside until it is known. */
export function ticketOf(id: string): Signal<Ticket | null> {
  let found = tickets.get(id);
  if (!found) {
    found = signal<Ticket | null>(null);
    tickets.set(id, found);
  }
  return found;
}

export const knownTicket = (id: string): Ticket | null => tickets.get(id)?.peek() ?? null;

export const knownTickets = (): Ticket[] =>
  [...tickets.values()].map((place) => place.peek()).filter((ticket) => ticket !== null);

/** Forgets the tickets that nothing shows any more. */
export function keepTickets(wanted: (id: string) => boolean) {
  for (const id of tickets.keys()) if (!wanted(id)) tickets.delete(id);
}

/** Takes a ticket from an answer. False when what is known is as new. */
export function putTicket(ticket: Ticket): boolean {
  const place = ticketOf(ticket.id);
  const known = place.peek();
  if (known && known.version > ticket.version) return false;
  place.value = ticket;
  return true;
}

export interface Toast {
  id: number;
  words: () => string;
  tone: 'plain' | 'bad';
  action?: { words: () => string; run: () => void };
  reference?: string | undefined;
}
export const toasts = signal<Toast[]>([]);
let toastId = 0;

export function toast(entry: Omit<Toast, 'id'>, ms = 6000): () => void {
  toastId += 1;
  const id = toastId;
  // Three at most, but what went wrong stays until somebody closed it.
  const kept = toasts.value.filter((other, at, all) => other.tone === 'bad' || at >= all.length - 2);
  toasts.value = [...kept, { ...entry, id }];
  const close = () => {
    toasts.value = toasts.value.filter((other) => other.id !== id);
  };
  if (entry.tone === 'plain') setTimeout(close, ms);
  return close;
}
export const closeToast = (id: number) => {
  toasts.value = toasts.value.filter((other) => other.id !== id);
};

/** Said to screen readers only, politely. */
export const announcement = signal('');
export const announce = (words: string) => {
  // The same words twice are two events: a changed text node is what is read.
  announcement.value = announcement.peek() === words ? `${words}\u00a0` : words;
};

/** What lies over the page. One at a time; null is nothing. */
export type Layer =
  | { kind: 'palette' }
  | { kind: 'pick'; what: 'assign' | 'snooze' | 'tags' | 'priority'; ticket: string }
  | { kind: 'snooze-at'; ticket: string }
  | { kind: 'cheatsheet' }
  | { kind: 'settings' }
  | { kind: 'search' }
  | { kind: 'confirm'; title: () => string; body: () => string; yes: () => string; run: () => void }
  | { kind: 'navigation' }
  | { kind: 'session' };
export const layer = signal<Layer | null>(null);

export const contextOpen = signal(false);
export const navCollapsed = signal(false);

export type { Refusal };
