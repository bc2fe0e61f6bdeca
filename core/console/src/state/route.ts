/** Where we are, in the URL and nowhere else: reload, back and a pasted link restore it (C-LI-4). */
import { signal } from '@preact/signals';
import { type Priority, prefix, type TicketQuery, type TicketStatus } from '../api/client';

export type View = 'inbox' | 'admin' | 'reports';
export type Sort = NonNullable<TicketQuery['sort']>;

export interface Filters {
  status: TicketStatus[];
  channel: string[];
  assignee: string;
  team: string;
  tag: string[];
  priority: Priority[];
  q: string;
  sort: Sort;
}

export interface Route {
  view: View;
  ticket: string | null;
  filters: Filters;
}

export const statuses: TicketStatus[] = ['open', 'pending', 'snoozed', 'solved', 'closed'];
const priorities: Priority[] = ['low', 'normal', 'high', 'urgent'];
export const sorts: Sort[] = ['window', 'updated', 'created', 'priority', 'sla'];
const views: View[] = ['inbox', 'admin', 'reports'];

const words = (params: URLSearchParams, name: string) =>
  (params.get(name) ?? '').split(',').filter((word) => word !== '');
const known = <T extends string>(values: string[], all: readonly T[]) =>
  values.filter((value): value is T => (all as readonly string[]).includes(value));

export const noFilters: Filters = {
  status: [],
  channel: [],
  assignee: '',
  team: '',
  tag: [],
  priority: [],
  q: '',
  sort: 'window',
};

export function parseRoute(path: string, query: string): Route {
  const params = new URLSearchParams(query);
  const last = path.split('/').pop() ?? '';
  return {
    view: known([last], views)[0] ?? 'inbox',
    ticket: params.get('ticket'),
    filters: {
      status: known(words(params, 'status'), statuses),
      channel: words(params, 'channel'),
      assignee: params.get('assignee') ?? '',
      team: params.get('team') ?? '',
      tag: words(params, 'tag'),
      priority: known(words(params, 'priority'), priorities),
      q: params.get('q') ?? '',
      sort: known([params.get('sort') ?? ''], sorts)[0] ?? 'window',
    },
  };
}

export function writeRoute(route: Route): string {
  const params = new URLSearchParams();
  const { filters } = route;
  for (const [name, value] of Object.entries(filters)) {
    const written = Array.isArray(value) ? value.join(',') : value;
    if (written !== '' && !(name === 'sort' && written === 'window')) params.set(name, written);
  }
  if (route.ticket !== null) params.set('ticket', route.ticket);
  const query = params.toString().replaceAll('%2C', ',');
  return `${route.view}${query === '' ? '' : `?${query}`}`;
}

/** The filters as the API takes them. */
export function toQuery(filters: Filters): TicketQuery {
  const query: TicketQuery = { sort: filters.sort };
  if (filters.status.length > 0) query.status = filters.status;
  if (filters.channel.length > 0) query.channel = filters.channel;
  if (filters.assignee !== '') query.assignee = filters.assignee;
  if (filters.team !== '') query.team = filters.team;
  if (filters.tag.length > 0) query.tag = filters.tag;
  if (filters.priority.length > 0) query.priority = filters.priority;
  if (filters.q !== '') query.q = filters.q;
  return query;
}

export const sameFilters = (a: Filters, b: Filters) => JSON.stringify(a) === JSON.stringify(b);

export const route = signal<Route>({ view: 'inbox', ticket: null, filters: noFilters });

const read = () => {
  route.value = parseRoute(location.pathname, location.search);
};

export function startRouter() {
  read();
  addEventListener('popstate', read);
}

/** Goes somewhere. `replace` leaves no step in the history: for what the reader would not call a place. */
export function go(change: Partial<Route>, replace = false) {
  const next = { ...route.value, ...change };
  const url = prefix + writeRoute(next);
  if (replace) history.replaceState(null, '', url);
  else if (url !== location.pathname + location.search) history.pushState(null, '', url);
  route.value = next;
}

export const setFilters = (change: Partial<Filters>, replace = false) =>
  go({ view: 'inbox', filters: { ...route.value.filters, ...change } }, replace);
export const linkTo = (ticket: string) =>
  location.origin + prefix + writeRoute({ ...route.value, view: 'inbox', filters: noFilters, ticket });
