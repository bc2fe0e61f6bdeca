// The first screen: everybody who can write, newest conversation first, and the form for a new customer.

import { byId, make } from './dom.js';
import { shortTime, words } from './words.js';

function previewText({ preview }) {
  if (!preview) return words.empty;
  const said = preview.text ?? words[preview.kind] ?? words.attachment;
  return preview.side === 'customer' ? `${words.you}: ${said}` : said;
}

function row(person, choose) {
  const unread = person.unread > 0 && person.preview?.side === 'page';
  const time = person.at ? make('time', { class: 'small' }, shortTime(person.at)) : null;
  const badge = unread
    ? make('span', { class: 'badge', 'aria-label': words.unread(person.unread) }, String(person.unread))
    : null;
  const button = make(
    'button',
    { type: 'button', class: unread ? 'person unread' : 'person', onclick: () => choose(person.psid) },
    make('img', { src: person.picture, alt: '', width: 48, height: 48 }),
    make(
      'span',
      { class: 'person-text' },
      make('span', { class: 'person-name' }, person.name),
      make('span', { class: 'person-preview' }, previewText(person)),
      make('span', { class: 'person-page' }, person.pageName),
    ),
    make('span', { class: 'person-side' }, time, badge),
  );
  return make('li', {}, button);
}

/** Draws the list of `people` (a Map by PSID); `choose(psid)` opens a conversation. */
export function showPeople(people, choose) {
  const sorted = [...people.values()].sort((a, b) => (b.at ?? 0) - (a.at ?? 0) || a.name.localeCompare(b.name));
  const focused = document.activeElement?.dataset?.psid;
  const rows = sorted.map((person) => {
    const item = row(person, choose);
    item.firstChild.dataset.psid = person.psid;
    return item;
  });
  byId('people-list').replaceChildren(...rows);
  if (focused) byId('people-list').querySelector(`[data-psid="${focused}"]`)?.focus();
}

/** Prepares the form; `create({name, page})` makes the customer. */
export function preparePersonForm(pages, create) {
  const form = byId('person-form');
  byId('person-page').replaceChildren(...pages.map(({ id, name }) => make('option', { value: id }, name)));
  const show = (visible) => {
    form.hidden = !visible;
    (visible ? byId('person-name') : byId('new-person')).focus();
  };
  byId('new-person').addEventListener('click', () => show(form.hidden));
  byId('person-cancel').addEventListener('click', () => show(false));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    await create({ name: byId('person-name').value, page: byId('person-page').value });
    form.reset();
    form.hidden = true;
  });
}
