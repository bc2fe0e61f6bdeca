// Whether the platform takes a message: its contents, the window, tags, who holds the thread. Pure checks; each
// throws the GraphError that the platform answers.

import { HUMAN_AGENT_WINDOW, WINDOW } from '../platform/world.mjs';
import { GraphError } from './errors.mjs';

const TEXT_LIMIT = 2000;
const METADATA_LIMIT = 1000;
const BUTTON_TEXT_LIMIT = 640;
const QUICK_REPLIES = { most: 13, title: 20, kinds: ['text', 'user_phone_number', 'user_email'] };
const ATTACHMENT_KINDS = ['image', 'audio', 'video', 'file', 'template'];
const ACTIONS = ['typing_on', 'typing_off', 'mark_seen'];
const NOTIFICATIONS = ['REGULAR', 'SILENT_PUSH', 'NO_PUSH'];

function demand(holds, detail) {
  if (!holds) throw new GraphError('parameter', `(#100) ${detail}`);
}

function length(text) {
  return [...text].length;
}

function checkButtons(buttons, most = 3) {
  demand(buttons === undefined || (Array.isArray(buttons) && buttons.length <= most), `at most ${most} buttons`);
}

const TEMPLATES = {
  generic({ elements }) {
    demand(Array.isArray(elements) && elements.length >= 1 && elements.length <= 10, '1 to 10 elements');
    for (const element of elements) {
      demand(typeof element.title === 'string' && element.title !== '', 'an element needs a title');
      checkButtons(element.buttons);
    }
  },
  button({ text, buttons }) {
    demand(typeof text === 'string' && length(text) <= BUTTON_TEXT_LIMIT, `text of at most ${BUTTON_TEXT_LIMIT}`);
    demand(Array.isArray(buttons) && buttons.length >= 1, 'a button template needs buttons');
    checkButtons(buttons);
  },
  media({ elements }) {
    demand(Array.isArray(elements) && elements.length === 1, 'a media template has one element');
    const [{ media_type: type, attachment_id: id, url, buttons }] = elements;
    demand(['image', 'video'].includes(type) && (id ? !url : Boolean(url)), 'media_type with attachment_id or url');
    checkButtons(buttons);
  },
  customer_feedback({ feedback_screens: screens }) {
    demand(Array.isArray(screens) && screens.length === 1, 'a feedback template has one screen');
  },
};

function checkAttachment({ type, payload }) {
  demand(ATTACHMENT_KINDS.includes(type), `attachment type ${type}`);
  demand(payload !== null && typeof payload === 'object', 'an attachment needs a payload');
  if (type === 'template') {
    demand(Object.hasOwn(TEMPLATES, payload.template_type), `template type ${payload.template_type}`);
    TEMPLATES[payload.template_type](payload);
    return;
  }
  if (payload.attachment_id !== undefined)
    demand(typeof payload.attachment_id === 'string', 'attachment_id is a string');
}

function checkQuickReplies(replies) {
  demand(
    Array.isArray(replies) && replies.length >= 1 && replies.length <= QUICK_REPLIES.most,
    '1 to 13 quick replies',
  );
  for (const { content_type: kind, title, payload } of replies) {
    demand(QUICK_REPLIES.kinds.includes(kind), `quick reply of the kind ${kind}`);
    if (kind !== 'text') continue;
    demand(
      typeof title === 'string' && title !== '' && length(title) <= QUICK_REPLIES.title,
      'title of 1 to 20 characters',
    );
    demand(typeof payload === 'string' && payload.length <= 1000, 'a quick reply needs a payload');
  }
}

/** Checks what is to be sent. @param body the request; @param filed whether a file came with it */
export function checkContent(body, filed = false) {
  const { message, sender_action: action, notification_type: notification } = body;
  if (message && action) throw new GraphError('messageAndAction');
  demand(message || action, 'message or sender_action is needed');
  if (action) return demand(ACTIONS.includes(action), `sender_action ${action}`);
  demand(notification === undefined || NOTIFICATIONS.includes(notification), `notification_type ${notification}`);
  const { text, attachment, attachments, metadata, quick_replies: quick, template } = message;
  const kinds = [text, attachment ?? attachments, template].filter((member) => member !== undefined).length;
  demand(kinds === 1, 'exactly one of text, attachment and template');
  if (text !== undefined) {
    demand(typeof text === 'string' && text.trim() !== '', 'text must not be empty');
    demand(length(text) <= TEXT_LIMIT, `Length of param message[text] must be less than or equal to ${TEXT_LIMIT}`);
  }
  if (attachment && !filed) checkAttachment(attachment);
  if (quick !== undefined) checkQuickReplies(quick);
  demand(
    metadata === undefined || (typeof metadata === 'string' && metadata.length < METADATA_LIMIT),
    'metadata too long',
  );
  return undefined;
}

/**
 * Checks that the person may be written to now. Openers and their times are kept in the contact.
 * @param humanAgent whether the app has the HUMAN_AGENT permission
 */
export function checkWindow(contact, body, now, humanAgent) {
  const age = contact.lastOpenerAt === null ? Number.POSITIVE_INFINITY : now - contact.lastOpenerAt;
  switch (body.messaging_type) {
    case 'RESPONSE':
    case 'UPDATE':
      demand(body.tag === undefined, 'a tag needs messaging_type MESSAGE_TAG');
      if (age > WINDOW) throw new GraphError('outsideWindow');
      return;
    case 'MESSAGE_TAG':
      return checkTag(body, age, humanAgent);
    case 'UTILITY':
      demand(typeof body.message?.template?.name === 'string', 'a utility message needs an approved template');
      demand(typeof body.message.template.language?.code === 'string', 'a utility template needs a language');
      return;
    default:
      throw new GraphError('parameter', `(#100) messaging_type ${body.messaging_type ?? 'is missing'}`);
  }
}

function checkTag({ tag, message }, age, humanAgent) {
  if (tag === 'HUMAN_AGENT') {
    if (!humanAgent) throw new GraphError('permission', '(#200) Requires the Human Agent permission');
  } else if (tag === 'CUSTOMER_FEEDBACK') {
    const feedback = message?.attachment?.payload?.template_type === 'customer_feedback';
    demand(feedback, 'CUSTOMER_FEEDBACK takes the feedback template only');
  } else {
    // ACCOUNT_UPDATE, CONFIRMED_EVENT_UPDATE and POST_PURCHASE_UPDATE ended on 2026-04-27; others never were.
    throw new GraphError('parameter', '(#100) Invalid parameter: message tag');
  }
  if (age > HUMAN_AGENT_WINDOW) throw new GraphError('outsideWindow');
}

/** Checks `reply_to`: a message of this thread, and a customer's message within the last 24 hours. */
export function checkReplyTo(contact, replyTo, now) {
  if (replyTo === undefined) return;
  const known = typeof replyTo?.mid === 'string' && contact.message(replyTo.mid);
  demand(known, 'reply_to names a message of this conversation');
  const newest = contact.newest('customer');
  if (!newest || now - newest.at > WINDOW) throw new GraphError('outsideWindow');
}
