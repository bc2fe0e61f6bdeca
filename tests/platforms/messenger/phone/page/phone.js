// The phone page: knows who is chosen, carries out what its user does, and follows the simulator's news.

import { openSheet } from './bubble.js';
import { Composer } from './composer.js';
import { byId, get, post } from './dom.js';
import { preparePersonForm, showPeople } from './people.js';
import { Thread } from './thread.js';
import { translate, words } from './words.js';

const PROBLEM_SHOWN_MS = 4000;

const people = new Map();
let chosen = null;
let composer = null;

const thread = new Thread({
  open: (message) => openSheet(message, (act, args) => onSheet(message, act, args)),
  tap: ({ title, payload }) => act('templateTap', { title, payload }),
});

function complain() {
  const box = byId('problem');
  box.textContent = words.failed;
  box.hidden = false;
  setTimeout(() => {
    box.hidden = true;
  }, PROBLEM_SHOWN_MS);
}

async function act(name, args) {
  try {
    await post('act', { psid: chosen, act: name, args });
  } catch {
    complain();
  }
}

function onSheet(message, name, args) {
  if (name === 'reply' || name === 'edit') composer.point(name, message);
  else act(name, { ...args, mid: message.mid });
}

function offerQuickReplies() {
  const { newest } = thread;
  composer.offer(newest?.side === 'page' ? newest.quickReplies : null);
}

async function readIfSeen() {
  if (!chosen || document.visibilityState !== 'visible') return;
  await post('read', { psid: chosen }).catch(complain);
}

async function open(psid) {
  const { person, messages } = await get(`thread?psid=${encodeURIComponent(psid)}`);
  chosen = psid;
  byId('people').hidden = true;
  byId('chat').hidden = false;
  byId('page-name').textContent = person.pageName;
  byId('page-badge').textContent = person.pageName.slice(0, 1);
  byId('as-whom').textContent = words.asWhom(person.name);
  composer.clear();
  thread.show(person, messages);
  offerQuickReplies();
  history.replaceState(null, '', `#${psid}`);
  byId('text').focus({ preventScroll: true });
  await readIfSeen();
}

function close() {
  chosen = null;
  byId('chat').hidden = true;
  byId('people').hidden = false;
  history.replaceState(null, '', location.pathname);
  showPeople(people, open);
}

function onPerson(person) {
  people.set(person.psid, person);
  if (!chosen) showPeople(people, open);
}

function onMessage({ person, message }) {
  onPerson(person);
  if (person.psid !== chosen) return;
  thread.put(person, message);
  offerQuickReplies();
  if (message.side === 'page' && !message.readAt) readIfSeen();
}

function onTyping({ psid, action, seenAt }) {
  if (psid !== chosen) return;
  if (action === 'mark_seen') thread.seen(seenAt);
  else thread.typing(action === 'typing_on');
}

async function refresh() {
  const state = await get('state');
  people.clear();
  for (const person of state.people) people.set(person.psid, person);
  if (chosen) await open(chosen);
  else showPeople(people, open);
}

function listen() {
  const news = new EventSource('/phone/api/live');
  const on = (type, run) => news.addEventListener(type, (event) => run(JSON.parse(event.data)));
  let lost = false;
  on('message', onMessage);
  on('contact', onPerson);
  on('typing', onTyping);
  news.addEventListener('error', () => {
    lost = true;
    byId('offline').hidden = false;
  });
  news.addEventListener('open', () => {
    byId('offline').hidden = true;
    if (lost) refresh().catch(complain);
    lost = false;
  });
}

async function start() {
  translate(document);
  const state = await get('state');
  byId('console-link').href = state.console;
  composer = new Composer(act, state);
  preparePersonForm(state.pages, async (wanted) => {
    try {
      const person = await post('customers', wanted);
      onPerson(person);
      await open(person.psid);
    } catch {
      complain();
    }
  });
  byId('back').addEventListener('click', close);
  document.addEventListener('visibilitychange', readIfSeen);
  for (const person of state.people) people.set(person.psid, person);
  showPeople(people, open);
  listen();
  const wanted = location.hash.slice(1);
  if (people.has(wanted)) await open(wanted);
}

start().catch(complain);
