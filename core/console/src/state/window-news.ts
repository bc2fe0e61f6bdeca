/** Says to screen readers that a reply window comes to its end: of the open ticket and of one's own (C-RW-2). */
import { effect } from '@preact/signals';
import { text } from '../i18n';
import { duration } from '../i18n/format';
import { eachHalfMinute } from './clock';
import { route } from './route';
import { announce, knownTickets, me } from './store';
import { windowNews } from './window';

export function startWindowNews(): () => void {
  let last = eachHalfMinute.peek();
  return effect(() => {
    const [from, to] = [last, eachHalfMinute.value];
    last = to;
    const sentences: string[] = [];
    for (const ticket of knownTickets()) {
      const mine = ticket.assignee !== null && ticket.assignee.id === me.peek()?.id;
      const live = ticket.status === 'open' || ticket.status === 'pending';
      if (!live || (!mine && ticket.id !== route.peek().ticket)) continue;
      const news = windowNews(ticket.window, from, to);
      if (news === null) continue;
      const name = ticket.customer.name ?? text('ticket.number', { number: ticket.number });
      const left = duration(Math.ceil((Date.parse(ticket.window.closes_at ?? '') - to) / 60_000) * 60_000);
      sentences.push(text(news === 'left' ? 'window.news_left' : 'window.news_over', { name, left }));
    }
    if (sentences.length > 0) announce(sentences.join(' '));
  });
}
