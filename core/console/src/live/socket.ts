/**
 * The live feed's line: opens it, keeps it, opens it again. Knows nothing of tickets; frames go to `receive`.
 * Waits 1, 2, 4 … 30 s with full jitter, or not at all when the network or the reader comes back (C-OF-2).
 */
import { signal } from '@preact/signals';
import { type ClientFrame, type LiveFrame, liveUrl } from '../api/client';

export type Line = 'connecting' | 'live' | 'reconnecting' | 'offline';
export const line = signal<Line>('connecting');
/** When the last frame came, by the browser's clock. */
export const lastHeard = signal(Date.now());

const PING = 20_000;
const DEAD = 45_000;
const SHOWN_AFTER = 2_000;

export const waitBefore = (attempt: number, random = Math.random()) =>
  Math.round(random * Math.min(30, 2 ** attempt) * 1000);

export interface FeedEvents {
  since: () => number | null;
  receive: (frame: LiveFrame) => void;
  /** The line stands; `again` is false the first time. */
  opened: (again: boolean) => void;
  closed: (code: number, wasOpen: boolean) => void;
}

export class Feed {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private before = false;
  private stopped = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private notice: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly events: FeedEvents) {}

  start() {
    addEventListener('online', this.now);
    addEventListener('offline', this.lost);
    document.addEventListener('visibilitychange', this.now);
    this.open();
  }

  stop() {
    this.stopped = true;
    removeEventListener('online', this.now);
    removeEventListener('offline', this.lost);
    document.removeEventListener('visibilitychange', this.now);
    for (const timer of [this.retry, this.notice, this.watch]) clearTimeout(timer);
    this.drop();
  }

  send(frame: ClientFrame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private readonly now = () => {
    if (this.stopped || document.hidden || this.socket) return;
    clearTimeout(this.retry);
    this.attempt = 0;
    this.open();
  };

  private readonly lost = () => {
    this.fail(1006);
    line.value = 'offline';
  };

  private drop() {
    const socket = this.socket;
    this.socket = null;
    clearInterval(this.watch);
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  private open() {
    if (this.socket || this.stopped) return;
    const socket = new WebSocket(liveUrl(this.events.since()));
    this.socket = socket;
    const since = Date.now();
    let heard = false;
    socket.onmessage = (event) => {
      lastHeard.value = Date.now();
      let frame: LiveFrame;
      try {
        frame = JSON.parse(String(event.data));
      } catch {
        return;
      }
      this.events.receive(frame);
      if (heard) return;
      // The first frame, not the handshake, says that the gateway speaks to us.
      heard = true;
      this.attempt = 0;
      clearTimeout(this.notice);
      this.notice = undefined;
      line.value = 'live';
      this.events.opened(this.before);
      this.before = true;
    };
    socket.onclose = (event) => this.fail(event.code, heard);
    let pinged = Date.now();
    this.watch = setInterval(() => {
      const at = Date.now();
      if (at - Math.max(lastHeard.peek(), since) > DEAD) this.fail(1006, heard);
      else if (at - pinged >= PING) {
        pinged = at;
        this.send({ type: 'ping' });
      }
    }, 1000);
  }

  private fail(code: number, wasOpen = false) {
    if (this.stopped) return;
    this.drop();
    // A hiccup of less than 2 s is not worth a word.
    if (line.peek() === 'live' || line.peek() === 'connecting')
      this.notice ??= setTimeout(() => {
        if (line.peek() !== 'offline') line.value = 'reconnecting';
      }, SHOWN_AFTER);
    this.events.closed(code, wasOpen);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), waitBefore(this.attempt));
    this.attempt += 1;
  }
}
