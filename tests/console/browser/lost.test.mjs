// C-OF: the line breaks, the gateway dies under load and comes back; nothing is missing, nothing is twice, and the reader
// is where they were.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startGateway } from './gateway.mjs';
import { bubble, closePage, composer, openBrowser, openPage, openTicket, row, shows } from './page.mjs';

const DOWN_MS = Number(process.env.GUICHET_DOWN_MS ?? 60_000);
let gateway;
let browser;
before(async () => {
  gateway = await startGateway();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await gateway?.stop();
});

/** Runs `task(going)` beside `act`, until that ends or fails. */
async function during(task, act) {
  let going = true;
  const done = task(() => going);
  try {
    await act();
  } finally {
    going = false;
    await done;
  }
}

test('C-OF-3: while the line is down, what is written waits, is said to wait, and leaves when it is back', async () => {
  const who = gateway.sim.customer({ name: 'Attente' });
  await who.text('bonjour');
  const page = await openPage(browser, gateway, { user: gateway.people.agent });
  await openTicket(page, 'Attente');
  await composer(page).waitFor();
  await page.context().setOffline(true);
  await page.evaluate(() => globalThis.dispatchEvent(new Event('offline')));
  await shows(page.locator('.banner'), /Hors ligne. À jour à \d\d h \d\d/);
  await shows(page.locator('.as-of'), /À jour à \d\d h \d\d/);
  await composer(page).fill('hors ligne');
  await page.keyboard.press('Control+Enter');
  await shows(bubble(page, 'hors ligne'), /Partira au retour de la connexion/);
  assert.equal(who.messages.filter(({ side }) => side === 'page').length, 0);
  await page.context().setOffline(false);
  await page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
  await shows(bubble(page, 'hors ligne'), /Lu/);
  assert.equal(who.messages.filter(({ side }) => side === 'page').length, 1);
  assert.equal(await page.locator('.banner').count(), 0);
  await closePage(page);
});

test('C-OF-1: one banner, that pushes and does not cover', async () => {
  const page = await openPage(browser, gateway, { user: gateway.people.agent });
  await row(page, 'Attente').waitFor();
  const top = () => page.locator('.list-pane').boundingBox();
  const before = await top();
  await page.context().setOffline(true);
  await page.evaluate(() => globalThis.dispatchEvent(new Event('offline')));
  await page.locator('.banner').waitFor();
  const banner = await page.locator('.banner').boundingBox();
  assert.ok((await top()).y >= banner.y + banner.height - 1 && before.y < (await top()).y);
  assert.equal(await page.locator('.banner').count(), 1);
  await closePage(page);
});

test(`C-OF-6: the gateway is killed under 20 events a second and is gone for ${DOWN_MS / 1000} s`, async () => {
  const person = gateway.sim.customer({ name: 'Flot' });
  await person.text('début');
  for (let at = 0; at < 30; at += 1) await person.text(`histoire ${at}`);
  const page = await openPage(browser, gateway, { user: gateway.people.agent, path: '/inbox?sort=created' });
  await openTicket(page, 'Flot');
  await bubble(page, 'histoire 29').waitFor();
  const log = page.getByRole('log');
  await log.evaluate((element) => element.scrollTo(0, 300));
  await page.waitForFunction(() => Math.abs(document.querySelector('.log').scrollTop - 300) < 5);
  await composer(page).focus();
  await page.keyboard.type('un brouillon');

  const place = () =>
    log.evaluate((element) => {
      const { top } = element.getBoundingClientRect();
      const messages = [...element.querySelectorAll('.message')];
      return messages.find((message) => message.getBoundingClientRect().bottom > top + 10).textContent;
    });
  const held = await place();

  const rows = [];
  const write = async (going) => {
    const began = Date.now();
    for (let at = 0; going(); at += 1) {
      rows.push((await person.text(`flot ${at}.`)).row);
      await pause(Math.max(0, began + (at + 1) * 50 - Date.now()));
    }
  };
  await during(write, async () => {
    await pause(3000);
    await gateway.kill();
    const down = pause(DOWN_MS);
    await shows(page.locator('.banner'), /Connexion perdue/, 15_000);
    await down;
    await gateway.run();
    await page.locator('.banner').waitFor({ state: 'detached', timeout: 45_000 });
    await pause(3000);
  });
  // The platform repeats what it could not deliver after a second, ten seconds and a minute; then all of it is taken.
  const waiting = () => rows.filter(({ answer }) => answer !== 'A');
  for (const end = Date.now() + 120_000; waiting().length > 0 && Date.now() < end; ) await pause(100);
  assert.deepEqual(waiting(), [], 'messages that the gateway did not take');
  const wanted = rows.map((_, at) => `flot ${at}.`);
  const onScreen = async () =>
    (await page.locator('.log .message.in .words').allTextContents()).filter((text) => text.startsWith('flot'));
  for (const end = Date.now() + 8000; (await onScreen()).length < wanted.length && Date.now() < end; ) await pause(500);
  const shown = await onScreen();
  const missing = wanted.filter((text) => !shown.includes(text));
  assert.deepEqual(missing, [], 'taken by the gateway and not on screen');
  assert.deepEqual(shown, wanted, 'nothing twice, in the order of the platform');
  assert.equal(await place(), held, 'the reader is where they were');
  assert.ok(
    Math.abs((await log.evaluate((element) => element.scrollTop)) - 300) < 60,
    'the scroll position is unchanged',
  );
  assert.equal(await page.evaluate(() => document.activeElement.className), 'composer-field');
  assert.equal(await composer(page).inputValue(), 'un brouillon');
  await closePage(page);
});
