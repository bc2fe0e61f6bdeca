// C-LI: a list that is filtered, clicked, scrolled and pointed at keeps its place, its focus and its rows.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway } from './gateway.mjs';
import { closePage, frame, openBrowser, openPage, row, shows } from './page.mjs';

const HOUR = 3_600_000;
let gateway;
let browser;
before(async () => {
  gateway = await startGateway();
  browser = await openBrowser();
  for (let at = 0; at < 40; at += 1)
    await gateway.sim
      .customer({ name: `Cliente ${at}` })
      .text({ text: `question ${at}.`, at: Date.now() - at * 60_000 });
});
after(async () => {
  await browser?.close();
  await gateway?.stop();
});

const open = (path = '/') => openPage(browser, gateway, { user: gateway.people.agent, path });
const role = (page) =>
  page.evaluate(() => document.activeElement.getAttribute('role') ?? document.activeElement.tagName);
/** Counts the changes of tickets that a page asks for. */
const watchChanges = (page) => {
  const changes = [];
  page.on('request', (request) => request.method() === 'PATCH' && changes.push(request.url()));
  return changes;
};

test('C-LI-4: words are typed without losing the field, change no ticket, and are one step back', async () => {
  const page = await open();
  const changes = watchChanges(page);
  await row(page, 'question 39.').waitFor();
  await page.getByRole('button', { name: 'Filtrer' }).click();
  const field = page.getByPlaceholder(/./).and(page.locator('[type=search]'));
  await field.click();
  const steps = await page.evaluate(() => history.length);
  for (const part of ['ques', 'tion', ' 3', '9']) {
    await page.keyboard.type(part);
    await page.waitForURL((url) => url.searchParams.get('q')?.endsWith(part.trim()));
    await frame(page);
  }
  assert.equal(await field.inputValue(), 'question 39');
  assert.equal(await role(page), 'INPUT');
  await row(page, 'question 39.').waitFor();
  assert.equal(await page.locator('.row').count(), 1);
  // Enter does not wait, and an empty field stays where it is.
  await field.fill('');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => !url.searchParams.has('q'));
  assert.equal(await role(page), 'INPUT');
  await page.keyboard.type('zèle');
  await page.waitForURL(/q=z/);
  assert.ok((await page.evaluate(() => history.length)) <= steps + 2, 'a step for each search, not for each letter');
  await page.goBack();
  await page.waitForURL((url) => !url.searchParams.has('q'));
  assert.equal(await field.inputValue(), '', 'the field follows');
  assert.deepEqual(changes, []);
  await closePage(page);
});

test('C-LI-6: a click leaves the focus on the list, however far the keys go then', async () => {
  const page = await open();
  await page.locator('.row').first().click();
  await page.getByRole('log').waitFor();
  for (let at = 0; at < 30; at += 1) await page.keyboard.press('j');
  await frame(page);
  assert.equal(await role(page), 'listbox');
  assert.equal(await page.locator('.row.active').getAttribute('aria-posinset'), '31');
  await closePage(page);
});

test('C-TK-2: the focus stays in the list when its last row is solved away', async () => {
  const page = await open('/inbox?sort=created');
  await page.locator('.row').first().click();
  await page.getByRole('log').waitFor();
  await page.keyboard.press('i');
  await shows(page.locator('.thread-actions .assign'), /À moi/);
  await page.goto('/inbox?status=open&assignee=me');
  await page.locator('.row[data-id]').waitFor();
  await page.locator('.rows').focus();
  await page.keyboard.press('e');
  await page.locator('dialog .button.primary').click();
  await page.locator('.rows-empty').waitFor();
  await page.waitForFunction(() => document.activeElement.matches('.rows-empty'));
  await closePage(page);
});

test('C-LI-1: where the list was scrolled to, it is again after a thread on a narrow screen', async () => {
  const page = await openPage(browser, gateway, {
    user: gateway.people.agent,
    viewport: { width: 320, height: 640 },
  });
  await page.locator('.row').first().waitFor();
  await page.locator('.rows').evaluate((element) => element.scrollTo(0, 1280));
  await page.locator('.row[aria-posinset="24"]').click();
  await page.getByRole('log').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.row[aria-posinset="24"].active').waitFor();
  assert.equal(await page.locator('.rows').evaluate((element) => element.scrollTop), 1280);
  await closePage(page);
});

test('C-LI-1: under the pointer arrivals wait, and a click on their pill lets them in', async () => {
  const page = await open();
  const third = page.locator('.row').nth(2);
  await third.hover();
  const was = await page.locator('.row').first().textContent();
  await gateway.sim.customer({ name: 'Pressée' }).text({ text: 'vite!', at: Date.now() - 23.9 * HOUR });
  await shows(page.locator('.pill'), /1 nouveau/);
  const { x, y, width, height } = await page.locator('.pill').boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2, { steps: 8 });
  await frame(page);
  await shows(page.locator('.pill'), /1 nouveau/);
  assert.equal(await page.locator('.row').first().textContent(), was);
  await page.mouse.down();
  await page.mouse.up();
  await row(page, 'vite!').waitFor();
  assert.equal(await page.locator('.pill').count(), 0);
  assert.equal(await role(page), 'listbox');
  await closePage(page);
});

test('C-LI-1: Tab to the pill keeps what waits until it is pressed', async () => {
  const page = await open();
  await page.locator('.rows').focus();
  await gateway.sim.customer({ name: 'Impatiente' }).text({ text: 'allô?', at: Date.now() - 23.8 * HOUR });
  await shows(page.locator('.pill'), /1 nouveau/);
  await page.keyboard.press('Shift+Tab');
  await frame(page);
  await page.keyboard.press('Enter');
  await row(page, 'allô?').waitFor();
  assert.equal(await role(page), 'listbox');
  await closePage(page);
});

test('C-LI-1: a scrolled list keeps its place, with neither the pointer nor the focus on it', async () => {
  const page = await open();
  await page.locator('.row[data-id]').first().waitFor();
  await page.locator('.rows').evaluate((element) => element.scrollTo(0, 640));
  await frame(page);
  const seen = () =>
    page.locator('.rows').evaluate((element) => {
      const names = [...element.querySelectorAll('.row')].map((each) => `${each.ariaPosInSet} ${each.dataset.id}`);
      return [element.scrollTop, element.parentElement.matches(':hover, :focus-within'), ...names];
    });
  const was = await seen();
  assert.deepEqual(was.slice(0, 2), [640, false]);
  await gateway.sim.customer({ name: 'Discrète' }).text({ text: 'plus haut?', at: Date.now() - 23.85 * HOUR });
  await shows(page.locator('.pill'), /1 nouveau/);
  assert.deepEqual(await seen(), was);
  await page.locator('.rows').evaluate((element) => element.scrollTo(0, 0));
  await row(page, 'plus haut?').waitFor();
  assert.equal(await page.locator('.pill').count(), 0, 'at its top it is let go');
  await closePage(page);
});

test('C-LI-2: with reduced motion an arrival is there at once, without a fade', async () => {
  const page = await openPage(browser, gateway, { user: gateway.people.agent, reducedMotion: 'reduce' });
  await page.locator('.row[data-id]').first().waitFor();
  await gateway.sim.customer({ name: 'Calme' }).text({ text: 'sans bouger', at: Date.now() - 23.86 * HOUR });
  const arrival = page.locator('.row.fresh', { hasText: 'sans bouger' });
  await arrival.waitFor();
  const { animationName, transitionDuration, opacity } = await arrival.evaluate((element) => {
    const { animationName, transitionDuration, opacity } = getComputedStyle(element);
    return { animationName, transitionDuration, opacity };
  });
  assert.deepEqual([animationName, transitionDuration, opacity], ['none', '0s', '1']);
  await closePage(page);
});

test('C-LI-3: closed tickets are in the order that was asked for, not in that of their closing', async () => {
  const page = await open('/inbox?sort=created');
  const { csrf_token } = await (await page.request.get('/api/v1/session')).json();
  const headers = { 'X-CSRF-Token': csrf_token };
  const rows = page.locator('.row[data-id]');
  await rows.first().waitFor();
  const newest = await rows.evaluateAll((all) => all.slice(0, 3).map((element) => element.dataset.id));
  for (const ticket of newest) {
    const closed = await page.request.patch(`/api/v1/tickets/${ticket}`, { data: { status: 'closed' }, headers });
    assert.equal(closed.status(), 200);
  }
  await page.goto('/inbox?status=closed&sort=created');
  await rows.nth(2).waitFor();
  assert.deepEqual(await rows.evaluateAll((all) => all.map((element) => element.dataset.id)), newest);
  await closePage(page);
});

test('C-LY-4: a row that is written from right to left reads so, and begins where the others do', async () => {
  await gateway.sim.customer({ name: 'سارة' }).text({ text: 'أين طلبي رقم 42؟', at: Date.now() - 23.95 * HOUR });
  const page = await open();
  const words = row(page, 'أين').locator('.row-excerpt');
  await words.waitFor();
  const { direction, textAlign } = await words.evaluate((element) => getComputedStyle(element));
  assert.deepEqual([direction, textAlign], ['rtl', 'left']);
  await closePage(page);
});

test('letters act on a ticket that is on screen, and on no other', async () => {
  const page = await openPage(browser, gateway, { user: gateway.people.admin });
  const changes = watchChanges(page);
  await page.locator('.row').first().click();
  await page.getByRole('log').waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await page.locator('table').waitFor();
  for (const key of ['e', 'Shift+E', 'i']) await page.keyboard.press(key);
  await page.evaluate(() => document.activeElement.blur());
  for (const key of ['e', 'a', 'z', 'l', 'p']) await page.keyboard.press(key);
  await frame(page);
  assert.equal(await page.locator('dialog').count(), 0);
  assert.deepEqual(changes, []);
  // Nor from the navigation, beside the list.
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await page.locator('.row').first().waitFor();
  await page.waitForFunction(() => document.activeElement.getAttribute('role') === 'listbox');
  await page.locator('.nav-fold').focus();
  await page.keyboard.press('e');
  await frame(page);
  assert.equal(await page.locator('dialog').count(), 0);
  assert.deepEqual(changes, []);
  await closePage(page);
});

test('Esc closes the menu and no more; the focus is on its button again', async () => {
  const page = await open();
  await page.locator('.row').first().click();
  await page.getByRole('log').waitFor();
  await page.getByRole('button', { name: 'Autres actions' }).click();
  await page.locator('.menu-item').first().waitFor();
  await page.keyboard.press('z');
  assert.equal(await page.locator('dialog').count(), 0, 'a letter is the menu’s');
  await page.keyboard.press('Escape');
  await page.locator('.menu-item').first().waitFor({ state: 'detached' });
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('popovertarget')), 'more-menu');
  await page.keyboard.press('Escape');
  assert.equal(await role(page), 'listbox');
  await closePage(page);
});
