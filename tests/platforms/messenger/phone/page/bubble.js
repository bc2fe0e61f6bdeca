// One message as the phone shows it: words, pictures, cards, reactions, and the sheet of what can be done with it.

import { byId, make } from './dom.js';
import { shortTime, words } from './words.js';

export const REACTIONS = { love: '❤️', like: '👍', smile: '😆', wow: '😮', sad: '😢', angry: '😡' };

function safeLink(url, ...content) {
  const good = URL.canParse(url, location.href) && /^https?:$/.test(new URL(url, location.href).protocol);
  if (!good) return make('span', {}, ...content);
  return make('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, ...content);
}

function isLocal(url) {
  return typeof url === 'string' && url.startsWith('/');
}

function card({ url, title, picture, type }) {
  const image = isLocal(picture) ? make('img', { class: 'card-picture', src: picture, alt: '' }) : null;
  const label = make('span', { class: 'card-kind' }, words[type.replace('ig_', '')] ?? words.attachment);
  return make('div', { class: 'card' }, image, label, safeLink(url ?? '', make('strong', {}, title ?? url ?? '')));
}

function templateCard({ template, title, url }, tap) {
  if (!template) return card({ type: 'template', title, picture: url });
  const elements = template.elements ?? [{ title: template.text, buttons: template.buttons }];
  const cards = elements.map((element) =>
    make(
      'div',
      { class: 'card' },
      make('strong', {}, element.title ?? template.template_type ?? template.name ?? ''),
      element.subtitle ? make('span', { class: 'small' }, element.subtitle) : null,
      ...(element.buttons ?? []).map((button) =>
        button.type === 'postback'
          ? make('button', { type: 'button', class: 'card-button', onclick: () => tap(button) }, button.title)
          : safeLink(button.url ?? '', button.title ?? ''),
      ),
    ),
  );
  return make('div', { class: 'cards' }, ...cards);
}

function attachment(part, tap) {
  const { type, url } = part;
  if (type === 'sticker') return make('img', { class: 'sticker', src: url, alt: `${words.sticker}: ${part.title}` });
  if (type === 'image' && isLocal(url)) return make('img', { class: 'picture', src: url, alt: words.photo });
  if (type === 'video' && isLocal(url))
    return make('video', { class: 'picture', src: url, controls: true, preload: 'metadata' });
  if (type === 'audio' && isLocal(url)) return make('audio', { src: url, controls: true, preload: 'metadata' });
  if (type === 'template') return templateCard(part, tap);
  if (type === 'file') return card({ type, url, title: words.document });
  return card(part);
}

function bare(message) {
  return !message.text && message.attachments.length > 0 && message.attachments.every(({ type }) => type !== 'file');
}

function quote(message, find) {
  if (!message.replyTo) return null;
  const replied = find(message.replyTo);
  const said = replied?.text ?? words[replied?.attachments[0]?.type] ?? words.attachment;
  return make('p', { class: 'quote' }, said);
}

/** The element of a message. `find(mid)` gives another one; `open(message)` shows its sheet; `tap(button)` taps a card. */
export function bubble(message, { find, open, tap }) {
  const own = message.side === 'customer';
  const side = own ? 'own' : 'other';
  if (message.tap) return make('p', { class: 'note' }, words.tapped(message.text));
  if (message.unsent) return make('p', { class: `note ${side}` }, own ? words.unsentOwn : words.unsentOther);
  const parts = message.attachments.map((part) => attachment(part, tap));
  const text = message.text ? make('p', { class: 'words', dir: 'auto' }, message.text) : null;
  const reactions = Object.values(message.reactions);
  const body = make(
    'div',
    { class: bare(message) ? 'bubble bare' : 'bubble' },
    ...parts,
    text,
    reactions.length > 0 ? make('span', { class: 'reactions' }, reactions.join('')) : null,
  );
  const actions = make(
    'button',
    {
      type: 'button',
      class: 'dots',
      'aria-label': words.actions,
      'aria-haspopup': 'dialog',
      onclick: () => open(message),
    },
    make('span', { 'aria-hidden': 'true' }, '⋯'),
  );
  const line = own ? [actions, body] : [body, actions];
  const edited = message.edits > 0 ? make('p', { class: `state ${side}` }, words.edited) : null;
  return make(
    'article',
    { class: `message ${side}`, title: shortTime(message.at) },
    quote(message, find),
    make('div', { class: 'line' }, ...line),
    edited,
  );
}

/** Shows what can be done with a message; `choose(act, args)` is called with the choice. */
export function openSheet(message, choose) {
  const sheet = byId('sheet');
  const pick = (act, args = {}) => {
    sheet.close();
    choose(act, args);
  };
  const button = (word, act) =>
    make('button', { type: 'button', class: 'sheet-button', onclick: () => pick(act) }, words[word]);
  const rows = [];
  if (message.side === 'page') {
    const faces = Object.entries(REACTIONS).map(([reaction, emoji]) =>
      make(
        'button',
        {
          type: 'button',
          class: 'face',
          'aria-label': words.reactWith(emoji),
          onclick: () => pick('react', { reaction }),
        },
        emoji,
      ),
    );
    rows.push(make('div', { class: 'faces' }, ...faces));
    if (message.reactions.customer) rows.push(button('unreact', 'unreact'));
  }
  rows.push(button('reply', 'reply'));
  if (message.side === 'customer' && message.text && message.edits < 5) rows.push(button('edit', 'edit'));
  if (message.side === 'customer') rows.push(button('unsend', 'unsend'));
  rows.push(make('button', { type: 'button', class: 'sheet-button quiet', onclick: () => sheet.close() }, words.close));
  sheet.setAttribute('aria-label', words.actions);
  sheet.replaceChildren(...rows);
  sheet.showModal();
}
