// What a customer does beside writing: reacts, edits, unsends, reads, taps, arrives by a link, consents.
// The form is that of messages.mjs; `changes(message)` is carried out on the message pointed at.

import { newMessageId } from '../platform/signatures.mjs';
import { adReferral, targetMid } from './messages.mjs';

const EMOJI = { smile: '😆', angry: '😡', sad: '😢', wow: '😮', love: '❤️', like: '👍', dislike: '👎', other: '🏕️' };
const MOST_EDITS = 5;

function postback({ contact, at }, { title, payload, referral, mid = newMessageId(), withMid = true }) {
  const members = { title, payload, referral, ...(withMid ? { mid } : {}) };
  return {
    field: 'messaging_postbacks',
    kind: 'postback',
    opens: true,
    members: { postback: members },
    id: withMid ? mid : `postback ${contact.psid} ${at} ${payload}`,
    text: title,
    message: { mid, side: 'customer', at, text: title, tap: true },
  };
}

function referral({ contact, at }, members) {
  const id = `referral ${contact.psid} ${at}`;
  return {
    field: 'messaging_referrals',
    kind: 'referral',
    opens: members.source === 'SHORTLINK',
    members: { referral: members },
    id,
  };
}

function optin({ contact, at }, members) {
  return {
    field: 'messaging_optins',
    kind: 'optin',
    opens: false,
    members: { optin: members },
    id: `optin ${contact.psid} ${at}`,
  };
}

function ownMessage(contact, mid) {
  const target = contact.message(targetMid(contact, mid, 'customer'));
  if (target?.side !== 'customer') throw new RangeError('only a message of their own');
  return target;
}

export const SIGNAL_ACTS = {
  /** `reaction`: smile angry sad wow love like dislike other; on the Page's newest message unless `mid` says which. */
  react: ({ contact, at }, { reaction = 'love', emoji = EMOJI[reaction], mid: asked }) => {
    const mid = targetMid(contact, asked, 'page');
    return {
      field: 'message_reactions',
      kind: 'reaction',
      opens: true,
      members: { reaction: { mid, action: 'react', reaction, emoji } },
      id: `reaction ${mid} ${contact.psid} react ${at}`,
      target: mid,
      changes: (message) => Object.assign(message.reactions, { customer: emoji }),
    };
  },

  /** `bare` (usual): without `reaction` and `emoji`. */
  unreact: ({ contact, at }, { mid: asked, bare = true, reaction = 'love' }) => {
    const mid = targetMid(contact, asked, 'page');
    const shown = bare ? {} : { reaction, emoji: EMOJI[reaction] };
    return {
      field: 'message_reactions',
      kind: 'reaction',
      opens: false,
      members: { reaction: { mid, action: 'unreact', ...shown } },
      id: `reaction ${mid} ${contact.psid} unreact ${at}`,
      target: mid,
      changes: (message) => {
        delete message.reactions.customer;
      },
    };
  },

  /** `asString`: `num_edit` as a string, as the reference once shows it. */
  edit: ({ contact }, { text, mid: asked, asString = false }) => {
    const target = ownMessage(contact, asked);
    if (target.edits >= MOST_EDITS) throw new RangeError(`a message can be edited ${MOST_EDITS} times`);
    const number = target.edits + 1;
    return {
      field: 'message_edits',
      kind: 'edit',
      opens: false,
      members: { message_edit: { mid: target.mid, text, num_edit: asString ? String(number) : number } },
      id: `edit ${target.mid} ${number}`,
      text,
      target: target.mid,
      changes: (message) => Object.assign(message, { text, edits: number }),
    };
  },

  /** As Instagram has it, since Messenger documents no form. */
  unsend: ({ contact }, { mid: asked }) => {
    const { mid } = ownMessage(contact, asked);
    return {
      field: 'messages',
      kind: 'unsend',
      opens: false,
      members: { message: { mid, is_deleted: true } },
      id: `unsend ${mid}`,
      target: mid,
      changes: (message) => Object.assign(message, { unsent: true, text: null, attachments: [] }),
    };
  },

  postback,
  getStarted: (context, args) => postback(context, { title: 'Get Started', payload: 'GET_STARTED', ...args }),
  /** A tap on a button of a template that the Page sent. */
  templateTap: (context, { title = 'Track my order', payload = 'TRACK_ORDER' }) =>
    postback(context, { title, payload }),

  /** An m.me link clicked in a thread that exists. */
  referral: (context, { ref = 'spring-26', source = 'SHORTLINK', refererUri }) =>
    referral(context, { ref, source, type: 'OPEN_THREAD', referer_uri: refererUri }),
  adClick: (context, ad) => referral(context, adReferral(ad)),

  optIn: (context, { payload = 'NEWS', title = 'Updates', token = '87654321', timezone = 'America/Toronto' }) =>
    optin(context, {
      type: 'notification_messages',
      payload,
      title,
      notification_messages_token: token,
      notification_messages_timezone: timezone,
      token_expiry_timestamp: context.at + 30 * 86_400_000,
      user_token_status: 'NOT_REFRESHED',
    }),
  optInChange: (context, { status = 'STOP NOTIFICATIONS', payload = 'NEWS', title = 'Updates', token = '87654321' }) =>
    optin(context, {
      type: 'notification_messages',
      payload,
      title,
      notification_messages_token: token,
      notification_messages_status: status,
    }),

  /** The "Send to Messenger" plugin: a tap by somebody who is known, with what the Page had written into it. */
  optInSendTo: (context, { ref = 'basket-7' }) => ({ ...optin(context, { ref }), opens: true }),

  /** The checkbox plugin: the person is known by a `user_ref` only, until they write. */
  optInPlugin: (context, { ref = 'newsletter', userRef = `ref-${context.at}` }) => {
    context.sim.references.set(`user_ref ${userRef}`, { contact: context.contact });
    return { ...optin(context, { ref, user_ref: userRef }), id: `optin ${userRef}`, sender: { user_ref: userRef } };
  },

  feedback: ({ contact, at }, { good = true, mid: asked }) => {
    const mid = targetMid(contact, asked, 'page');
    const members = { response_feedback: { feedback: good ? 'Good response' : 'Bad response', mid } };
    return { field: 'response_feedback', kind: 'feedback', opens: false, members, id: `feedback ${mid} ${at}` };
  },
  surveyAnswer: ({ contact, at }, { score = 4, text = '' }) => {
    const question = { type: 'CSAT', payload: String(score), follow_up: { type: 'free_form', payload: text } };
    const screen = { screen_id: 0, questions: { q1: question } };
    const members = { messaging_feedback: { feedback_screens: [screen] } };
    return { field: 'messaging_feedback', kind: 'survey', opens: false, members, id: `survey ${contact.psid} ${at}` };
  },
  customerInformation: ({ contact, at }, { email = 'a@example.org' }) => {
    const screens = [{ screen_id: 'contact', responses: [{ key: 'email', value: email }] }];
    const members = { messaging_customer_information: { screens } };
    return {
      field: 'messaging_customer_information',
      kind: 'form',
      opens: false,
      members,
      id: `form ${contact.psid} ${at}`,
    };
  },
  accountLinking: ({ contact, at }, { status = 'linked', code = 'abc' }) => {
    const members = { account_linking: { status, authorization_code: status === 'linked' ? code : undefined } };
    return {
      field: 'messaging_account_linking',
      kind: 'linking',
      opens: false,
      members,
      id: `linking ${contact.psid} ${at}`,
    };
  },
  order: ({ contact, at }, { note = 'gift' }) => {
    const product = { id: 123, retailer_id: 'sku-1', name: 'Cup', unit_price: 11, currency: 'CAD', quantity: 1 };
    const members = { order: { products: [product], note } };
    return { field: 'send_cart', kind: 'order', opens: false, members, id: `order ${contact.psid} ${at}` };
  },

  /** A kind that no page knows: `key` holds `value`. */
  unknown: ({ contact, at }, { key = 'holo_wave', value = { strength: 3 } }) => ({
    field: null,
    kind: 'unknown',
    opens: false,
    members: { [key]: value },
    id: `unknown ${key} ${contact.psid} ${at}`,
  }),
};
