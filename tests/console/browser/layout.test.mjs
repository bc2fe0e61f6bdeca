// C-LY: what is where at which width, how dense, and what a bubble looks like.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway } from './gateway.mjs';
import { bubble, closePage, composer, openBrowser, openPage, openTicket, plain, row, shows } from './page.mjs';

const HOUR = 3_600_000;
let gateway;
let browser;
before(async () => {
  gateway = await startGateway();
  browser = await openBrowser();
  // First, since the names of customers are asked for two a second; hers comes up again at the end.
  const chloe = gateway.sim.customer({ name: 'Chloé Roy' });
  await chloe.text({ text: 'hier', at: Date.now() - 26 * HOUR });
  for (let at = 0; at < 30; at += 1) {
    const name = `Personne au nom assez long ${String.fromCharCode(65 + at)}`;
    await gateway.sim
      .customer({ name })
      .text({ text: `Question ${at} sur ma commande, merci!`, at: Date.now() - (at * HOUR) / 2 });
  }
  await chloe.text('un');
  await chloe.text('deux');
  await chloe.text('mot '.repeat(200));
});
after(async () => {
  await browser?.close();
  await gateway?.stop();
});

const open = (width, height = 900, more = {}) =>
  openPage(browser, gateway, {
    user: gateway.people.agent,
    viewport: { width, height },
    path: '/inbox?sort=updated',
    ...more,
  });
const box = (page, selector) => page.locator(selector).first().boundingBox();
const visible = (page, selector) => page.locator(selector).first().isVisible();

test('C-LY-1: four regions from 1280 px', async () => {
  const page = await open(1280);
  await openTicket(page, 'Chloé Roy');
  await composer(page).waitFor();
  await page.locator('.context .facts').first().waitFor();
  const regions = async (navigation) => {
    const list = (await box(page, '.list-pane')).width;
    assert.ok(list >= 320 && list <= 400, `list ${list}`);
    assert.ok((await box(page, '.thread-pane')).width >= 480);
    assert.equal(Math.round((await box(page, '.context')).width), 300);
    assert.equal(Math.round((await box(page, '.nav')).width), navigation);
  };
  // 1280 has no room for the least width of all four: the navigation is folded up to 1300.
  await regions(56);
  await page.setViewportSize({ width: 1300, height: 900 });
  await regions(200);
  // A list that was made wide gives way too.
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.locator('.divider').focus();
  for (let at = 0; at < 4; at += 1) await page.keyboard.press('ArrowRight');
  assert.equal(Math.round((await box(page, '.list-pane')).width), 400);
  await page.setViewportSize({ width: 1300, height: 900 });
  await regions(200);
  await page.locator('.nav-fold').click();
  assert.equal(Math.round((await box(page, '.nav')).width), 56);
  assert.ok((await box(page, '.thread-pane')).width >= 480);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.locator('.divider').focus();
  const first = Math.round((await box(page, '.list-pane')).width);
  for (let at = 0; at < 2; at += 1) await page.keyboard.press('ArrowLeft');
  const width = Math.round((await box(page, '.list-pane')).width);
  assert.equal(width, first - 32);
  assert.equal(await page.locator('.divider').getAttribute('aria-valuenow'), String(width));
  await page.reload();
  await composer(page).waitFor();
  assert.equal(Math.round((await box(page, '.list-pane')).width), width, 'the width is remembered');
  await closePage(page);
  const wide = await open(1440);
  await openTicket(wide, 'Chloé Roy');
  await composer(wide).waitFor();
  assert.equal(Math.round((await box(wide, '.list-pane')).width), 384);
  assert.ok((await box(wide, '.thread-pane')).width >= 480);
  await closePage(wide);
});

test('C-LY-1: from 900 to 1279 px the context is a panel on v', async () => {
  const page = await open(1000);
  await openTicket(page, 'Chloé Roy');
  await composer(page).waitFor();
  assert.ok(await visible(page, '.list-pane'));
  assert.equal(await visible(page, '.context'), false);
  await page.getByRole('log').focus();
  await page.keyboard.press('v');
  await page.locator('.context .facts').first().waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.context').waitFor({ state: 'hidden' });
  await closePage(page);
});

test('C-LY-1: below 900 px list or thread, with a way back', async () => {
  for (const width of [700, 400]) {
    const page = await open(width);
    assert.equal(await visible(page, '.thread-pane'), false);
    await openTicket(page, 'Chloé Roy');
    await composer(page).waitFor();
    assert.equal(await visible(page, '.list-pane'), false);
    await page.getByRole('button', { name: 'Retour à la liste' }).click();
    await row(page, 'Chloé Roy').waitFor();
    await closePage(page);
  }
});

/** What reaches over the sides of the window. */
const tooWide = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => element.checkVisibility() && !element.closest('.hidden, .sprite, .table-place'))
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (right > innerWidth + 1 || left < -1);
      })
      .map((element) => element.outerHTML.slice(0, 100)),
  );
/** Controls that no scrolling brings into the window: cut off by a part that does not scroll, or beside it. */
const lost = (page) =>
  page.evaluate(() => {
    const isLost = (element) => {
      let box = element.getBoundingClientRect();
      for (let part = element.parentElement; part; part = part.parentElement) {
        const { overflowY } = getComputedStyle(part);
        if (overflowY === 'visible') continue;
        const frame = part.getBoundingClientRect();
        if (overflowY === 'auto' && part.scrollHeight > part.clientHeight) box = frame;
        else if (box.bottom > frame.bottom + 1 || box.top < frame.top - 1) return true;
      }
      return box.bottom > innerHeight + 1 || box.top < -1;
    };
    return [...document.querySelectorAll('button, select, textarea, input, a, [role=option]')]
      .filter((element) => element.checkVisibility() && !element.matches('.hidden, .skip'))
      .filter(isLost)
      .map((element) => element.outerHTML.slice(0, 100));
  });

test('C-LY-2: at 400 % zoom, in 320 × 225 px, nothing scrolls both ways and no control is lost', async () => {
  const page = await open(320, 225);
  const whole = async (what) => {
    assert.deepEqual(await tooWide(page), [], what);
    assert.deepEqual(await lost(page), [], what);
  };
  const one = page.locator('.row[data-id]').filter({ hasNotText: 'Chloé' }).first();
  await one.waitFor();
  await whole('list');
  await page.locator('.filter-button').click();
  await page.locator('.filters select').first().waitFor();
  await whole('filters');
  await one.click();
  await composer(page).waitFor();
  await whole('thread');
  assert.ok((await box(page, '.log')).height > 100, 'messages have room');
  await composer(page).fill('réponse agrandie');
  await page.locator('.composer button[type=submit]').click();
  await shows(bubble(page, 'réponse agrandie'), /Lu/);
  await page.locator('.thread-actions .assign').click();
  await page.getByRole('combobox').waitFor();
  await whole('picker');
  await page.locator('dialog [role=option]').first().click();
  await page.locator('.context-button').click();
  await page.locator('.context .facts').first().waitFor();
  await whole('context');
  await page.locator('.context-close').click();
  await page.locator('.thread-actions').getByRole('button', { name: 'Résoudre' }).click();
  await shows(page.locator('.thread-where .chip').first(), /Résolu/);
  await closePage(page);
});

test('C-LY-2: at 320 px nothing scrolls both ways, and read, reply, assign, solve, close work', async () => {
  const page = await open(320, 640, { hasTouch: true });
  await row(page, 'Chloé Roy').waitFor();
  assert.deepEqual(await tooWide(page), []);
  await page.locator('.filter-button').click();
  assert.deepEqual(await tooWide(page), []);
  await openTicket(page, 'Chloé Roy');
  await composer(page).waitFor();
  assert.deepEqual(await tooWide(page), []);
  const tops = await page
    .locator('.thread-actions')
    .locator('button:visible')
    .evaluateAll((all) => all.map((button) => button.getBoundingClientRect().top + button.offsetHeight / 2));
  assert.ok(tops.length === 5 && Math.max(...tops) - Math.min(...tops) < 4, `the actions are in one line: ${tops}`);
  await composer(page).fill('réponse en petit');
  await page.locator('.composer button[type=submit]').click();
  await shows(bubble(page, 'réponse en petit'), /Lu/);
  await page.locator('.thread-actions .assign').click();
  await page.getByRole('combobox').waitFor();
  assert.deepEqual(await tooWide(page), []);
  await page.locator('dialog [role=option]').first().click();
  await page.getByRole('button', { name: 'Client et billet' }).or(page.locator('.context-button')).first().click();
  await page.locator('.context .facts').first().waitFor();
  assert.deepEqual(await tooWide(page), []);
  await page.locator('.context-close').click();
  await page.locator('.thread-actions').getByRole('button', { name: 'Résoudre' }).click();
  await shows(page.locator('.thread-where .chip').first(), /Résolu/);
  await page.getByRole('button', { name: 'Retour à la liste' }).click();
  await page.locator('.row[data-id]').filter({ hasNotText: 'Chloé' }).nth(1).click();
  await page.getByRole('button', { name: 'Autres actions' }).click();
  await page.locator('.menu-item').first().waitFor();
  assert.deepEqual(await tooWide(page), []);
  await page.locator('[data-command="ticket.close"]').click();
  await page.locator('dialog .button.primary').click();
  await shows(page.locator('.thread-where .chip').first(), /Fermé/);
  await page.getByRole('button', { name: 'Ouvrir la navigation' }).click();
  await page.locator('.drawer .place').first().waitFor();
  assert.deepEqual(await tooWide(page), []);
  await closePage(page);
  for (const [user, path, sign] of [
    [gateway.people.admin, '/admin', 'table'],
    [gateway.people.analyst, '/', '.promises'],
    [null, '/', 'form'],
  ]) {
    const other = await openPage(browser, gateway, { user, path, viewport: { width: 320, height: 640 } });
    await other.locator(sign).first().waitFor();
    assert.ok(await other.evaluate(() => document.documentElement.scrollWidth <= innerWidth), path);
    // Parts that scroll sideways are not squeezed by those that make the page long.
    for (const part of await other.locator('.table-place').all()) assert.ok((await part.boundingBox()).height > 60);
    await closePage(other);
  }
});

test('C-LY-3: 64 px rows, at least 13 of them at 1440×900; 40 px in compact; the choice is kept', async () => {
  const page = await open(1440);
  await page.locator('.row').first().waitFor();
  assert.equal((await box(page, '.row')).height, 64);
  const whole = await page.evaluate(() => {
    const frame = document.querySelector('.rows').getBoundingClientRect();
    return [...document.querySelectorAll('.row')].filter(
      (each) => each.getBoundingClientRect().bottom <= frame.bottom + 0.5,
    ).length;
  });
  assert.ok(whole >= 13, `${whole} whole rows`);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').waitFor();
  await page.keyboard.type('densité');
  const kept = page.waitForResponse(
    (answer) => answer.url().endsWith('/me/settings') && answer.request().method() === 'PATCH',
  );
  await page.keyboard.press('Enter');
  assert.equal((await kept).status(), 200);
  await page.waitForFunction(() => document.querySelector('.row').getBoundingClientRect().height === 40);
  await page.reload();
  await page.locator('.row').first().waitFor();
  assert.equal((await box(page, '.row')).height, 40);
  await closePage(page);
});

test('C-LY-4: a row’s parts stand in their order, and none is a tab stop', async () => {
  const page = await open(1440);
  const first = page.locator('.row').first();
  await first.waitFor();
  const parts = await first.evaluate((element) => {
    const left = (selector) => element.querySelector(selector).getBoundingClientRect().left;
    return ['.row-mark', '.row-channel', '.row-name', '.chip', '.row-time'].map(left);
  });
  assert.deepEqual(
    parts,
    [...parts].sort((a, b) => a - b),
  );
  assert.equal(await page.locator('.row a, .row button, .row [tabindex="0"]').count(), 0);
  await openTicket(page, 'Chloé Roy');
  const ticket = new URL(page.url()).searchParams.get('ticket');
  const { csrf_token } = await (await page.request.get('/api/v1/session')).json();
  const users = await (await page.request.get('/api/v1/users')).json();
  const changed = await page.request.patch(`/api/v1/tickets/${ticket}`, {
    data: {
      tags: ['bris', 'colis', 'retour', 'tente'],
      assignee: users.items.find(({ name }) => name === gateway.people.colleague.name).id,
    },
    headers: { 'X-CSRF-Token': csrf_token },
  });
  assert.equal(changed.status(), 200);
  const second = row(page, 'Chloé Roy').locator('.second');
  await shows(second, /\S.*bris.*colis.*\+2.*LG/);
  assert.equal(await second.locator('.tag').count(), 3, 'two tags and a number');
  const cut = await second
    .locator('.more-tags')
    .evaluate((element) => element.scrollWidth > Math.ceil(element.getBoundingClientRect().width));
  assert.equal(cut, false, 'the number is whole');
  assert.equal(await second.locator('.row-excerpt').evaluate((element) => element.getClientRects().length), 1);
  await closePage(page);
});

test('C-LY-6: customer left, us right, note full width; runs share a header, days are separated', async () => {
  const page = await open(1440);
  await openTicket(page, 'Chloé Roy');
  await composer(page).fill('à droite');
  await page.keyboard.press('Control+Enter');
  await page.locator('.mode.note').click();
  await composer(page).fill('toute la largeur');
  await page.keyboard.press('Control+Enter');
  for (const text of ['à droite', 'toute la largeur'])
    await page.locator('.log .message:not(.pending)', { hasText: text }).waitFor();
  const place = (text) => bubble(page, text).locator('.bubble').boundingBox();
  const [log, theirs, ours, note] = [
    await box(page, '.log ol'),
    await place('deux'),
    await place('à droite'),
    await place('toute la largeur'),
  ];
  assert.ok(theirs.x - log.x < 60 && theirs.x + theirs.width < log.x + log.width / 2, 'theirs is left');
  assert.ok(log.x + log.width - (ours.x + ours.width) < 4 && ours.x > log.x + log.width / 2, 'ours is right');
  assert.ok(note.width > log.width - 4);
  // Without their colours: the line and the corners of the border.
  const borders = await page.evaluate(() =>
    ['in', 'out', 'note'].map((kind) => {
      const style = getComputedStyle(document.querySelector(`.message.${kind} .bubble`));
      return `${style.borderTopStyle} ${style.borderTopWidth} ${style.borderRadius}`;
    }),
  );
  assert.equal(new Set(borders).size, 3, borders.join(' | '));
  for (const border of borders) assert.doesNotMatch(border, /^none|^\w+ 0px/);
  const labels = ['in', 'out', 'note'].map((kind) => page.locator(`.message.${kind}.head .message-author`).first());
  for (const label of labels) {
    const { width, height } = await label.boundingBox();
    assert.ok(width > 20 && height > 8, 'a label is seen');
  }
  assert.deepEqual(await Promise.all(labels.map((label) => label.textContent())), [
    'Chloé Roy',
    gateway.people.agent.name,
    `Note interne de ${gateway.people.agent.name}`,
  ]);
  const heads = await page.locator('.message.in .message-head:not(.hidden)').count();
  assert.equal(heads, 2, 'one header for yesterday, one for the run of today');
  await shows(page.locator('.day'), /Hier.*Aujourd’hui|\d{4}.*Aujourd’hui/);
  await closePage(page);
});

test('C-LY-7: text follows the browser’s size, and lines stay within 75 characters', async () => {
  const page = await open(1440);
  await openTicket(page, 'Chloé Roy');
  const measure = () =>
    bubble(page, 'mot mot')
      .locator('.words')
      .evaluate((element) => {
        const probe = document.createElement('span');
        probe.textContent = '0'.repeat(75);
        probe.style.whiteSpace = 'nowrap';
        element.append(probe);
        const most = probe.getBoundingClientRect().width;
        probe.remove();
        return {
          width: element.getBoundingClientRect().width,
          most,
          size: Number.parseFloat(getComputedStyle(element).fontSize),
        };
      });
  const before = await measure();
  assert.ok(before.width <= before.most + 1);
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '200%';
  });
  assert.equal((await measure()).size, before.size * 2);
  await closePage(page);
});

test('C-TH-1: the theme is there with the first paint, in light, dark and as the system', async () => {
  for (const [theme, colorScheme, dark] of [
    ['dark', 'light', true],
    ['light', 'dark', false],
    ['system', 'dark', true],
  ]) {
    const page = await open(1440, 900, { settings: { theme }, colorScheme });
    await page.locator('.row').first().waitFor();
    const ground = () =>
      page.evaluate(() =>
        getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).slice(0, 3).map(Number),
      );
    assert.equal((await ground())[0] < 80, dark, theme);
    // The next load knows it before it asked the gateway anything.
    await page.route('**/api/**', () => {});
    await page.reload({ waitUntil: 'domcontentloaded' });
    await page.waitForFunction(() => document.documentElement.dataset.theme);
    assert.equal((await ground())[0] < 80, dark, `${theme}, again`);
    assert.equal(plain(await page.evaluate(() => document.documentElement.dataset.theme)), theme);
    await closePage(page);
  }
});
