/** The list of tickets: virtual, live, and never moving under the reader. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { plural, text } from '../../i18n';
import { run } from '../../keys/commands';
import { narrow, ports } from '../../keys/ports';
import { openTicket } from '../../state/actions';
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
import { noFilters, route, sameFilters, setFilters } from '../../state/route';
import { channels, channelsLoaded, role, settings } from '../../state/store';
import { keyHint } from '../../ui/bits';
import { Blank, Failed, useLate } from '../../ui/blank';
import { Icon } from '../../ui/icon';
import { lazy } from '../../ui/lazy';
import { rowsInView, scrollToShow } from '../../ui/windowing';
import { Row } from './row';

const Filters = lazy(() => import('./filters'));

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
    <button
      type="button"
      class="pill"
      {...keyHint('list.apply')}
      onClick={() => {
        applyWaiting();
        ports.list.focus();
      }}
    >
      <Icon name={count > 0 ? 'down' : 'refresh'} />
      {count > 0 ? plural('list.arrivals', count) : text('list.changed')}
    </button>
  );
}

function Rows() {
  const place = useRef<HTMLDivElement>(null);
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
  // Held while scrolled, while the focus is inside, or while the pointer may be on a row or on the way to the pill.
  const pointer = useRef(false);
  const holdNow = () => {
    const element = scroller.current;
    if (!element) return;
    hold(element.scrollTop > 0 || pointer.current || place.current!.contains(document.activeElement));
  };
  useLayoutEffect(() => {
    look();
    const resize = new ResizeObserver(look);
    resize.observe(scroller.current!);
    return () => {
      resize.disconnect();
      hold(false);
      // What is there instead of the rows has the focus then.
      if (place.current?.contains(document.activeElement)) requestAnimationFrame(() => ports.list.focus());
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
  }, []);

  const rows: number[] = [];
  for (let index = first; index < last; index += 1) rows.push(index);
  const activeAt = active === null ? -1 : ids.indexOf(active);
  // The active row stays in the page for aria-activedescendant.
  if (activeAt >= 0 && (activeAt < first || activeAt >= last)) rows.push(activeAt);
  const loading = listState.value === 'loading' && ids.length === 0;
  const shown = loading ? (late ? 12 : 0) : count;

  return (
    <div
      ref={place}
      class="rows-place"
      onFocusIn={holdNow}
      onFocusOut={() => requestAnimationFrame(holdNow)}
      onPointerEnter={() => {
        pointer.current = true;
        holdNow();
      }}
      onPointerLeave={() => {
        pointer.current = false;
        holdNow();
      }}
    >
      <Pill />
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys of the list are in the table of shortcuts */}
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
  const pane = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const take = () => pane.current?.querySelector<HTMLElement>('[data-region-focus]')?.focus({ preventScroll: true });
    ports.list.focus = () => {
      if (!narrow() || route.peek().ticket === null) return take();
      openTicket(null);
      requestAnimationFrame(take);
    };
    return () => {
      ports.list.focus = () => {};
    };
  }, []);
  return (
    <section ref={pane} class="list-pane" data-region="list" aria-label={text('list.region')}>
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
      {shown && (
        <search
          class="filters"
          id="filters"
          // Whoever narrows the list goes on to see by what, also when nothing is left of it.
          onInput={() => {
            asked.value = true;
          }}
        >
          <Filters />
        </search>
      )}
      {state === 'failed' && listFailure.value ? (
        <div class="rows-place">
          <Failed what={text('list.failed')} refusal={listFailure.value} retry={() => void refetchList()} />
        </div>
      ) : state === 'ready' && rowCount.value === 0 ? (
        <div class="rows-place rows-empty" data-region-focus tabIndex={-1}>
          <Empty />
        </div>
      ) : (
        <Rows />
      )}
    </section>
  );
}
