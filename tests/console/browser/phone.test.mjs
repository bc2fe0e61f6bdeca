// The simulator's phone page: whoever is at the end of the conversation stays there, whoever reads above is left alone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway } from './gateway.mjs';
import { closePage, frame, openBrowser, openPage } from './page.mjs';

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

/** Waits until the newest words are there and nothing is left below them, or fails with what is left. */
async function atEnd(page, words) {
  await page.locator('.message', { hasText: words }).last().waitFor();
  await page.waitForFunction(() => {
    const box = document.getElementById('thread');
    return box.scrollHeight - box.scrollTop - box.clientHeight < 2;
  });
}

test('pictures, quick replies and the tray leave the reader at the end; scrolling up does not', async () => {
  const { sim } = gateway;
  const [{ id, token }] = sim.options.pages;
  const person = sim.customer({ name: 'Zoé' });
  for (let at = 0; at < 20; at += 1) await person.text(`message ${at} `.repeat(4));
  const answer = (message) =>
    fetch(`${sim.origin}/v25.0/${id}/messages?access_token=${token}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ recipient: { id: person.psid }, messaging_type: 'RESPONSE', message }),
    });
  const page = await openPage(browser, gateway, {
    path: `${sim.origin}/phone#${person.psid}`,
    viewport: { width: 400, height: 700 },
  });
  await atEnd(page, 'message 19');
  await person.image({ name: 'boots', text: 'a picture' });
  await atEnd(page, 'a picture');
  const choices = Array.from({ length: 11 }, (_, at) => ({
    content_type: 'text',
    title: `Choice ${at}`,
    payload: 'x',
  }));
  await answer({ text: 'Pick one', quick_replies: choices });
  await page.locator('#quick button').nth(10).waitFor();
  await atEnd(page, 'Pick one');
  await page.locator('#more').click();
  await answer({ text: 'with the tray open' });
  await atEnd(page, 'with the tray open');
  await page.locator('#more').click();

  await page.locator('#thread').evaluate((box) => box.scrollTo(0, 100));
  await frame(page);
  await answer({ text: 'while reading above' });
  await page.locator('.message', { hasText: 'while reading above' }).waitFor({ state: 'attached' });
  assert.ok(Math.abs((await page.locator('#thread').evaluate((box) => box.scrollTop)) - 100) < 40);
  await page.locator('#thread').evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await answer({ text: 'back again' });
  await atEnd(page, 'back again');
  await closePage(page);
});
