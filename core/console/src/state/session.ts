/** Signing in and out, settings, and what is loaded for whoever signed in. */
import { batch, effect, signal } from '@preact/signals';
import { api, credentials, Refusal, type Session, type Settings, take } from '../api/client';
import { type Language, plural, setLanguage, text } from '../i18n';
import { setZone } from '../i18n/format';
import { onFrames, receive, serverBuild, since, startFrom } from '../live/frames';
import { Feed, line, waitBefore } from '../live/socket';
import { setServerTime } from './clock';
import { clearDrafts, flushDrafts, restoreDrafts, saveDrafts } from './drafts';
import { forgetOthers, listFailure, listState, refetchList, refreshCounters, showList, ticketsChanged } from './list';
import { clearOutbox, lineChanged, outbox, restoreOutbox } from './outbox';
import { presencePort, startPresence, tellAgain } from './presence';
import { route } from './route';
import {
  channels,
  channelsLoaded,
  defaults,
  knownTicket,
  layer,
  phase,
  putTicket,
  seesTickets,
  session,
  sessionEnded,
  settings,
  users,
} from './store';
import { dropThreads, hasThread, loadThread } from './threads';
import { startWindowNews } from './window-news';

const UI_COOKIE = 'guichet_ui';

/** Language and theme of the last user of this browser, for the first paint (C-TH-1). */
export function rememberedLook(): { language: Language; theme: Settings['theme'] } {
  const value = document.cookie.match(/(?:^|; )guichet_ui=([\w.]*)/)?.[1]?.split('.') ?? [];
  const [theme, language] = value;
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    language: language === 'fr' || language === 'en' ? language : navigator.language.startsWith('en') ? 'en' : 'fr',
  };
}

export function applyLook({ theme, language }: Pick<Settings, 'theme' | 'language'>) {
  document.documentElement.dataset.theme = theme;
  const path = new URL('.', document.baseURI).pathname;
  // biome-ignore lint/suspicious/noDocumentCookie: the gateway reads it for the first byte of the page; the store API is not in every browser
  document.cookie = `${UI_COOKIE}=${theme}.${language}; Path=${path}; Max-Age=31536000; SameSite=Strict`;
}

function takeSettings(next: Settings) {
  settings.value = next;
  setZone(next.zone);
  applyLook(next);
  document.documentElement.dataset.density = next.density;
  void setLanguage(next.language);
}

/** Settings that are all as they are for a newcomer: nobody chose a language yet. */
const untouched = (found: Settings) =>
  (Object.keys(defaults) as (keyof Settings)[]).every((name) => found[name] === defaults[name]);

/** The language on screen is the browser's, and the gateway does not know it. */
let implied = false;

/** Changes a setting at once; a refusal puts it back. */
export async function changeSettings(change: Partial<Settings>): Promise<void> {
  const before = settings.peek();
  const body = implied ? { language: before.language, ...change } : change;
  takeSettings({ ...before, ...change });
  try {
    takeSettings(await take(api.PATCH('/me/settings', { body })));
    implied = false;
  } catch (reason) {
    takeSettings(before);
    throw reason;
  }
}

let atDoor: Language | null = null;

/** A language that was chosen before signing in: it is the choice of whoever signs in. */
export function chooseAtDoor(wanted: Language) {
  atDoor = wanted;
  applyLook({ ...rememberedLook(), language: wanted });
  void setLanguage(wanted);
}

/** What the user chose. Without any choice the language stays the door's, which follows the browser. */
async function loadSettings(): Promise<void> {
  try {
    const found = await take(api.GET('/me/settings'));
    implied = untouched(found);
    takeSettings(implied ? { ...found, language: rememberedLook().language } : found);
  } catch {
    takeSettings({ ...defaults, ...rememberedLook() });
    return;
  }
  const chosen = atDoor;
  atDoor = null;
  if (chosen !== null && (implied || settings.peek().language !== chosen))
    await changeSettings({ language: chosen }).catch(() => {});
}

let feed: Feed | null = null;

/** How often everything on screen was read again. */
export const resyncs = signal(0);
/** Channels may have changed unheard: they are read again when something shows them. */
let channelsDue = false;

/** After a resync: a gateway that has just come back may refuse; it is asked again, until a later resync asks for all. */
async function persist(read: () => Promise<unknown>): Promise<void> {
  const mine = resyncs.peek();
  for (let attempt = 0; mine === resyncs.peek(); attempt += 1) {
    try {
      await read();
      return;
    } catch (reason) {
      if (reason instanceof Refusal && !reason.passing) return;
      await new Promise((go) => setTimeout(go, waitBefore(attempt)));
    }
  }
}

async function enter(found: Session): Promise<void> {
  const again = session.peek()?.user.id === found.user.id && phase.peek() === 'ready';
  credentials.csrf = found.csrf_token;
  setServerTime(found.server_time);
  batch(() => {
    session.value = found;
    sessionEnded.value = false;
  });
  if (again) {
    feed?.stop();
    openFeed();
    return;
  }
  restoreOutbox();
  restoreDrafts();
  await loadSettings();
  startFrom(found.live_seq ?? null);
  phase.value = 'ready';
  if (seesTickets.peek()) startWork();
}

function readChannels() {
  const { view, ticket } = route.value;
  if (!channelsDue || (ticket === null && view !== 'admin')) return;
  channelsDue = false;
  void persist(loadChannels);
}

/** Lists, threads and the feed: for roles that see tickets. */
function startWork() {
  startPresence();
  startWindowNews();
  addEventListener('pagehide', flushDrafts);
  void loadChannels();
  void loadUsers();
  refreshCounters(0);
  let filters: string | null = null;
  effect(() => {
    const { view, filters: wanted, ticket } = route.value;
    readChannels();
    if (view !== 'inbox') return;
    const written = JSON.stringify(wanted);
    if (written !== filters) {
      filters = written;
      forgetOthers((id) => hasThread(id) || id === ticket);
      void showList(wanted);
    }
  });
  onFrames({
    resync: () => {
      const open = route.peek().ticket;
      resyncs.value += 1;
      channelsDue = true;
      dropThreads(open);
      void persist(async () => {
        await refetchList();
        if (listState.peek() === 'failed') throw listFailure.peek();
      });
      readChannels();
      if (open !== null) {
        void loadThread(open);
        void persist(() => readTicket(open));
      }
    },
    unknown: (id) => void fetchTicket(id),
  });
  openFeed();
}

function openFeed() {
  feed = new Feed({
    since,
    receive,
    opened: (again) => {
      if (again) {
        void saveDrafts();
        refreshCounters(0);
      }
      tellAgain();
    },
    closed: (code, wasOpen) => {
      if (code === 4401) credentials.ended();
      // A handshake that is refused says no more to a script than a dead line: ask.
      else if (!wasOpen || code === 4403) void checkSession();
    },
  });
  presencePort.tell = (ticket, state) => feed?.send({ type: 'presence', data: { ticket, state } });
  feed.start();
}

async function checkSession(): Promise<void> {
  try {
    session.value = await take(api.GET('/session'));
  } catch {
    // 401 is handled for every answer; no answer is what the line is about.
  }
}

let fetching: Promise<void> = Promise.resolve();

/** One ticket from the gateway, with its unread count. */
export async function readTicket(id: string): Promise<void> {
  const after = await take(api.GET('/tickets/{id}', { params: { path: { id } } }));
  const before = knownTicket(id);
  if (putTicket(after) && before) ticketsChanged([{ before, after, created: false, own: false }]);
}

/** The same for tickets that nobody looks at: one request at a time. */
function fetchTicket(id: string): Promise<void> {
  fetching = fetching.then(async () => {
    try {
      await readTicket(id);
    } catch {
      // It comes with the next change of it.
    }
  });
  return fetching;
}

export async function loadChannels(): Promise<void> {
  const before = channels.peek();
  const { items } = await take(api.GET('/channels', { params: { query: { limit: 200 } } }));
  // What the feed told meanwhile is newer.
  const told = channels.peek().filter((channel) => !before.includes(channel));
  batch(() => {
    channels.value = items.map((item) => told.find((channel) => channel.id === item.id) ?? item);
    channelsLoaded.value = true;
  });
}

async function loadUsers(): Promise<void> {
  const { items } = await take(api.GET('/users', { params: { query: { limit: 200 } } }));
  users.value = items.filter((user) => !user.disabled && user.role !== 'analyst');
}

export async function signIn(login: string, password: string): Promise<void> {
  await enter(await take(api.POST('/session', { body: { login, password } })));
}

/** Asks first when something was written that the gateway does not have. */
export async function signOut(sure = false): Promise<void> {
  if (!sure && outbox.peek().length > 0) {
    layer.value = {
      kind: 'confirm',
      title: () => text('sign_out.ask_title'),
      body: () => plural('sign_out.ask', outbox.value.length),
      yes: () => text('command.sign_out'),
      run: () => void signOut(true),
    };
    return;
  }
  try {
    await saveDrafts();
    await take(api.DELETE('/session'));
  } finally {
    clearDrafts();
    clearOutbox();
    feed?.stop();
    // The simplest way to forget everything that was on screen.
    location.reload();
  }
}

export async function boot(): Promise<void> {
  credentials.ended = () => {
    if (phase.peek() === 'ready') sessionEnded.value = true;
  };
  effect(() => lineChanged(line.value === 'live'));
  try {
    await enter(await take(api.GET('/session')));
  } catch (reason) {
    phase.value = reason instanceof Refusal && reason.status === 401 ? 'signed-out' : 'unreachable';
  }
}

/** Another console is on the gateway than the one that runs here (C-OF-5). */
export const newVersion = () => {
  const entry = document.querySelector<HTMLScriptElement>('script[type="module"]');
  const mine = entry?.src.match(/-([\w-]{8})\.js$/)?.[1];
  const theirs = serverBuild.value?.trim();
  return mine !== undefined && theirs !== undefined && theirs !== '' && theirs !== mine;
};
