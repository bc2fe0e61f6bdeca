// C-AX-1: axe finds nothing on any view, light and dark, French and English, with palette, menus and dialogs open.
// C-AX-6, C-AX-7, C-AX-9: targets, focus, forced colours, motion.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startGateway } from './gateway.mjs';
import { bubble, checkAccess, closePage, composer, openBrowser, openPage, openTicket, row } from './page.mjs';

const HOUR = 3_600_000;
let gateway;
let browser;
before(async () => {
  gateway = await startGateway();
  browser = await openBrowser();
  const { sim } = gateway;
  const chloe = sim.customer({ name: 'Chloé Roy' });
  await chloe.adMessage({ text: 'Bonjour! https://example.org/x', at: Date.now() - 23.7 * HOUR });
  await chloe.image({ text: 'voici' });
  await chloe.sharedPost({ title: 'Publication' });
  await sim.customer({ name: 'Old One' }).text({ text: 'ancien', at: Date.now() - 9 * 24 * HOUR });
  await sim.customer({ name: 'Human' }).text({ text: 'avant-hier', at: Date.now() - 40 * HOUR });
  await sim.customer({ name: 'Bea' }).text('une autre');
  const blocked = sim.customer({ name: 'Blocked' });
  await blocked.text('avant de bloquer');
  blocked.contact.blocked = true;
  const page = await openPage(browser, gateway, { user: gateway.people.agent });
  await openTicket(page, 'Blocked');
  await composer(page).fill('sans espoir');
  await page.keyboard.press('Control+Enter');
  await page.locator('.failure').waitFor();
  await closePage(page);
});
after(async () => {
  await browser?.close();
  await gateway?.stop();
});

for (const language of ['fr', 'en'])
  for (const theme of ['light', 'dark'])
    describe(`C-AX-1 in ${language}, ${theme}`, () => {
      const settings = { language, theme };
      test('inbox: list, thread with every part, menus and dialogs', async () => {
        const page = await openPage(browser, gateway, { user: gateway.people.agent, settings });
        await row(page, 'Chloé').waitFor();
        await checkAccess(page, 'list');
        await page.locator('.filter-button').click();
        await openTicket(page, 'Chloé');
        await composer(page).fill(`note ${language} ${theme}`);
        await page.locator('.mode.note').click();
        await composer(page).fill('une note');
        await page.keyboard.press('Control+Enter');
        await bubble(page, 'une note').first().waitFor();
        await page.locator('.mode.reply').click();
        await page.locator('.context .others, .context .quiet').last().waitFor();
        await checkAccess(page, 'thread, composer, context, filters');
        await page.locator('.more > button').click();
        await checkAccess(page, 'menu');
        await page.keyboard.press('Escape');
        for (const [key, what] of [
          ['Control+k', 'palette'],
          ['?', 'cheat-sheet'],
          ['a', 'assign'],
          ['z', 'snooze'],
          ['l', 'tags'],
          ['p', 'priority'],
          ['/', 'search'],
        ]) {
          await page.getByRole('log').focus();
          await page.keyboard.press(key);
          await page.locator('dialog[open]').waitFor();
          await checkAccess(page, what);
          await page.keyboard.press('Escape');
          await page.locator('dialog[open]').waitFor({ state: 'detached' });
        }
        await page.locator('.tools button').nth(2).click();
        await page.locator('dialog.settings').waitFor();
        await checkAccess(page, 'settings');
        await page.keyboard.press('Escape');
        await page.locator('dialog[open]').waitFor({ state: 'detached' });
        await page.getByRole('log').focus();
        await page.keyboard.press('z');
        await page.locator('dialog [role=option]').last().click();
        await page.locator('dialog input[type=datetime-local]').waitFor();
        await checkAccess(page, 'snooze until');
        await page.keyboard.press('Escape');
        await openTicket(page, 'Bea');
        await page.locator('.thread-actions .primary').click();
        await page.locator('dialog .dialog-actions').waitFor();
        await checkAccess(page, 'question');
        await page.keyboard.press('Escape');
        await page.locator('dialog[open]').waitFor({ state: 'detached' });
        await page.getByRole('log').focus();
        await page.keyboard.press('c');
        await page.locator('.toast').first().waitFor();
        await checkAccess(page, 'undo bar');
        await closePage(page);
      });
      test('closed and human windows', async () => {
        const page = await openPage(browser, gateway, { user: gateway.people.agent, settings });
        await openTicket(page, 'Old One');
        await page.locator('.composer-notice').waitFor();
        await checkAccess(page, 'closed window');
        await openTicket(page, 'Human');
        await page.locator('.composer-notice').waitFor();
        await checkAccess(page, 'human window');
        await closePage(page);
      });
      test('door, empty list, channels, reports, forbidden', async () => {
        const door = await openPage(browser, gateway, {
          locale: language === 'fr' ? 'fr-CA' : 'en-CA',
          colorScheme: theme,
        });
        await door.locator('form').waitFor();
        await checkAccess(door, 'door');
        await door.locator('[name=login]').fill('nobody');
        await door.locator('[name=password]').fill('nothing');
        await door.keyboard.press('Enter');
        await door.locator('.error-line').waitFor();
        await checkAccess(door, 'refused at the door');
        await closePage(door);
        const empty = await openPage(browser, gateway, {
          user: gateway.people.agent,
          settings,
          path: '/inbox?status=closed',
        });
        await empty.locator('.rows-empty').waitFor();
        await checkAccess(empty, 'empty list');
        await closePage(empty);
        const admin = await openPage(browser, gateway, { user: gateway.people.admin, settings, path: '/admin' });
        await admin.locator('table').waitFor();
        await admin.locator('summary').first().click();
        await checkAccess(admin, 'channels');
        await closePage(admin);
        const reports = await openPage(browser, gateway, { user: gateway.people.analyst, settings });
        await reports.locator('.promises').waitFor();
        await checkAccess(reports, 'reports');
        await closePage(reports);
        const forbidden = await openPage(browser, gateway, { user: gateway.people.agent, settings, path: '/admin' });
        await forbidden.locator('.blank').waitFor();
        await checkAccess(forbidden, 'forbidden');
        await closePage(forbidden);
      });
      test('a failed reply', async () => {
        const page = await openPage(browser, gateway, { user: gateway.people.agent, settings });
        await openTicket(page, 'Blocked');
        await page.locator('.failure').waitFor();
        await checkAccess(page, 'failure');
        await closePage(page);
      });
      test('at the width of a phone: list, filters, drawer, thread, context', async () => {
        const page = await openPage(browser, gateway, {
          user: gateway.people.agent,
          settings,
          viewport: { width: 320, height: 640 },
        });
        await row(page, 'Chloé').waitFor();
        await page.locator('.filter-button').click();
        await checkAccess(page, 'narrow list, filters');
        await page.locator('.topbar .icon-button').first().click();
        await page.locator('dialog.drawer').waitFor();
        await checkAccess(page, 'drawer');
        await page.keyboard.press('Escape');
        await openTicket(page, 'Chloé');
        await composer(page).waitFor();
        await checkAccess(page, 'narrow thread');
        await page.locator('.context-button').click();
        await page.locator('.context .facts').last().waitFor();
        await checkAccess(page, 'context over the thread');
        await closePage(page);
      });
    });

// Each language and each theme once: the parts are those of the views above.
for (const settings of [
  { language: 'fr', theme: 'light' },
  { language: 'en', theme: 'dark' },
])
  test(`C-AX-1 in ${settings.language}, ${settings.theme}: what is away, what failed, what is done and what waits`, async () => {
    const page = await openPage(browser, gateway, { user: gateway.people.agent, settings, path: '/healthz' });
    const refuse = (call) =>
      call.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        body: JSON.stringify({ type: '/problems/internal', title: 'x', status: 500, detail: 'x', reference: '4711' }),
      });
    const retry = (part) => page.locator(`${part} [role=alert] button`).click();
    await page.route('**/api/v1/session', refuse);
    await page.goto('/');
    await page.locator('.blank').waitFor();
    await checkAccess(page, 'a gateway that is away');
    await page.unrouteAll();

    await page.route('**/api/v1/tickets?*', refuse);
    await page.goto('/');
    await page.locator('.list-pane [role=alert]').waitFor();
    await checkAccess(page, 'a list that failed');
    await page.unrouteAll();
    await page.route('**/api/v1/tickets?*', (call) =>
      call.fulfill({ json: { items: [], next_cursor: null, total: 0 } }),
    );
    await retry('.list-pane');
    await page.locator('.rows-empty').waitFor();
    await checkAccess(page, 'nothing waits');
    await page.unrouteAll();

    await page.route('**/messages?*', refuse);
    await page.goto('/');
    await row(page, 'Bea').click();
    await page.locator('.thread-pane [role=alert]').waitFor();
    await checkAccess(page, 'a thread that failed');
    await page.unrouteAll();
    await retry('.thread-pane');
    await page.getByRole('log', { name: 'Bea' }).waitFor();
    await page.getByRole('log').focus();
    await page.keyboard.press('/');
    await page.locator('.combobox-field').fill('autre');
    await page.locator('dialog [role=option]', { hasText: 'une autre' }).waitFor();
    await checkAccess(page, 'search with hits');
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });

    // As after a long loss of the line: one asks before it goes; then the line is lost again, and another waits.
    const { user } = await (await page.request.get('/api/v1/session')).json();
    await page.evaluate(
      ([owner, ticket]) => {
        const text = 'retenue';
        const state = { state: 'held', problem: null, solves: null, after: null, written: Date.now() };
        const item = { key: 'held-in-a-test-0123456789', ticket, kind: 'reply', text, ...state };
        sessionStorage.setItem('guichet.outbox', JSON.stringify({ owner, items: [item] }));
      },
      [user.id, new URL(page.url()).searchParams.get('ticket')],
    );
    await page.reload();
    await bubble(page, 'retenue').locator('.failure').waitFor();
    await composer(page).waitFor();
    await page.context().setOffline(true);
    await page.evaluate(() => globalThis.dispatchEvent(new Event('offline')));
    await page.locator('.banner').waitFor();
    await composer(page).fill('en attente');
    await page.keyboard.press('Control+Enter');
    await bubble(page, 'en attente').locator('.delivery-word').waitFor();
    await checkAccess(page, 'a send that is held, one that waits, and the banner');
    await closePage(page);
  });

test('C-AX-3: the log is a log around a list, and loading history is busy, not announced', async () => {
  const page = await openPage(browser, gateway, { user: gateway.people.agent });
  await openTicket(page, 'Chloé');
  const log = page.getByRole('log', { name: /Chloé Roy/ });
  assert.equal(await log.evaluate((element) => `${element.tagName} ${element.tabIndex}`), 'DIV 0');
  assert.equal(await log.locator('> ol > li').count(), await log.locator('li').count());
  assert.equal(await log.getAttribute('aria-busy'), 'false');
  await closePage(page);
  const long = gateway.sim.customer({ name: 'Longue' });
  for (let at = 0; at < 60; at += 1) await long.text({ text: `message ${at}.`, at: Date.now() - (60 - at) * 180_000 });
  const slow = await openPage(browser, gateway, { user: gateway.people.agent, path: '/inbox?sort=created' });
  let answer = () => {};
  const held = new Promise((go) => {
    answer = go;
  });
  await slow.route('**/messages?*before=*', async (call) => {
    await held;
    await call.continue();
  });
  await openTicket(slow, 'Longue');
  await bubble(slow, 'message 59.').waitFor();
  const history = slow.getByRole('log');
  await history.evaluate((element) => element.scrollTo(0, 0));
  await slow.locator('.log[aria-busy=true]').waitFor();
  answer();
  await bubble(slow, 'message 3.').waitFor({ state: 'attached' });
  await slow.locator('.log[aria-busy=false]').waitFor();
  await closePage(slow);
});

test('C-AX-6: targets are 24 px at least, 44 on touch', async () => {
  for (const [hasTouch, least] of [
    [false, 24],
    [true, 44],
  ]) {
    const page = await openPage(browser, gateway, { user: gateway.people.agent, hasTouch, isMobile: hasTouch });
    const check = async (what, shown = page) => {
      const small = await shown.evaluate((size) => {
        const wanted =
          'button, select, textarea, summary, input:not(.hidden), .mode, .segments label, a.place, dialog [role=option]';
        return [...document.querySelectorAll(wanted)]
          .filter((element) => element.checkVisibility())
          .map((element) => ({
            name: element.outerHTML.slice(0, 80),
            box: (element.matches('[type=checkbox], [type=radio]')
              ? element.closest('label')
              : element
            ).getBoundingClientRect(),
          }))
          .filter(({ box }) => box.width > 0 && (box.width < size - 0.5 || box.height < size - 0.5))
          .map(({ name, box }) => `${Math.round(box.width)}×${Math.round(box.height)} ${name}`);
      }, least);
      assert.deepEqual(small, [], `${what}: smaller than ${least} px`);
    };
    await page.locator('.filter-button').click();
    await openTicket(page, 'Blocked');
    await composer(page).waitFor();
    await page.locator('.context .facts').last().waitFor();
    await page.locator('.filters select').first().waitFor();
    await check('inbox');
    await page.locator('.more > button').click();
    await page.locator('.menu-item').first().waitFor();
    await check('menu');
    await page.locator('.menu-item').filter({ hasText: 'Priorité' }).click();
    await page.locator('dialog [role=option]').first().waitFor();
    await check('picker');
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.locator('.tools button').nth(2).click();
    await page.locator('dialog.settings').waitFor();
    await check('settings');
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    await page.setViewportSize({ width: 390, height: 800 });
    await page.locator('.topbar .icon-button').first().click();
    await page.locator('dialog.drawer').waitFor();
    await check('drawer');
    await closePage(page);
    const admin = await openPage(browser, gateway, { user: gateway.people.admin, path: '/admin', hasTouch });
    await admin.locator('summary').first().waitFor();
    await check('channels', admin);
    await closePage(admin);
  }
});

test('C-AX-7: the focus is always visible and never hidden, not even under the banner', async () => {
  const page = await openPage(browser, gateway, { user: gateway.people.agent, path: '/healthz' });
  // The gateway says that it has another console: a banner offers it.
  await page.routeWebSocket(/\/api\/v1\/live/, (line) => {
    const data = { server_time: new Date().toISOString(), console_build: 'another1', session_expires_at: null };
    line.send(JSON.stringify({ seq: 1, type: 'hello', data }));
  });
  await page.goto('/');
  await openTicket(page, 'Bea');
  await composer(page).waitFor();
  await page.locator('.banner').waitFor();
  await page.evaluate(() => document.activeElement.blur());
  let onBanner = false;
  for (let at = 0; at < 45; at += 1) {
    await page.keyboard.press('Tab');
    const state = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const marked = [
        element,
        element.closest('label'),
        element.closest('.rows-place'),
        element.closest('.composer'),
      ].filter(Boolean);
      const ring = marked.some((part) => {
        const own = getComputedStyle(part);
        const over = getComputedStyle(part, '::after');
        return (
          (own.outlineStyle !== 'none' && own.outlineWidth !== '0px') ||
          own.boxShadow !== 'none' ||
          over.borderTopStyle === 'solid'
        );
      });
      const box = (element.closest('label') ?? element).getBoundingClientRect();
      const inside = document.elementFromPoint(
        Math.min(innerWidth - 1, Math.max(0, box.left + Math.min(box.width, 20) / 2)),
        Math.min(innerHeight - 1, Math.max(0, box.top + Math.min(box.height, 20) / 2)),
      );
      const near = (element.closest('label') ?? element).contains(inside) || inside?.contains(element);
      return { what: element.outerHTML.slice(0, 90), ring, near, banner: element.closest('.banner') !== null };
    });
    onBanner ||= state?.banner ?? false;
    if (state) assert.deepEqual([state.ring, state.near], [true, true], state.what);
  }
  assert.ok(onBanner, 'its button has its turn');
  await closePage(page);
});

test('C-AX-6, C-AX-9: forced colours keep icons, borders and focus, and urgent is not high', async () => {
  const page = await openPage(browser, gateway, { user: gateway.people.agent, forcedColors: 'active' });
  const headers = { 'X-CSRF-Token': (await (await page.request.get('/api/v1/session')).json()).csrf_token };
  for (const [name, priority] of [
    ['Human', 'high'],
    ['Bea', 'urgent'],
  ]) {
    await openTicket(page, name);
    const ticket = new URL(page.url()).searchParams.get('ticket');
    const changed = await page.request.patch(`/api/v1/tickets/${ticket}`, { data: { priority }, headers });
    assert.equal(changed.status(), 200);
  }
  await composer(page).waitFor();
  const flag = (name, title) =>
    row(page, name)
      .getByTitle(title)
      .locator('.icon')
      .evaluate((icon) => getComputedStyle(icon).fill === 'none');
  assert.deepEqual([await flag('Human', 'Élevée'), await flag('Bea', 'Urgente')], [true, false]);
  const seen = await page.evaluate(() => {
    const style = (selector) => getComputedStyle(document.querySelector(selector));
    return {
      icon: style('.place .icon').stroke,
      ground: style('.list-pane').backgroundColor,
      bubble: style('.bubble').borderTopStyle,
    };
  });
  assert.notEqual(seen.icon, seen.ground);
  assert.equal(seen.bubble, 'solid');
  // What only a colour, a background or a shadow would tell, these colours take away.
  const look = (place) =>
    place.evaluate((element) => {
      const { outlineStyle, borderStyle, borderWidth } = getComputedStyle(element);
      return `${outlineStyle}; ${borderStyle}; ${borderWidth}`;
    });
  const differ = async (on, off) => assert.notEqual(await look(on), await look(off), `${on} is marked`);
  for (const mode of ['reply', 'note']) {
    await page.locator(`.mode.${mode}`).click();
    await page.locator(`.mode.${mode}.on`).waitFor();
    await differ(page.locator('.mode.on'), page.locator('.mode:not(.on)'));
    await page.getByRole('log').focus();
    const away = await look(page.locator('.composer'));
    await composer(page).focus();
    assert.notEqual(await look(page.locator('.composer')), away, `${mode}: the focus is seen`);
  }
  await differ(page.locator('.row[aria-selected=true]'), page.locator('.row[aria-selected=false]').first());
  await differ(page.locator('.place[aria-current]').first(), page.locator('.place:not([aria-current])').first());
  await page.getByRole('log').focus();
  for (const key of ['Control+k', 'p']) {
    await page.keyboard.press(key);
    const option = (chosen) => page.locator(`dialog [role=option][aria-selected=${chosen}]`).first();
    await option(false).waitFor();
    await differ(option(true), option(false));
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
  }
  await page.locator('.tools button').nth(2).click();
  await differ(page.locator('.segments label.on').first(), page.locator('.segments label:not(.on)').first());
  await closePage(page);
});

test('C-AX-9: each state of a channel has words and not only a colour', async () => {
  const page = await openPage(browser, gateway, { user: gateway.people.admin, path: '/healthz' });
  const states = ['active', 'paused', 'reconnect', 'restricted', 'failed'];
  await page.route('**/api/v1/channels?*', async (call) => {
    const response = await call.fetch();
    const { items, ...rest } = await response.json();
    const all = states.map((state) => ({ ...items[0], id: state, name: 'Canal', state }));
    await call.fulfill({ response, json: { ...rest, items: all } });
  });
  await page.goto('/admin');
  await page.locator('article').nth(4).waitFor();
  const heads = page.locator('article header .chip');
  assert.deepEqual(
    await heads.evaluateAll((all) => all.map((chip) => chip.className)),
    states.map((state) => `chip channel-${state}`),
  );
  assert.deepEqual(await heads.allInnerTexts(), [
    'En service',
    'En pause',
    'À reconnecter',
    'Limité par la plateforme',
    'En panne',
  ]);
  await closePage(page);
});

test('C-AX-9: with reduced motion nothing moves', async () => {
  const page = await openPage(browser, gateway, { user: gateway.people.agent, reducedMotion: 'reduce' });
  await row(page, 'Bea').waitFor();
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll('*')].filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return transitionDuration.split(', ').some((time) => time !== '0s') || animationName !== 'none';
      }).length,
  );
  assert.equal(moving, 0);
  await closePage(page);
});
