// C-I18 in the browser: switching, what Intl gives there, and a pseudo language in which nothing may be cut or stay as it was.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startGateway } from './gateway.mjs';
import { closePage, composer, openBrowser, openPage, openTicket, plain, row, shows } from './page.mjs';

const HOUR = 3_600_000;
let gateway;
let browser;
before(async () => {
  gateway = await startGateway();
  browser = await openBrowser();
  const chloe = gateway.sim.customer({ name: 'Chloé Roy' });
  await chloe.text({ text: 'hier', at: Date.now() - 23.7 * HOUR });
  for (let at = 0; at < 30; at += 1) await chloe.text(`ligne ${at}`);
});
after(async () => {
  await browser?.close();
  await gateway?.stop();
});

const open = (options = {}) => openPage(browser, gateway, { user: gateway.people.agent, ...options });

test('C-I18-7, C-I18-10: switching needs no reload and keeps draft, focus and scroll', async () => {
  const page = await open({ settings: { language: 'fr' } });
  await openTicket(page, 'Chloé Roy');
  await composer(page).fill('un brouillon');
  await page.locator('.log').evaluate((element) => element.scrollTo(0, 200));
  await page.waitForFunction(() => Math.abs(document.querySelector('.log').scrollTop - 200) < 5);
  await composer(page).focus();
  await page.evaluate(() => {
    globalThis.sameDocument = true;
  });
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'fr-CA');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').waitFor();
  await page.keyboard.type('english');
  await page.keyboard.press('Enter');
  await shows(page.locator('h1'), /Inbox/);
  await page.waitForFunction(() => document.activeElement?.className === 'composer-field');
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en-CA');
  assert.equal(await composer(page).inputValue(), 'un brouillon');
  assert.ok(Math.abs((await page.locator('.log').evaluate((element) => element.scrollTop)) - 200) < 40);
  assert.equal(await page.evaluate(() => globalThis.sameDocument), true);
  await page.waitForTimeout(300);
  await page.reload();
  await shows(page.locator('h1'), /Inbox/);
  await closePage(page);
});

/** Through the door, as people do. */
async function signInAt(page, { login, password }) {
  await page.locator('[name=login]').fill(login);
  await page.locator('[name=password]').fill(password);
  await page.keyboard.press('Enter');
}

test('C-I18-10: behind an English door it is English, as long as nobody chose anything; then what was chosen', async () => {
  const page = await openPage(browser, gateway, { locale: 'en-CA' });
  await shows(page.locator('h1'), /Sign in/);
  await signInAt(page, gateway.people.colleague);
  await shows(page.locator('h1'), /Inbox/);
  await page.reload();
  await shows(page.locator('h1'), /Inbox/);
  // Another choice says nothing of the language, and does not change it.
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').waitFor();
  await page.keyboard.type('theme');
  const kept = page.waitForResponse((answer) => answer.url().endsWith('/me/settings'));
  await page.keyboard.press('Enter');
  assert.equal((await (await kept).json()).language, 'en');
  await shows(page.locator('h1'), /Inbox/);
  await closePage(page);
});

test('C-I18-10: the language chosen at the door is the user’s from then on, in every browser', async () => {
  const page = await openPage(browser, gateway);
  await shows(page.locator('h1'), /Connexion/);
  await page.getByRole('button', { name: 'English' }).click();
  await shows(page.locator('h1'), /Sign in/);
  const kept = page.waitForResponse(
    (answer) => answer.url().endsWith('/me/settings') && answer.request().method() === 'PATCH',
  );
  await signInAt(page, gateway.people.admin);
  assert.equal((await kept).status(), 200);
  await shows(page.locator('h1'), /Inbox/);
  await closePage(page);
  const elsewhere = await openPage(browser, gateway);
  await shows(elsewhere.locator('h1'), /Connexion/);
  await signInAt(elsewhere, gateway.people.admin);
  await shows(elsewhere.locator('h1'), /Inbox/);
  await closePage(elsewhere);
});

test('C-I18-5: dates, plurals and order as Chromium writes them', async () => {
  const page = await open();
  const seen = await page.evaluate(() => {
    const at = Date.parse('2026-11-23T19:05:00Z');
    const of = (tag) => ({
      number: new Intl.NumberFormat(tag).format(1234567.891),
      percent: new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 }).format(0.1234),
      money: new Intl.NumberFormat(tag, { style: 'currency', currency: 'CAD' }).format(1234.5),
      clock: new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', timeZone: 'America/Toronto' }).format(
        at,
      ),
      both: new Intl.DateTimeFormat(tag, {
        dateStyle: 'medium',
        timeStyle: 'short',
        timeZone: 'America/Toronto',
      }).format(at),
      day: new Intl.DateTimeFormat(tag, { dateStyle: 'short', timeZone: 'America/Toronto' }).format(at),
      ago: new Intl.RelativeTimeFormat(tag, { style: 'short' }).format(-3, 'minute'),
      plural: [0, 1, 1.5, 2, 1e6].map((count) => new Intl.PluralRules(tag).select(count)).join(),
      sorted: ['coté', 'cote', 'côté', 'côte'].sort(new Intl.Collator(tag).compare).join(),
      week: new Intl.Locale(tag).getWeekInfo().firstDay,
    });
    return { fr: of('fr-CA'), en: of('en-CA') };
  });
  const normal = (entry) =>
    Object.fromEntries(
      Object.entries(entry).map(([name, value]) => [name, typeof value === 'string' ? plain(value) : value]),
    );
  assert.deepEqual(normal(seen.fr), {
    number: '1 234 567,891',
    percent: '12,3 %',
    money: '1 234,50 $',
    clock: '14 h 05',
    both: '23 nov. 2026, 14 h 05',
    day: '2026-11-23',
    ago: 'il y a 3 min',
    plural: 'one,one,one,other,many',
    sorted: 'cote,côte,coté,côté',
    week: 7,
  });
  assert.deepEqual(normal(seen.en), {
    number: '1,234,567.891',
    percent: '12.3%',
    money: '$1,234.50',
    clock: '02:05 p.m.',
    both: 'Nov 23, 2026, 2:05 p.m.',
    day: '2026-11-23',
    ago: '3 mins ago',
    plural: 'other,one,other,other,other',
    sorted: 'cote,coté,côte,côté',
    week: 7,
  });
  await closePage(page);
});

test('C-TI-1, C-TI-3: every time is a <time> with the whole date, in the agent’s zone', async () => {
  const page = await open({ settings: { language: 'fr', zone: 'America/Vancouver' } });
  await openTicket(page, 'Chloé Roy');
  await page.locator('.message time').first().waitFor();
  for (const time of await page.locator('.log time, .row time').all()) {
    assert.match(await time.getAttribute('datetime'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
    assert.match(plain(await time.getAttribute('title')), /20\d\d.*\d\d h \d\d min \d\d s .*(Pacifique|HNP|HAP|UTC)/);
  }
  await closePage(page);
  const reset = await open({ settings: { zone: null } });
  await closePage(reset);
});

/** Longer by two fifths, with accents and brackets; placeholders stay. */
const pseudo = (text) => {
  const marks = { a: 'à', e: 'é', i: 'ï', o: 'ô', u: 'ü', A: 'Â', E: 'É', c: 'ç', n: 'ñ' };
  const changed = text.replace(/\{\w+\}|[aeiouAEcn]/g, (part) => marks[part] ?? part);
  return text.trim() === '' || /^[^\p{L}]*$/u.test(text.replace(/\{\w+\}/g, ''))
    ? text
    : `[${changed}${'~'.repeat(Math.ceil(text.length * 0.4))}]`;
};

test('C-I18-9: in a pseudo language nothing stays untranslated, and nothing runs out of the page', async () => {
  const french = JSON.parse(readFileSync(new URL('../../../core/console/src/i18n/fr.json', import.meta.url), 'utf8'));
  const catalogue = Object.fromEntries(Object.entries(french).map(([key, text]) => [key, pseudo(text)]));
  for (const [width, height] of [
    [1440, 900],
    [320, 640],
  ]) {
    const page = await openPage(browser, gateway, {
      user: gateway.people.agent,
      path: '/healthz',
      viewport: { width, height },
    });
    await page.route(/\/assets\/fr-[\w-]+\.js/, (call) =>
      call.fulfill({ contentType: 'text/javascript', body: `export default ${JSON.stringify(catalogue)};` }),
    );
    await page.goto('/');
    await row(page, 'Chloé Roy').waitFor();
    const check = async (what) => {
      const faults = await page.evaluate(() => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const untranslated = [];
        // Names, messages and numbers are nobody's to translate.
        const data =
          '.row-name, .row-excerpt, .platform, .day, .words, .thread-name, .thread-channel, .me-name, .avatar, .row-assignee, time, kbd, .count, .option-label, dd, code, .context-who, .message-author, select, .brand-name, h2';
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const text = node.data.trim();
          if (
            /\p{L}{3}/u.test(text) &&
            !text.includes('[') &&
            !node.parentElement.closest(data) &&
            node.parentElement.checkVisibility()
          )
            untranslated.push(text);
        }
        const wide = [...document.querySelectorAll('body *')]
          .filter((element) => element.checkVisibility() && !element.closest('.hidden, .sprite'))
          .filter(
            (element) =>
              element.getBoundingClientRect().right > innerWidth + 1 && element.getBoundingClientRect().width > 1,
          )
          .map((element) => element.outerHTML.slice(0, 120));
        return { untranslated, wide };
      });
      assert.deepEqual(faults, { untranslated: [], wide: [] }, `${what} at ${width} px`);
    };
    await check('list');
    await openTicket(page, 'Chloé Roy');
    await composer(page).waitFor();
    await check('thread');
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('?');
    await page.locator('dialog[open]').waitFor();
    await check('cheat-sheet');
    await page.keyboard.press('Escape');
    await closePage(page);
  }
});
