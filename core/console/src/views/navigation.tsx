import type { ComponentChildren } from 'preact';
import { prefix } from '../api/client';
import { text } from '../i18n';
import { number } from '../i18n/format';
import { type CommandId, run } from '../keys/commands';
import { line } from '../live/socket';
import { type Filters, noFilters, route, sameFilters, writeRoute } from '../state/route';
import { counters, layer, me, navCollapsed, role, seesTickets } from '../state/store';
import { Avatar, Brand, keyHint } from '../ui/bits';
import { Icon, type IconName } from '../ui/icon';

interface Place {
  command: CommandId;
  icon: IconName;
  label: string;
  href: string;
  here: boolean;
  count?: number;
}

function places(): Place[] {
  const { view, filters } = route.value;
  const place = (command: CommandId, icon: IconName, label: string, part: Partial<Filters>, count?: number): Place => {
    const wanted = { ...noFilters, ...part };
    const here = view === 'inbox' && sameFilters({ ...filters, sort: 'window' }, wanted);
    return {
      command,
      icon,
      label,
      here,
      href: prefix + writeRoute({ view: 'inbox', ticket: null, filters: wanted }),
      ...(count === undefined ? {} : { count }),
    };
  };
  const other = (command: CommandId, icon: IconName, label: string, to: 'admin' | 'reports'): Place => ({
    command,
    icon,
    label,
    href: prefix + to,
    here: view === to || (to === 'reports' && role.value === 'analyst'),
  });
  const { all, mine, none } = counters.value;
  return [
    ...(seesTickets.value
      ? [
          place('go.inbox', 'inbox', text('nav.inbox'), {}, all),
          place('go.mine', 'person', text('nav.mine'), { assignee: 'me' }, mine),
          place('go.unassigned', 'person-none', text('nav.unassigned'), { assignee: 'none' }, none),
          place('go.snoozed', 'moon', text('nav.snoozed'), { status: ['snoozed'] }),
        ]
      : []),
    ...(role.value === 'agent' ? [] : [other('go.reports', 'chart', text('nav.reports'), 'reports')]),
    ...(role.value === 'admin' ? [other('go.admin', 'plug', text('nav.admin'), 'admin')] : []),
  ];
}

export function Places({ onGo }: { onGo?: () => void }) {
  return (
    <ul class="places">
      {places().map((place) => (
        <li key={place.command}>
          <a
            class="place"
            href={place.href}
            aria-current={place.here ? 'page' : undefined}
            {...keyHint(place.command)}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              onGo?.();
              run(place.command);
            }}
          >
            <Icon name={place.icon} />
            <span class="place-name">{place.label}</span>
            {place.count !== undefined && place.count > 0 && (
              <span class="count">
                <span aria-hidden="true">{number(place.count)}</span>
                <span class="hidden">{text('nav.unanswered', { count: number(place.count) })}</span>
              </span>
            )}
          </a>
        </li>
      ))}
    </ul>
  );
}

const Tool = ({ command, icon, children }: { command: CommandId; icon: IconName; children: ComponentChildren }) => (
  <button type="button" class="place" onClick={() => run(command)} {...keyHint(command)}>
    <Icon name={icon} />
    <span class="place-name">{children}</span>
  </button>
);

export function Tools({ onGo }: { onGo?: () => void }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: closes the drawer after any of its buttons did its own work
    // biome-ignore lint/a11y/useKeyWithClickEvents: same
    <div class="tools" onClick={onGo}>
      <Tool command="palette.open" icon="keyboard">
        {text('nav.commands')}
      </Tool>
      {seesTickets.value && (
        <Tool command="search.open" icon="search">
          {text('nav.search')}
        </Tool>
      )}
      <Tool command="settings.open" icon="gear">
        {text('nav.settings')}
      </Tool>
      <Tool command="session.sign_out" icon="out">
        {text('nav.sign_out')}
      </Tool>
    </div>
  );
}

export function Me() {
  const user = me.value;
  if (!user) return null;
  return (
    <p class="me" title={user.name}>
      <Avatar id={user.id} name={user.name} small />
      <span class="me-name">{user.name}</span>
      {seesTickets.value && (
        <span
          class={`dot line-${line.value}`}
          title={text(line.value === 'live' ? 'line.live' : 'line.not_live')}
          aria-hidden="true"
        />
      )}
    </p>
  );
}

export const Navigation = () => (
  <nav class="nav" aria-label={text('nav.label')} data-region="navigation">
    <div class="nav-head">
      <Brand />
      <button
        type="button"
        class="icon-button nav-fold"
        aria-label={text(navCollapsed.value ? 'nav.unfold' : 'nav.fold')}
        title={text(navCollapsed.value ? 'nav.unfold' : 'nav.fold')}
        onClick={() => run('navigation.toggle')}
      >
        <Icon name="panel" />
      </button>
    </div>
    <Places />
    <Tools />
    <Me />
  </nav>
);

/** On narrow screens the navigation is a drawer behind a button. */
export const TopBar = () => (
  <header class="topbar" data-region="navigation">
    <button
      type="button"
      class="icon-button"
      aria-label={text('nav.open')}
      aria-haspopup="dialog"
      onClick={() => {
        layer.value = { kind: 'navigation' };
      }}
    >
      <Icon name="menu" />
    </button>
    <Brand />
    <button type="button" class="icon-button" onClick={() => run('palette.open')} aria-label={text('nav.commands')}>
      <Icon name="keyboard" />
    </button>
  </header>
);
