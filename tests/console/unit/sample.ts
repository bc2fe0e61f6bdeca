/** Tickets, messages and channels as the gateway gives them, for tests to change what they are about. */
import type { Channel, Message, Ticket } from '../../../core/console/src/api/client';

export const T0 = Date.parse('2026-11-23T19:05:00.000Z');
export const iso = (ms: number) => new Date(ms).toISOString();
export const HOUR = 3_600_000;

let number = 0;

export function ticket(part: Partial<Ticket> = {}): Ticket {
  number += 1;
  return {
    id: `t${number}`,
    number,
    version: 1,
    status: 'open',
    priority: 'normal',
    channel: 'maple',
    plugin: 'messenger',
    account: { id: 'p1', name: 'Maple Outdoors' },
    customer: { id: `c${number}`, name: `Customer ${number}`, handle: null, avatar_url: null },
    assignee: null,
    team: null,
    tags: [],
    created_at: iso(T0 - HOUR),
    updated_at: iso(T0 - HOUR),
    last_message_at: iso(T0 - HOUR),
    first_response_at: null,
    solved_at: null,
    snoozed_until: null,
    messages_in: 1,
    unanswered: true,
    preview: 'Bonjour',
    window: {
      state: 'open',
      closes_at: iso(T0 + 23 * HOUR),
      opened_by: 'message',
      quota_left: null,
      human_until: iso(T0 + 167 * HOUR),
      lock: null,
    },
    unread: 1,
    ...part,
  };
}

let message_ = 0;

export function message(part: Partial<Message> = {}): Message {
  message_ += 1;
  return {
    id: `m${message_}`,
    ticket_id: 't1',
    version: 1,
    direction: 'in',
    kind: 'message',
    author: { kind: 'customer', id: 'c1', name: 'Chloé Roy' },
    text: `Message ${message_}`,
    attachments: [],
    reply_to: null,
    context: null,
    reactions: [],
    remote_id: null,
    client_key: null,
    sent_at: iso(T0 + message_ * 1000),
    received_at: iso(T0 + message_ * 1000),
    edited_at: null,
    unsent_at: null,
    delivery: null,
    ...part,
  };
}

export function channel(part: Partial<Channel> = {}): Channel {
  return {
    id: 'maple',
    name: 'Messenger',
    plugin: 'messenger',
    state: 'active',
    accounts: [],
    last_event_at: null,
    last_send_at: null,
    error: null,
    queued: 0,
    quarantined: 0,
    capabilities: {
      text: { max: 1999, unit: 'code_points' },
      kinds_in: ['image'],
      kinds_out: [{ kind: 'image', max_bytes: 8_000_000 }],
      reply_to: true,
      reactions: true,
      edits: true,
      unsends: true,
      receipts: { delivered: true, read: true },
      typing: true,
      window: { hours: 24, human_hours: 168, quota: null },
      quick_replies: null,
      source: null,
      checked_on: null,
    },
    ...part,
  };
}
