// Where the customer writes, and the tray of what else they can send.

import { byId, make } from './dom.js';
import { language, words } from './words.js';

const POSTS = [
  {
    picture: 'canoe',
    en: 'Paddle week: 20% off canoes',
    fr: 'Semaine de la pagaie : 20 % sur les canots',
    id: '122104567890123461',
  },
  {
    picture: 'tent',
    en: 'Our favourite campsites this fall',
    fr: 'Nos campings préférés cet automne',
    id: '122104567890123462',
  },
  {
    picture: 'jacket',
    en: 'The Boreal jacket is back',
    fr: 'Le manteau Boréal est de retour',
    id: '122104567890123463',
  },
  { picture: 'lake', en: 'Sunset photo contest', fr: 'Concours photo : coucher de soleil', id: '122104567890123464' },
];

export class Composer {
  #send;
  #pointing = null;

  /** @param send (act, args) → promise; @param state what the simulator offers: photos, stickers */
  constructor(send, state) {
    this.#send = send;
    this.#fillTray(state);
    const text = byId('text');
    byId('composer').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    text.addEventListener('input', () => this.#shape());
    text.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.#submit();
      }
    });
    byId('more').addEventListener('click', () => this.toggleTray());
    byId('pointing-stop').addEventListener('click', () => this.clear());
    this.#shape();
  }

  /** Begins to edit a message of one's own, or to answer any. @param how "edit" or "reply" */
  point(how, message) {
    this.#pointing = { how, mid: message.mid };
    const said = message.text ?? words[message.attachments[0]?.type] ?? words.attachment;
    byId('pointing-text').textContent = how === 'edit' ? words.editing : `${words.replying} ${said}`;
    byId('pointing').hidden = false;
    if (how === 'edit') byId('text').value = message.text;
    this.#shape();
    byId('text').focus();
  }

  clear() {
    this.#pointing = null;
    byId('pointing').hidden = true;
    byId('text').value = '';
    this.#shape();
    this.toggleTray(false);
  }

  toggleTray(open = byId('tray').hidden) {
    byId('tray').hidden = !open;
    byId('more').setAttribute('aria-expanded', String(open));
  }

  /** The Page's quick replies, as long as its message is the newest. */
  offer(quickReplies) {
    const chips = (quickReplies ?? []).filter(({ title }) => title);
    const tap = ({ title, payload }) => this.#send('quickReply', { title, payload });
    byId('quick').replaceChildren(
      ...chips.map((chip) => make('button', { type: 'button', class: 'chip', onclick: () => tap(chip) }, chip.title)),
    );
  }

  async #submit() {
    const text = byId('text').value.trim();
    if (text === '') {
      if (!this.#pointing) await this.#send('sticker', { name: 'thumb' });
      return;
    }
    const pointing = this.#pointing;
    this.clear();
    if (pointing?.how === 'edit') await this.#send('edit', { mid: pointing.mid, text });
    else await this.#send('text', { text, replyTo: pointing?.mid });
  }

  #shape() {
    const text = byId('text');
    text.style.height = 'auto';
    text.style.height = `${Math.min(text.scrollHeight, 120)}px`;
    const thumb = text.value.trim() === '' && !this.#pointing;
    byId('send').classList.toggle('thumb', thumb);
    byId('send').setAttribute('aria-label', thumb ? words.like : words.send);
  }

  #fillTray({ photos, stickers }) {
    const tile = (word, url, act, args) =>
      make(
        'button',
        { type: 'button', class: 'tile', 'aria-label': word, onclick: () => this.#fromTray(act, args) },
        make('img', { src: url, alt: '', loading: 'lazy' }),
      );
    const group = (title, ...content) =>
      make('section', {}, make('h3', {}, title), make('div', { class: 'tiles' }, ...content));
    const label = (kind, name) => `${words[kind]}: ${name}`;
    const picture = (name) => photos.find((photo) => photo.name === name).url;
    const more = [
      ['voice', 'audio', {}],
      ['film', 'video', {}],
      ['document', 'file', {}],
      ['place', 'location', {}],
      ['getStarted', 'getStarted', {}],
    ].map(([word, act, args]) =>
      make('button', { type: 'button', class: 'chip', onclick: () => this.#fromTray(act, args) }, words[word]),
    );
    byId('tray').replaceChildren(
      group(words.photos, ...photos.map(({ name, url }) => tile(label('photo', name), url, 'photo', { name }))),
      group(words.stickers, ...stickers.map(({ name, url }) => tile(label('sticker', name), url, 'sticker', { name }))),
      group(words.share, ...POSTS.map((post) => this.#postTile(post, picture(post.picture)))),
      group(words.others, ...more),
    );
  }

  #postTile(post, url) {
    const title = post[language];
    const share = { title, id: post.id, url: `https://www.facebook.com/maple/posts/${post.id}`, picture: post.picture };
    return make(
      'button',
      { type: 'button', class: 'post-tile', onclick: () => this.#fromTray('sharedPost', share) },
      make('img', { src: url, alt: '', loading: 'lazy' }),
      make('span', {}, title),
    );
  }

  #fromTray(act, args) {
    this.toggleTray(false);
    return this.#send(act, args);
  }
}
