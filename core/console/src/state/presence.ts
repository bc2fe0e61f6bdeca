/** Who else is on a ticket. A sign of life holds for 12 seconds; our own is told at most every 5 while nothing changes. */
import { computed, signal } from '@preact/signals';
import type { PresenceState } from '../api/client';
import { eachSecond, now } from './clock';

export const HOLDS = 12_000;
const REPEAT = 5_000;
const TYPING = 6_000;

interface Sign {
  name: string;
  state: PresenceState;
  until: number;
}

const signs = signal<ReadonlyMap<string, ReadonlyMap<string, Sign>>>(new Map());
const customers = signal<ReadonlyMap<string, number>>(new Map());

/** Colleagues on a ticket, those who write first. */
export function colleaguesOn(ticket: string): { id: string; name: string; state: PresenceState }[] {
  const there = signs.value.get(ticket);
  if (!there) return [];
  const at = eachSecond.value;
  const weight = { typing: 0, viewing: 1, away: 2, left: 3 };
  return [...there]
    .filter(([, sign]) => sign.until > at && sign.state !== 'left')
    .map(([id, sign]) => ({ id, name: sign.name, state: sign.state }))
    .sort((a, b) => weight[a.state] - weight[b.state]);
}
export const customerTypes = (ticket: string) => (customers.value.get(ticket) ?? 0) > eachSecond.value;
export const anyPresence = computed(() => signs.value.size);

export function sawColleague(ticket: string, user: { id: string; name: string }, state: PresenceState) {
  const at = now();
  const there = new Map([...(signs.peek().get(ticket) ?? [])].filter(([, sign]) => sign.until > at));
  if (state === 'left') there.delete(user.id);
  else there.set(user.id, { name: user.name, state, until: at + HOLDS });
  const next = new Map(signs.peek());
  if (there.size > 0) next.set(ticket, there);
  else next.delete(ticket);
  signs.value = next;
}

export function sawCustomerTyping(ticket: string, types: boolean) {
  if (!types && !customers.peek().has(ticket)) return;
  const next = new Map(customers.peek());
  if (types) next.set(ticket, now() + HOLDS);
  else next.delete(ticket);
  customers.value = next;
}

export const presencePort: { tell: (ticket: string, state: PresenceState) => void } = { tell: () => {} };

let ticketNow: string | null = null;
let typedAt = 0;
let told: { ticket: string; state: PresenceState; at: number } | null = null;

function myState(): PresenceState {
  if (Date.now() - typedAt < TYPING) return 'typing';
  return document.hidden || !document.hasFocus() ? 'away' : 'viewing';
}

function tell() {
  if (ticketNow === null) return;
  const state = myState();
  if (told && told.ticket === ticketNow && told.state === state && Date.now() - told.at < REPEAT) return;
  told = { ticket: ticketNow, state, at: Date.now() };
  presencePort.tell(ticketNow, state);
}

export function nowOn(ticket: string | null) {
  if (ticket === ticketNow) return;
  if (ticketNow !== null) presencePort.tell(ticketNow, 'left');
  ticketNow = ticket;
  typedAt = 0;
  told = null;
  tell();
}
export function typed() {
  typedAt = Date.now();
  tell();
}
/** After sending: no longer typing. */
export function rested() {
  typedAt = 0;
  tell();
}
/** A new socket knows nothing of us. */
export function tellAgain() {
  told = null;
  tell();
}

export function startPresence() {
  setInterval(tell, REPEAT);
  for (const event of ['visibilitychange', 'focus', 'blur'] as const)
    (event === 'visibilitychange' ? document : window).addEventListener(event, tell);
}
