/** The one table of commands. Buttons, keys and the palette all run these; every command has a stable id. */
import { type Key, loadLanguage, text } from '../i18n';
import * as actions from '../state/actions';
import { activeId, applyWaiting } from '../state/list';
import { go, linkTo, noFilters, route } from '../state/route';
import { changeSettings, signOut } from '../state/session';
import {
  announce,
  contextOpen,
  knownTicket,
  layer,
  me,
  navCollapsed,
  role,
  seesTickets,
  settings,
  toast,
} from '../state/store';
import { ports, wanted } from './ports';
import { nextRegion } from './regions';

export type CommandId = keyof typeof table;

interface Command {
  label: Key;
  run: () => void;
  /** Absent: always. */
  when?: () => boolean;
  /** Not offered in the palette: a movement, or the palette itself. */
  silent?: true;
}

/** The ticket a command is about: the row under the keys, else the open one. */
export function target(): string | null {
  const inList = document.activeElement?.closest('[data-region="list"]');
  return inList ? (activeId.peek() ?? route.peek().ticket) : (route.peek().ticket ?? activeId.peek());
}
const onTicket = (run: (id: string) => void) => () => {
  const id = target();
  if (id !== null) run(id);
};
/** The ticket is on screen, so that nobody changes what they do not see. */
const hasTicket = () =>
  seesTickets.peek() && route.peek().view === 'inbox' && target() !== null && knownTicket(target()!) !== null;
const isStatus =
  (...wanted: string[]) =>
  () =>
    hasTicket() && wanted.includes(knownTicket(target()!)!.status);
const list = (filters: Partial<typeof noFilters>) => () => {
  go({ view: 'inbox', ticket: null, filters: { ...noFilters, ...filters } });
  // When the list is there.
  requestAnimationFrame(() => ports.list.focus());
};
const pick = (what: 'assign' | 'snooze' | 'tags' | 'priority') =>
  onTicket((ticket) => {
    layer.value = { kind: 'pick', what, ticket };
  });
const write = (mode: 'reply' | 'note') =>
  onTicket((id) => {
    if (id === route.peek().ticket) ports.composer.focus(mode);
    else {
      wanted.focus = mode;
      actions.openTicket(id);
    }
  });
const live = (status: string) => status !== 'solved' && status !== 'closed';
const isLive = () => hasTicket() && live(knownTicket(target()!)!.status);

async function copyLink(id: string) {
  try {
    await navigator.clipboard.writeText(linkTo(id));
    toast({ words: () => text('toast.copied'), tone: 'plain' });
  } catch {
    toast({ words: () => text('toast.not_copied', { link: linkTo(id) }), tone: 'bad' });
  }
}

const themes = ['system', 'light', 'dark'] as const;
const change = (part: Parameters<typeof changeSettings>[0]) =>
  changeSettings(part).catch(() => toast({ words: () => text('settings.not_saved'), tone: 'bad' }));

const table = {
  'palette.open': {
    label: 'command.palette',
    silent: true,
    run: () => {
      void loadLanguage('fr');
      void loadLanguage('en');
      layer.value = { kind: 'palette' };
    },
  },
  'region.next': { label: 'command.next_region', silent: true, run: () => nextRegion(1) },
  'region.previous': { label: 'command.previous_region', silent: true, run: () => nextRegion(-1) },
  'region.back': {
    label: 'command.back',
    silent: true,
    run: () => {
      const focused = document.activeElement!;
      if (contextOpen.peek()) {
        contextOpen.value = false;
        if (focused.closest('[data-region="context"]')) ports.thread.focus();
      } else if (!focused.closest('[data-region="navigation"], [data-region="list"]')) ports.list.focus();
    },
  },
  'keys.show': {
    label: 'command.keys',
    run: () => {
      layer.value = { kind: 'cheatsheet' };
    },
  },
  'search.open': {
    label: 'command.search',
    when: () => seesTickets.peek(),
    run: () => {
      layer.value = { kind: 'search' };
    },
  },
  undo: {
    label: 'command.undo',
    when: () => actions.undoable.peek() !== null,
    run: () => actions.undoable.peek()?.run(),
  },
  'go.inbox': { label: 'list.inbox', when: () => seesTickets.peek(), run: list({}) },
  'go.mine': { label: 'nav.mine', when: () => seesTickets.peek(), run: list({ assignee: 'me' }) },
  'go.unassigned': { label: 'nav.unassigned', when: () => seesTickets.peek(), run: list({ assignee: 'none' }) },
  'go.snoozed': { label: 'nav.snoozed', when: () => seesTickets.peek(), run: list({ status: ['snoozed'] }) },
  'go.reports': {
    label: 'nav.reports',
    when: () => role.peek() === 'analyst' || role.peek() === 'admin',
    run: () => go({ view: 'reports' }),
  },
  'go.admin': { label: 'nav.admin', when: () => role.peek() === 'admin', run: () => go({ view: 'admin' }) },

  'list.next': { label: 'command.next', silent: true, run: () => ports.list.move(1) },
  'list.previous': { label: 'command.previous', silent: true, run: () => ports.list.move(-1) },
  'list.first': { label: 'command.first', silent: true, run: () => ports.list.edge('first') },
  'list.last': { label: 'command.last', silent: true, run: () => ports.list.edge('last') },
  'list.page_down': { label: 'command.page_down', silent: true, run: () => ports.list.page(1) },
  'list.page_up': { label: 'command.page_up', silent: true, run: () => ports.list.page(-1) },
  'list.open': {
    label: 'command.open',
    silent: true,
    run: onTicket((id) => {
      if (id === route.peek().ticket) ports.thread.focus();
      else {
        wanted.focus = 'thread';
        actions.openTicket(id);
      }
    }),
  },
  'list.apply': { label: 'command.apply', when: () => seesTickets.peek(), run: applyWaiting },

  'ticket.reply': { label: 'command.reply', when: hasTicket, run: write('reply') },
  'ticket.note': { label: 'command.note', when: hasTicket, run: write('note') },
  'ticket.assign': { label: 'command.assign', when: isLive, run: pick('assign') },
  'ticket.take': {
    label: 'command.take',
    when: () => isLive() && knownTicket(target()!)!.assignee?.id !== me.peek()?.id,
    run: onTicket(actions.takeTicket),
  },
  'ticket.unassign': {
    label: 'command.unassign',
    when: () => isLive() && knownTicket(target()!)!.assignee !== null,
    run: onTicket((id) => actions.assign(id, null)),
  },
  'ticket.solve': { label: 'command.solve', when: isLive, run: onTicket((id) => actions.solve(id)) },
  'ticket.solve_next': { label: 'command.solve_next', when: isLive, run: onTicket((id) => actions.solve(id, true)) },
  'ticket.reopen': {
    label: 'command.reopen',
    when: isStatus('solved', 'snoozed', 'pending'),
    run: onTicket((id) => actions.setStatus(id, 'open')),
  },
  'ticket.pending': {
    label: 'command.pending',
    when: isStatus('open', 'snoozed'),
    run: onTicket((id) => actions.setStatus(id, 'pending')),
  },
  'ticket.close': {
    label: 'command.close',
    when: isStatus('open', 'pending', 'snoozed', 'solved'),
    run: onTicket(actions.closeForGood),
  },
  'ticket.snooze': { label: 'command.snooze', when: isLive, run: pick('snooze') },
  'ticket.unread': {
    label: 'command.unread',
    when: hasTicket,
    run: onTicket((id) => {
      const inThread = document.activeElement?.closest('[data-scope="thread"]');
      actions.markUnread(id, inThread ? ports.thread.beforeCurrent() : null);
      ports.list.focus();
    }),
  },
  'ticket.tags': { label: 'command.tags', when: isLive, run: pick('tags') },
  'ticket.priority': { label: 'command.priority', when: isLive, run: pick('priority') },
  'ticket.copy_link': { label: 'command.copy_link', when: hasTicket, run: onTicket((id) => void copyLink(id)) },
  'context.toggle': {
    label: 'command.context',
    when: hasTicket,
    run: () => {
      contextOpen.value = !contextOpen.peek();
    },
  },

  'thread.previous': { label: 'command.previous_message', silent: true, run: () => ports.thread.move(-1) },
  'thread.next': { label: 'command.next_message', silent: true, run: () => ports.thread.move(1) },
  'thread.open': { label: 'command.open_attachment', silent: true, run: () => ports.thread.open() },
  'thread.end': { label: 'command.newest', silent: true, run: () => ports.thread.end() },

  'composer.send': { label: 'composer.send', silent: true, run: () => ports.composer.send(false) },
  'composer.send_solve': { label: 'composer.send_solve', silent: true, run: () => ports.composer.send(true) },
  'composer.leave': { label: 'command.leave', silent: true, run: () => ports.list.focus() },

  'settings.open': {
    label: 'command.settings',
    run: () => {
      layer.value = { kind: 'settings' };
    },
  },
  'settings.language': {
    label: 'command.language',
    run: () => void change({ language: settings.peek().language === 'fr' ? 'en' : 'fr' }),
  },
  'settings.theme': {
    label: 'command.theme',
    run: () => void change({ theme: themes[(themes.indexOf(settings.peek().theme) + 1) % 3]! }),
  },
  'settings.density': {
    label: 'command.density',
    run: () => void change({ density: settings.peek().density === 'compact' ? 'comfortable' : 'compact' }),
  },
  'navigation.toggle': {
    label: 'command.navigation',
    run: () => {
      navCollapsed.value = !navCollapsed.peek();
      announce(text(navCollapsed.peek() ? 'nav.collapsed' : 'nav.expanded'));
    },
  },
  'session.sign_out': { label: 'command.sign_out', run: () => void signOut() },
} satisfies Record<string, Command>;

// The table names its commands before their type is known; from here on they are Commands.
export const commands: { [Id in keyof typeof table]: Command } = table;

export const available = (id: CommandId) => commands[id].when?.() ?? true;
export function run(id: CommandId) {
  if (available(id)) commands[id].run();
}
