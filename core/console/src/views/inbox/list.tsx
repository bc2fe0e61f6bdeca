/** The list of tickets: virtual, live, and never moving under the reader. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { TicketStatus } from '../../api/client';
import { type Key, plural, text } from '../../i18n';
import { run } from '../../keys/commands';
import { ports } from '../../keys/ports';
import { listPort, openTicket, statusKey } from '../../state/actions';
import {
  activeId,
  applyWaiting,
  arrivals,
  fresh,
  hold,
  listFailure,
  listState,
  order,
  reach,
  refetchList,
  rowAt,
  rowCount,
  total,
  waiting,
} from '../../state/list';
import { noFilters, route, type Sort, sameFilters, setFilters, sorts } from '../../state/route';
import { channels, channelsLoaded, role, settings, users } from '../../state/store';
import { keyHint } from '../../ui/bits';
import { Blank, Failed, useLate } from '../../ui/blank';
import { Icon } from '../../ui/icon';
import { rowsInView, scrollToShow } from '../../ui/windowing';
import { Row } from './row';

const sortKey: Record<Sort, Key> = {
  window: 'sort.window',
  updated: 'sort.updated',
  created: 'sort.created',
  priority: 'sort.priority',
  sla: 'sort.sla',
};

/** The height of a row in px: 4 rem or 2.5 rem, so that it grows with the reader's text size. */
const rowHeight = () => {
  const root = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return root * (settings.value.density === 'compact' ? 2.5 : 4);
};

/** The name of the list that the filters make. */
export function heading(): string {
  const { filters } = route.value;
  const like = (part: Partial<typeof noFilters>) =>
    sameFilters({ ...filters, sort: 'window' }, { ...noFilters, ...part });
  if (like({})) return text('list.inbox');
  if (like({ assignee: 'me' })) return text('nav.mine');
  if (like({ assignee: 'none' })) return text('nav.unassigned');
  if (like({ status: ['snoozed'] })) return text('nav.snoozed');
  return text('list.filtered');
}

interface ChoiceProps {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label class={`choice${value === '' ? '' : ' set'}`}>
      <span class="hidden">{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)} title={label}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
        {value.includes(',') && <option value={value}>{text('filter.several')}</option>}
      </select>
    </label>
  );
}

function Filters() {
  const { filters } = route.value;
  const statuses: TicketStatus[] = ['open', 'pending', 'snoozed', 'solved', 'closed'];
  const typed = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  return (
    <search class="filters" id="filters">
      <Choice
        label={text('filter.status')}
        value={filters.status.join(',')}
        options={[
          { value: '', label: text('filter.any_status') },
          ...statuses.map((status) => ({ value: status, label: text(statusKey[status]) })),
        ]}
        onChange={(value) => setFilters({ status: value === '' ? [] : (value.split(',') as TicketStatus[]) })}
      />
      <Choice
        label={text('filter.channel')}
        value={filters.channel.join(',')}
        options={[
          { value: '', label: text('filter.any_channel') },
          ...channels.value.map((channel) => ({ value: channel.id, label: channel.name })),
        ]}
        onChange={(value) => setFilters({ channel: value === '' ? [] : value.split(',') })}
      />
      <Choice
        label={text('filter.assignee')}
        value={filters.assignee}
        options={[
          { value: '', label: text('filter.any_assignee') },
          { value: 'me', label: text('filter.me') },
          { value: 'none', label: text('filter.nobody') },
          ...users.value.map((user) => ({ value: user.id, label: user.name })),
        ]}
        onChange={(assignee) => setFilters({ assignee })}
      />
      <Choice
        label={text('filter.sort')}
        value={filters.sort === 'window' ? '' : filters.sort}
        options={sorts.map((sort) => ({ value: sort === 'window' ? '' : sort, label: text(sortKey[sort]) }))}
        onChange={(sort) => setFilters({ sort: sort === '' ? 'window' : (sort as Sort) })}
      />
      <label class="filter-words">
        <span class="hidden">{text('filter.words')}</span>
        <Icon name="search" />
        <input
          key={filters.q}
          type="search"
          maxLength={200}
          placeholder={text('filter.words_hint')}
          defaultValue={filters.q}
          onInput={(event) => {
            const q = event.currentTarget.value.trim();
            clearTimeout(typed.current);
            typed.current = setTimeout(() => setFilters({ q }), 350);
          }}
        />
      </label>
    </search>
  );
}

function Empty() {
  const { filters } = route.value;
  const any = !sameFilters({ ...filters, sort: 'window' }, noFilters);
  if (channelsLoaded.value && channels.value.length === 0)
    return (
      <Blank
        icon="plug"
        title={text('empty.no_channel')}
        body={text(role.value === 'admin' ? 'empty.no_channel_admin' : 'empty.no_channel_agent')}
      >
        {role.value === 'admin' && (
          <button type="button" class="button" onClick={() => run('go.admin')}>
            {text('nav.admin')}
          </button>
        )}
      </Blank>
    );
  if (!any) return <Blank icon="check-ring" title={text('empty.done')} body={text('empty.done_hint')} />;
  return (
    <Blank icon="search" title={text('empty.no_result')} body={text('empty.no_result_hint')}>
      <button type="button" class="button" onClick={() => setFilters({ ...noFilters, sort: filters.sort })}>
        {text('filter.clear')}
      </button>
    </Blank>
  );
}

/** What waits above the list while it is held (C-LI-1). */
function Pill() {
  const count = arrivals.value;
  if (waiting.value.size === 0) return null;
  return (
    <button type="button" class="pill" {...keyHint('list.apply')} onClick={applyWaiting}>
      <Icon name={count > 0 ? 'down' : 'refresh'} />
      {count > 0 ? plural('list.arrivals', count) : text('list.changed')}
    </button>
  );
}

function Rows() {
  const scroller = useRef<HTMLDivElement>(null);
  const view = useSignal({ top: 0, height: 800 });
  const late = useLate();
  const height = rowHeight();
  const count = rowCount.value;
  const ids = order.value;
  const active = activeId.value;
  const open = route.value.ticket;

  const look = () => {
    const element = scroller.current;
    if (element) view.value = { top: element.scrollTop, height: element.clientHeight };
  };
  // Held while scrolled, while the focus is inside, or while the pointer may be on a row.
  const pointer = useRef(false);
  const holdNow = () => {
    const element = scroller.current;
    if (!element) return;
    hold(element.scrollTop > 0 || pointer.current || element.contains(document.activeElement));
  };
  useLayoutEffect(() => {
    look();
    const resize = new ResizeObserver(look);
    resize.observe(scroller.current!);
    return () => {
      resize.disconnect();
      hold(false);
    };
  }, []);
  // Another list begins at its top.
  const shownFilters = JSON.stringify(route.value.filters);
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
    look();
  }, [shownFilters]);
  // Rows that change height keep the first row in place.
  const lastHeight = useRef(height);
  useLayoutEffect(() => {
    if (scroller.current && lastHeight.current !== height) {
      scroller.current.scrollTop *= height / lastHeight.current;
      lastHeight.current = height;
      look();
    }
  }, [height]);

  const { first, last } = rowsInView(view.value.top, view.value.height, height, count);
  useSignalEffect(() => {
    const { top, height: seen } = view.value;
    // Again when a page came: the wanted row may still be further.
    if (listState.value === 'ready') reach(Math.min(rowCount.value, Math.ceil((top + seen) / height) + 20));
  });

  useEffect(() => {
    const activate = (index: number) => {
      const id = rowAt(Math.max(0, Math.min(index, order.peek().length - 1)));
      const element = scroller.current;
      if (id === null || !element) return;
      activeId.value = id;
      element.scrollTop = scrollToShow(order.peek().indexOf(id), element.scrollTop, element.clientHeight, rowHeight());
    };
    const at = () => (activeId.peek() === null ? -1 : order.peek().indexOf(activeId.peek()!));
    ports.list.move = (step) => activate(at() < 0 ? 0 : at() + step);
    ports.list.page = (direction) =>
      activate(at() + direction * Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight()) - 1));
    ports.list.edge = (end) => activate(end === 'first' ? 0 : order.peek().length - 1);
    ports.list.focus = () => {
      if (activeId.peek() === null) activeId.value = route.peek().ticket ?? rowAt(0);
      scroller.current?.focus({ preventScroll: true });
    };
    listPort.focus = ports.list.focus;
  }, []);

  const rows: number[] = [];
  for (let index = first; index < last; index += 1) rows.push(index);
  const activeAt = active === null ? -1 : ids.indexOf(active);
  // The active row stays in the page for aria-activedescendant.
  if (activeAt >= 0 && (activeAt < first || activeAt >= last)) rows.push(activeAt);
  const loading = listState.value === 'loading' && ids.length === 0;
  const shown = loading ? (late ? 12 : 0) : count;

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of the list are in the table of shortcuts
    <div
      ref={scroller}
      class="rows"
      role="listbox"
      tabIndex={0}
      data-scope="list"
      data-region-focus
      aria-label={text('list.label', { name: heading() })}
      aria-busy={listState.value === 'loading'}
      aria-activedescendant={activeAt >= 0 ? `row-${active}` : undefined}
      onScroll={() => {
        look();
        holdNow();
      }}
      onFocus={() => {
        if (activeId.peek() === null) activeId.value = route.peek().ticket ?? rowAt(0);
        holdNow();
      }}
      onBlur={() => requestAnimationFrame(holdNow)}
      onPointerEnter={() => {
        pointer.current = true;
        holdNow();
      }}
      onPointerLeave={() => {
        pointer.current = false;
        holdNow();
      }}
      onClick={(event) => {
        const row = (event.target as Element).closest<HTMLElement>('[data-id]');
        if (row) openTicket(row.dataset.id!);
      }}
    >
      <div class="rows-space" role="presentation" style={{ height: `${shown * height}px` }}>
        {loading
          ? Array.from({ length: shown }, (_, index) => (
              <Row
                key={index}
                id={null}
                index={index}
                count={shown}
                top={index * height}
                active={false}
                open={false}
                fresh={false}
              />
            ))
          : rows.map((index) => {
              const id = ids[index] ?? null;
              return (
                <Row
                  key={id ?? `bones-${index}`}
                  id={id}
                  index={index}
                  count={count}
                  top={index * height}
                  active={id !== null && id === active}
                  open={id !== null && id === open}
                  fresh={id !== null && fresh.value.has(id)}
                />
              );
            })}
      </div>
    </div>
  );
}

export function TicketListPane() {
  const state = listState.value;
  const known = total.value;
  const { filters } = route.value;
  const set = [
    filters.status.length,
    filters.channel.length,
    filters.assignee,
    filters.team,
    filters.tag.length,
    filters.priority.length,
    filters.q,
  ].filter((value) => value !== 0 && value !== '').length;
  // Filters that no heading names are shown, so that nobody wonders where the tickets went.
  const unnamed = heading() === text('list.filtered');
  const asked = useSignal(false);
  const shown = asked.value || unnamed;
  return (
    <section class="list-pane" data-region="list" aria-label={text('list.region')}>
      <header class="list-head">
        <h2>{heading()}</h2>
        <span class="list-total">{known !== null && plural('list.total', known)}</span>
        <button
          type="button"
          class={`button small filter-button${set > 0 ? ' set' : ''}`}
          aria-expanded={shown}
          aria-controls="filters"
          aria-label={text(shown && unnamed ? 'filter.clear' : 'filter.open')}
          title={text(shown && unnamed ? 'filter.clear' : 'filter.open')}
          onClick={() => {
            asked.value = !shown;
            if (!asked.value && unnamed) setFilters({ ...noFilters, sort: filters.sort });
          }}
        >
          <Icon name={shown && unnamed ? 'close' : 'filter'} />
          <span class="filter-word">{text(shown && unnamed ? 'filter.clear_short' : 'filter.open')}</span>
        </button>
      </header>
      {shown && <Filters />}
      <div class="rows-place">
        <Pill />
        {state === 'failed' && listFailure.value ? (
          <Failed what={text('list.failed')} refusal={listFailure.value} retry={() => void refetchList()} />
        ) : state === 'ready' && rowCount.value === 0 ? (
          <div data-region-focus tabIndex={-1} class="rows-empty">
            <Empty />
          </div>
        ) : (
          <Rows />
        )}
      </div>
    </section>
  );
}
