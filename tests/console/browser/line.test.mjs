// C-OF-1, C-LV-1: what the console says of the line, of the session and of a new version, and what it asks again for.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway } from './gateway.mjs';
import {
  bubble,
  checkAccess,
  closePage,
  composer,
  frame,
  openBrowser,
  openPage,
  openTicket,
  row,
  shows,
} from './page.mjs';

let gateway;
let browser;
before(async () => {
  gateway = await startGateway();
  browser = await openBrowser();
  for (const name of ['Ana', 'Bea']) await gateway.sim.customer({ name }).text(`Bonjour de ${name}`);
});
after(async () => {
  await browser?.close();
  await gateway?.stop();
});

test('C-OF-1: a session that ends asks for the password in place; draft and ticket stay', async () => {
  const page = await openPage(browser, gateway, { user: gateway.people.agent });
  await openTicket(page, 'Ana');
  await composer(page).fill('presque fini');
  await page.waitForResponse((answer) => answer.url().endsWith('/drafts') && answer.request().method() === 'PATCH');
  const { csrf_token } = await (await page.request.get('/api/v1/session')).json();
  await page.request.delete('/api/v1/session', { headers: { 'X-CSRF-Token': csrf_token } });
  const dialog = page.getByRole('dialog', { name: 'La session est terminée' });
  await dialog.waitFor({ timeout: 20_000 });
  await checkAccess(page, 'session ended');
  await page.keyboard.press('Escape');
  await dialog.waitFor();
  await dialog.locator('[name=password]').fill(gateway.people.agent.password);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await composer(page).inputValue(), 'presque fini');
  await composer(page).press('Control+Enter');
  await shows(bubble(page, 'presque fini'), /Lu/);
  await closePage(page);
});

/** A page whose line the test holds: `say(type, data)` is a frame of the gateway. */
async function onOurLine(path, build = '') {
  const page = await openPage(browser, gateway, { user: gateway.people.agent, path: '/healthz' });
  let socket = null;
  let seq = 1;
  page.say = (type, data) => {
    seq += 1;
    socket.send(JSON.stringify({ seq, type, data }));
  };
  await page.routeWebSocket(/\/api\/v1\/live/, (line) => {
    socket = line;
    page.say('hello', { server_time: new Date().toISOString(), console_build: build, session_expires_at: null });
  });
  await page.goto(path);
  return page;
}

test('C-OF-1: a new version is offered, never forced', async () => {
  const page = await onOurLine('/', 'another1');
  await shows(page.locator('.banner'), /Une nouvelle version de la console est prête/);
  await page.evaluate(() => {
    globalThis.same = true;
  });
  await openTicket(page, 'Ana');
  assert.equal(await page.evaluate(() => globalThis.same), true);
  await checkAccess(page, 'new version');
  // A draft that cannot be saved now is not thrown away, and the page says why it stays (C-OF-5).
  await page.route('**/drafts', (call) => call.abort());
  await composer(page).fill('pas encore enregistré');
  const reload = page.locator('.banner').getByRole('button', { name: 'Recharger' });
  await reload.click();
  await shows(page.locator('.toast'), /Un brouillon ou un message n’est pas encore enregistré/);
  assert.equal(await page.evaluate(() => globalThis.same), true);
  await page.unroute('**/drafts');
  await reload.click();
  await page.waitForFunction(() => globalThis.same === undefined);
  await composer(page).fill('');
  await page.waitForResponse((answer) => answer.url().endsWith('/drafts') && answer.request().method() === 'PATCH');
  await closePage(page);
});

test('C-OF-1: a line that is lost is said after 2 s, one that is back takes the banner away', async () => {
  const page = await openPage(browser, gateway, { user: gateway.people.agent });
  await row(page, 'Ana').waitFor();
  await gateway.kill();
  await shows(page.locator('.banner'), /Connexion perdue.*À jour à \d\d h \d\d/, 10_000);
  await checkAccess(page, 'connection lost');
  await gateway.run();
  await page.locator('.banner').waitFor({ state: 'detached', timeout: 40_000 });
  await closePage(page);
});

test('C-LV-1: a resync asks for what is on screen, and for nothing else', async () => {
  const page = await onOurLine('/');
  const asked = new Set();
  const unanswered = new Set();
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.startsWith('/api/')) return;
    asked.add(pathname.replace(/(tickets|contacts)\/[^/]+/, '$1/ID').slice(7));
    unanswered.add(request);
  });
  for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => unanswered.delete(request));
  /** Until all is answered and drawn, and asks for nothing more. */
  const quiet = async () => {
    for (let calm = 0; calm < 2; calm = unanswered.size === 0 ? calm + 1 : 0) await frame(page);
  };
  // A second after it was opened the ticket counts as read: the last that is asked of it.
  const read = page.waitForResponse((answer) => answer.url().endsWith('/read'));
  await openTicket(page, 'Bea');
  await composer(page).waitFor();
  await page.locator('.context .facts').last().waitFor();
  await read;
  await quiet();
  const resync = async (last) => {
    asked.clear();
    const answered = page.waitForResponse((answer) => answer.url().includes(last));
    page.say('resync', { reason: 'gone' });
    await answered;
    await quiet();
    return [...asked].sort();
  };
  assert.deepEqual(await resync('/messages'), [
    '/channels',
    '/contacts/ID',
    '/tickets',
    '/tickets/ID',
    '/tickets/ID/messages',
  ]);
  await page.goBack();
  await page.locator('.thread-pane.none').waitFor();
  assert.deepEqual(await resync('/tickets?'), ['/tickets']);
  // What a ticket needs beside itself is read with the next one.
  asked.clear();
  await openTicket(page, 'Ana');
  await composer(page).waitFor();
  assert.ok(asked.has('/channels'));
  await closePage(page);
});
