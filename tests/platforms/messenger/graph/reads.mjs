// What can be read back: profiles, conversations, messages. Newest first, by cursors; details of the twenty newest
// messages of a conversation only.

import { GraphError } from './errors.mjs';

const DETAILED_MESSAGES = 20;
const USUAL_LIMIT = 25;

function isoTime(ms) {
  return `${new Date(ms).toISOString().slice(0, 19)}+0000`;
}

/** A list with cursors, as the Graph API pages it. */
function paged(list, query, link) {
  const limit = Math.min(Math.max(Number(query.get('limit') ?? USUAL_LIMIT) || USUAL_LIMIT, 1), 100);
  const read = (cursor) => Number(Buffer.from(cursor, 'base64url').toString());
  const write = (place) => Buffer.from(String(place)).toString('base64url');
  let start = 0;
  if (query.has('after')) start = read(query.get('after')) + 1;
  if (query.has('before')) start = Math.max(0, read(query.get('before')) - limit);
  if (!Number.isInteger(start)) throw new GraphError('parameter', '(#100) Invalid cursor');
  const data = list.slice(start, start + limit);
  if (data.length === 0) return { data };
  const paging = { cursors: { before: write(start), after: write(start + data.length - 1) } };
  if (start + limit < list.length)
    paging.next = `${link}${link.includes('?') ? '&' : '?'}limit=${limit}&after=${paging.cursors.after}`;
  return { data, paging };
}

/** Splits "id,messages{id,from}" into names with their inner lists. */
export function readFields(text) {
  const fields = new Map();
  let depth = 0;
  let start = 0;
  const take = (part) => {
    const [, name, inner] = /^\s*([a-z_]+)(?:\.limit\(\d+\))?(?:\{(.*)\})?\s*$/s.exec(part) ?? [];
    if (name) fields.set(name, inner);
  };
  [...text].forEach((sign, index) => {
    if (sign === '{') depth += 1;
    if (sign === '}') depth -= 1;
    if (sign === ',' && depth === 0) {
      take(text.slice(start, index));
      start = index + 1;
    }
  });
  take(text.slice(start));
  return fields;
}

function only(value, fields) {
  const always = { id: value.id };
  return { ...always, ...Object.fromEntries(Object.entries(value).filter(([name]) => fields.has(name))) };
}

/** GET /{PSID}: what the Page may know of a person. */
export function profile(sim, page, contact, query) {
  if (contact.page !== page) throw new GraphError('noObject');
  if (contact.profile === 'phone-account') throw new GraphError('noProfile');
  if (contact.profile === 'no-access') throw new GraphError('noProfileAccess');
  if (contact.profile === 'empty' || !contact.engaged) return {};
  const whole = {
    id: contact.psid,
    name: contact.name,
    first_name: contact.firstName,
    last_name: contact.lastName,
    profile_pic: sim.media.url(sim.media.readyMade('portrait', contact.portrait)),
    locale: contact.locale,
    timezone: contact.timezone,
  };
  return only(whole, readFields(query.get('fields') ?? 'first_name,last_name,profile_pic'));
}

function party(contact, side) {
  if (side === 'page')
    return { name: contact.page.name, email: `${contact.page.id}@facebook.com`, id: contact.page.id };
  return { name: contact.name, email: `${contact.psid}@facebook.com`, id: contact.psid };
}

function describe(contact, message) {
  const other = message.side === 'page' ? 'customer' : 'page';
  const whole = {
    id: message.mid,
    created_time: isoTime(message.at),
    from: party(contact, message.side),
    to: { data: [party(contact, other)] },
    message: message.text ?? '',
  };
  if (message.attachments.length === 0) return whole;
  const data = message.attachments.map(({ type, url }, index) => ({
    id: `${message.mid}_${index}`,
    mime_type: type === 'image' ? 'image/png' : 'application/octet-stream',
    [type === 'image' ? 'image_data' : 'file_url']: type === 'image' ? { url } : url,
  }));
  return { ...whole, attachments: { data } };
}

function newestFirst(contact) {
  return contact.messages.filter((message) => !message.unsent).reverse();
}

function conversation(contact, fields, link) {
  const whole = {
    id: contact.conversationId,
    updated_time: isoTime(contact.lastMessageAt ?? 0),
    message_count: contact.messages.length,
    participants: { data: [party(contact, 'customer'), party(contact, 'page')] },
  };
  const shown = only(whole, fields);
  if (fields.has('messages')) {
    const inner = readFields(fields.get('messages') ?? 'id,created_time');
    const list = newestFirst(contact).map((message, place) => {
      const detail = place < DETAILED_MESSAGES ? inner : new Map([['id'], ['created_time']]);
      return only(describe(contact, message), detail);
    });
    shown.messages = paged(list, new URLSearchParams(), link);
  }
  return shown;
}

/** GET /{page}/conversations */
export function conversations(sim, page, query, link) {
  const platform = query.get('platform') ?? 'messenger';
  if (platform.toLowerCase() !== 'messenger') return { data: [] };
  const fields = readFields(query.get('fields') ?? 'id,updated_time');
  const wanted = query.get('user_id');
  const contacts = [...sim.world.contacts.values()]
    .filter((contact) => contact.page === page && contact.messages.length > 0)
    .filter((contact) => wanted === null || contact.psid === wanted)
    .sort((a, b) => b.lastMessageAt - a.lastMessageAt);
  const edge = (contact) => `${link(contact.conversationId)}/messages`;
  return paged(
    contacts.map((contact) => conversation(contact, fields, edge(contact))),
    query,
    link(`${page.id}/conversations?fields=${query.get('fields') ?? ''}`),
  );
}

/** GET /{conversation} */
export function oneConversation(contact, query, link) {
  const fields = readFields(query.get('fields') ?? 'id,updated_time');
  return conversation(contact, fields, `${link(contact.conversationId)}/messages`);
}

/** GET /{conversation}/messages */
export function messagesOf(contact, query, link) {
  const fields = readFields(query.get('fields') ?? 'id,created_time');
  const list = newestFirst(contact).map((message, place) => {
    const detail = place < DETAILED_MESSAGES ? fields : new Map([['id'], ['created_time']]);
    return only(describe(contact, message), detail);
  });
  return paged(list, query, link(`${contact.conversationId}/messages?fields=${query.get('fields') ?? ''}`));
}

/** GET /{message} */
export function oneMessage(contact, message, query) {
  if (message.unsent) throw new GraphError('deleted');
  const place = newestFirst(contact).indexOf(message);
  if (place >= DETAILED_MESSAGES) throw new GraphError('noObject', 'The message is too old to be read.');
  return only(describe(contact, message), readFields(query.get('fields') ?? 'id,created_time'));
}
