/** What narrows the list: a chunk of its own, since few lists are narrowed. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { TicketStatus } from '../../api/client';
import { type Key, text } from '../../i18n';
import { statusKey } from '../../state/actions';
import { route, type Sort, setFilters, sorts, statuses } from '../../state/route';
import { channels, users } from '../../state/store';
import { Icon } from '../../ui/icon';

const sortKey: Record<Sort, Key> = {
  window: 'sort.window',
  updated: 'sort.updated',
  created: 'sort.created',
  priority: 'sort.priority',
  sla: 'sort.sla',
};

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

/**
 * The words to look for. The field belongs to whoever types; only words that come from elsewhere are put into it. A
 * search is one step in the history, however often it is put right.
 */
function Words() {
  const { q } = route.value.filters;
  const field = useRef<HTMLInputElement>(null);
  const asked = useRef(q);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const ask = () => {
    clearTimeout(timer.current);
    asked.current = field.current!.value.trim();
    if (asked.current !== route.peek().filters.q) setFilters({ q: asked.current }, route.peek().filters.q !== '');
  };
  useLayoutEffect(() => {
    if (q === asked.current) return;
    clearTimeout(timer.current);
    asked.current = q;
    field.current!.value = q;
  }, [q]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <label class="filter-words">
      <span class="hidden">{text('filter.words')}</span>
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        maxLength={200}
        placeholder={text('filter.words_hint')}
        defaultValue={q}
        onInput={() => {
          clearTimeout(timer.current);
          timer.current = setTimeout(ask, 350);
        }}
        onChange={ask}
      />
    </label>
  );
}

export default function Filters() {
  const { filters } = route.value;
  return (
    <>
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
      <Words />
    </>
  );
}
