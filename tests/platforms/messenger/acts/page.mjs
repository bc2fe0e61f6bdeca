// What happens to a Page or a thread without the customer: control moves to and fro, somebody answers in the Page
// inbox, the platform warns. The form is that of messages.mjs.

import { PAGE_INBOX_APP } from '../platform/routing.mjs';
import { newMessageId } from '../platform/signatures.mjs';

function handover({ contact, at }, key, members, owner) {
  if (owner !== undefined) contact.owner = owner;
  const event = { field: 'messaging_handovers', kind: 'handover', opens: false, members: { [key]: members } };
  return { ...event, id: `${key} ${contact.psid} ${at}`, key: 'messaging' };
}

/** A message that somebody else wrote for the Page. The thread keeps it; its echo goes out. */
function echo({ contact, at }, { appId = PAGE_INBOX_APP, text = null, attachments = [], metadata, replyTo = null }) {
  const message = { mid: newMessageId(), side: 'page', at, appId, text, attachments, metadata, replyTo };
  return { echo: true, contact, message };
}

export const PAGE_ACTS = {
  /** Another app gives us the thread. */
  passToUs: (context, { from = PAGE_INBOX_APP, metadata = '' }) =>
    handover(
      context,
      'pass_thread_control',
      { previous_owner_app_id: from, new_owner_app_id: context.sim.world.appId, metadata },
      context.sim.world.appId,
    ),
  /** Another app (usually the Page inbox) takes the thread from us: what follows arrives as standby. */
  takeFromUs: (context, { by = PAGE_INBOX_APP, metadata = '' }) =>
    handover(
      context,
      'take_thread_control',
      { previous_owner_app_id: context.contact.owner, new_owner_app_id: BigInt(by), metadata },
      by,
    ),
  requestFromUs: (context, { metadata = 'agent' }) =>
    handover(context, 'request_thread_control', { requested_owner_app_id: BigInt(context.sim.world.appId), metadata }),
  appRoles: (context, { role = 'primary_receiver' }) => ({
    ...handover(context, 'app_roles', { [context.sim.world.appId]: [role] }),
    sender: null,
  }),

  /** An answer written in the Page inbox, or by another app with `appId`. */
  echo,
  inboxReply: (context, { text }) => echo(context, { text }),
  /** Echoes of kinds that only others send: a template, and a shared link whose payload is null. */
  echoTemplate: (context, { text = 'Track', buttons = [{ type: 'postback', title: 'Track', payload: 'T' }] }) =>
    echo(context, { attachments: [{ type: 'template', template: { template_type: 'button', text, buttons } }] }),
  echoFallback: (context, { title = 'Maple Outdoors', url = 'https://example.org/sale' }) =>
    echo(context, { attachments: [{ type: 'fallback', title, url }] }),

  /** `action`: warning, block or unblock. `hyphen`: the older spelling of the key. */
  policy: ({ contact, at }, { action = 'warning', reason = 'Too many messages were reported.', hyphen = false }) => ({
    field: 'messaging_policy_enforcement',
    kind: 'policy',
    opens: false,
    members: {
      [hyphen ? 'policy-enforcement' : 'policy_enforcement']: action === 'unblock' ? { action } : { action, reason },
    },
    id: `policy ${contact.page.id} ${at}`,
    sender: null,
  }),

  block: ({ contact }) => {
    contact.blocked = true;
    return null;
  },
  unblock: ({ contact }) => {
    contact.blocked = false;
    return null;
  },
};

/** The notifications of the dashboard's "Test" button: as a change or as a message. */
export function dashboardTest(form = 'changes') {
  const value = {
    sender: { id: '12334' },
    recipient: { id: '23245' },
    timestamp: '1527459824',
    message: { mid: 'random_mid', text: 'test_message' },
  };
  const inside = form === 'changes' ? { changes: [{ field: 'messages', value }] } : { messaging: [value] };
  return { object: 'page', entry: [{ id: '0', time: 1527459824, ...inside }] };
}

function feed(contact, at, members) {
  const from = { id: contact.psid, name: contact.name };
  return { field: 'feed', value: { ...members, from, created_time: Math.floor(at / 1000) } };
}

/** A public comment on a post of the Page (messenger.md, 3.13); times in seconds. */
export function feedComment(contact, at, { text = 'price?', commentId = '3_5', verb = 'add' } = {}) {
  const postId = `${contact.page.id}_3`;
  const ids = { comment_id: commentId, post_id: postId, parent_id: postId };
  return {
    kind: 'comment',
    id: commentId,
    element: feed(contact, at, { item: 'comment', verb, ...ids, message: text }),
  };
}

/** A post of a visitor on the Page. */
export function feedPost(
  contact,
  at,
  { text = 'Open today?', postId = `${contact.page.id}_${at}`, verb = 'add' } = {},
) {
  return {
    kind: 'post',
    id: postId,
    element: feed(contact, at, { item: 'post', verb, post_id: postId, message: text }),
  };
}
