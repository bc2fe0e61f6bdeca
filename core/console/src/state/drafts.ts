/**
 * Drafts: one for each ticket and mode. In memory and session storage at once, on the gateway a moment after the last
 * key, gone from the browser at sign-out. Nothing of it reaches local storage.
 */
import { signal } from '@preact/signals';
import { api, take } from '../api/client';

export type Mode = 'reply' | 'note';
export type Draft = Record<Mode, string>;

const PAUSE = 800;
const STORE = 'guichet.drafts';
const none: Draft = { reply: '', note: '' };

export const drafts = signal<Readonly<Record<string, Draft>>>({});
const loaded = new Set<string>();
const dirty = new Map<string, Set<Mode>>();
const turns = new Map<string, Promise<void>>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();

export const draftOf = (ticket: string): Draft => drafts.value[ticket] ?? none;

function put(ticket: string, change: Partial<Draft>) {
  drafts.value = { ...drafts.peek(), [ticket]: { ...(drafts.peek()[ticket] ?? none), ...change } };
  const kept = Object.entries(drafts.peek()).filter(([, draft]) => draft.reply !== '' || draft.note !== '');
  if (kept.length === 0) sessionStorage.removeItem(STORE);
  else sessionStorage.setItem(STORE, JSON.stringify(Object.fromEntries(kept)));
}

export function restoreDrafts() {
  try {
    drafts.value = JSON.parse(sessionStorage.getItem(STORE) ?? '{}');
  } catch {
    sessionStorage.removeItem(STORE);
  }
}

export function clearDrafts() {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  dirty.clear();
  loaded.clear();
  drafts.value = {};
  sessionStorage.removeItem(STORE);
}

/** Fetches what another device left; a text that is being written here wins. */
export async function loadDrafts(ticket: string): Promise<void> {
  if (loaded.has(ticket)) return;
  loaded.add(ticket);
  try {
    const kept = await take(api.GET('/tickets/{id}/drafts', { params: { path: { id: ticket } } }));
    const here = drafts.peek()[ticket] ?? none;
    put(ticket, { reply: here.reply || (kept.reply?.text ?? ''), note: here.note || (kept.note?.text ?? '') });
  } catch {
    loaded.delete(ticket);
  }
}

export function writeDraft(ticket: string, mode: Mode, text: string) {
  put(ticket, { [mode]: text });
  dirty.set(ticket, (dirty.get(ticket) ?? new Set()).add(mode));
  clearTimeout(timers.get(ticket));
  timers.set(
    ticket,
    setTimeout(() => void saveDraft(ticket), PAUSE),
  );
}

/** What was sent is no draft any more, from now on and not from the next pause on. */
export function draftSent(ticket: string, mode: Mode) {
  writeDraft(ticket, mode, '');
  void saveDraft(ticket);
}

/** One after the other for each ticket: an older text must not overtake a newer one. */
function saveDraft(ticket: string): Promise<void> {
  clearTimeout(timers.get(ticket));
  const turn = (turns.get(ticket) ?? Promise.resolve()).then(() => patchDraft(ticket));
  turns.set(ticket, turn);
  return turn;
}

async function patchDraft(ticket: string, keepalive = false): Promise<void> {
  const modes = dirty.get(ticket);
  if (!modes) return;
  dirty.delete(ticket);
  const draft = drafts.peek()[ticket] ?? none;
  const body = Object.fromEntries([...modes].map((mode) => [mode, draft[mode] === '' ? null : draft[mode]]));
  try {
    await take(api.PATCH('/tickets/{id}/drafts', { params: { path: { id: ticket } }, body, keepalive }));
  } catch {
    // It stays here; the next key or the reconnection saves it.
    dirty.set(ticket, new Set([...modes, ...(dirty.get(ticket) ?? [])]));
  }
}

/** After a lost connection, and before the page or the session ends. */
export const saveDrafts = () => Promise.all([...dirty.keys()].map(saveDraft));
/** The page goes away: what was not saved yet leaves with requests that outlive it. */
export const flushDrafts = () => {
  for (const ticket of dirty.keys()) void patchDraft(ticket, true);
};
export const unsavedDrafts = () => dirty.size > 0;
