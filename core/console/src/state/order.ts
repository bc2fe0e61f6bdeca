/** Which tickets belong to a list, and in what order: the API's rules once more, for what comes live (C-LI-3). Pure. */
import type { LiveTicket, Priority } from '../api/client';
import type { Filters, Sort } from './route';
import { windowKey } from './window';

const weight: Record<Priority, number> = { urgent: 0, high: 1, normal: 2, low: 3 };

const keys: Record<Sort, (ticket: LiveTicket) => number> = {
  window: (ticket) => (ticket.status === 'closed' ? Number.POSITIVE_INFINITY : windowKey(ticket.window)),
  updated: (ticket) => -Date.parse(ticket.updated_at),
  created: (ticket) => -Date.parse(ticket.created_at),
  priority: (ticket) => weight[ticket.priority],
  sla: () => 0,
};

export function compareBy(sort: Sort): (a: LiveTicket, b: LiveTicket) => number {
  const key = keys[sort];
  return (a, b) => {
    const left = key(a);
    const right = key(b);
    // Two infinite keys are equal, and their difference is not a number.
    return left === right ? a.number - b.number : left < right ? -1 : 1;
  };
}

const within = (values: readonly string[], value: string) => values.length === 0 || values.includes(value);

/**
 * Does a live ticket belong to the list? Words (`q`) only the gateway can look for: there, membership stays as it was,
 * so `inList` decides.
 */
export function matches(ticket: LiveTicket, filters: Filters, myId: string, inList: boolean): boolean {
  if (filters.status.length === 0 ? ticket.status === 'closed' : !filters.status.includes(ticket.status)) return false;
  if (!within(filters.channel, ticket.channel) || !within(filters.priority, ticket.priority)) return false;
  if (filters.assignee === 'none' && ticket.assignee !== null) return false;
  if (filters.assignee !== '' && filters.assignee !== 'none') {
    const wanted = filters.assignee === 'me' ? myId : filters.assignee;
    if (ticket.assignee?.id !== wanted) return false;
  }
  if (filters.team !== '' && ticket.team?.id !== filters.team) return false;
  if (filters.tag.length > 0 && !filters.tag.some((tag) => ticket.tags.includes(tag))) return false;
  return filters.q === '' || inList;
}

/** Where `item` goes in a sorted array. */
export function insertionPoint<T>(sorted: readonly T[], item: T, compare: (a: T, b: T) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(sorted[middle]!, item) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
