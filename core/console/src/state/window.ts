/** How a reply window looks now. Knows no channel: only what the gateway says about the ticket. */
import type { ReplyWindow } from '../api/client';

export type WindowLook = 'none' | 'calm' | 'soon' | 'urgent' | 'last' | 'human' | 'closed' | 'locked';

export interface WindowView {
  look: WindowLook;
  /** Milliseconds until it changes, for looks that count down. */
  left: number;
  /** A reply may be sent now. */
  sendable: boolean;
}

const MINUTE = 60_000;

/** The state by the clock: between two frames a window may have run out (C-RW-1). */
export function stateNow(window: ReplyWindow, now: number): ReplyWindow['state'] {
  let state = window.state;
  if (state === 'open' && window.closes_at !== null && Date.parse(window.closes_at) <= now)
    state = window.human_until === null ? 'closed' : 'human_agent';
  if (state === 'human_agent') {
    const end = window.human_until ?? window.closes_at;
    if (end !== null && Date.parse(end) <= now) state = 'closed';
  }
  return state;
}

export function viewWindow(window: ReplyWindow, now: number): WindowView {
  const state = stateNow(window, now);
  if (window.lock !== null && state !== 'closed') return { look: 'locked', left: 0, sendable: false };
  if (state === 'none') return { look: 'none', left: 0, sendable: true };
  if (state === 'closed') return { look: 'closed', left: 0, sendable: false };
  if (state === 'human_agent') {
    const end = window.human_until ?? window.closes_at;
    return { look: 'human', left: end === null ? 0 : Date.parse(end) - now, sendable: true };
  }
  if (window.closes_at === null) return { look: 'none', left: 0, sendable: true };
  const left = Date.parse(window.closes_at) - now;
  const look = left <= 5 * MINUTE ? 'last' : left <= 30 * MINUTE ? 'urgent' : left <= 240 * MINUTE ? 'soon' : 'calm';
  return { look, left, sendable: true };
}

/** What is worth saying of a window when time goes from one instant to another: 30 minutes, 5 minutes, its end (C-RW-2). */
export function windowNews(window: ReplyWindow, from: number, to: number): 'left' | 'over' | null {
  const [before, after] = [viewWindow(window, from).look, viewWindow(window, to).look];
  if (before === after) return null;
  if (after === 'urgent' || after === 'last') return 'left';
  const counted = before === 'calm' || before === 'soon' || before === 'urgent' || before === 'last';
  return after === 'closed' || (after === 'human' && counted) ? 'over' : null;
}

/** The instant for the sort `window`: no reply possible, or no window, comes last. */
export function windowKey(window: ReplyWindow): number {
  if ((window.state === 'open' || window.state === 'human_agent') && window.closes_at !== null)
    return Date.parse(window.closes_at);
  return Number.POSITIVE_INFINITY;
}
