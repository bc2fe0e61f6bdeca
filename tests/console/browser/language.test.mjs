// C-I18 in the browser: switching, what Intl gives there, and a pseudo language in which nothing may be cut or stay as it was.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { bundled } from './bundle.mjs';
import { startGateway } from './gateway.mjs';
import { closePage, composer, frame, openBrowser, openPage, openTicket, plain, shows } from './page.mjs';

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
  const saved = page.waitForResponse(
    (answer) => answer.url().endsWith('/me/settings') && answer.request().method() === 'PATCH',
  );
  await page.keyboard.press('Enter');
  await shows(page.locator('h1'), /Inbox/);
  await page.waitForFunction(() => document.activeElement?.className === 'composer-field');
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en-CA');
  assert.equal(await composer(page).inputValue(), 'un brouillon');
  assert.ok(Math.abs((await page.locator('.log').evaluate((element) => element.scrollTop)) - 200) < 40);
  assert.equal(await page.evaluate(() => globalThis.sameDocument), true);
  await saved;
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

/** The console's own formatters: what is judged is the module, by Chromium's Intl. */
const bundledFormatters = () =>
  bundled("export * from './src/i18n/format.ts'; export { pluralCategory, setLanguage } from './src/i18n/index.ts';");

test('C-I18-5: numbers, dates, plurals and order, as the console’s formatters write them in Chromium', async () => {
  const page = await open();
  const code = await bundledFormatters();
  await page.route('**/assets/formatters.js', (call) => call.fulfill({ contentType: 'text/javascript', body: code }));
  const seen = await page.evaluate(async () => {
    const format = await import('/assets/formatters.js');
    const at = Date.parse('2026-11-23T19:05:00Z');
    format.setZone('America/Toronto');
    const of = async (language, tag) => {
      await format.setLanguage(language);
      return {
        number: format.number(1234567.891),
        percent: format.number(0.1234, { style: 'percent', maximumFractionDigits: 1 }),
        money: format.number(1234.5, { style: 'currency', currency: 'CAD' }),
        clock: format.clock(at),
        morning: format.clock(at - 5 * 3_600_000),
        both: format.dateTime(at),
        day: format.shortDate(at),
        ago: format.ago(at - 180_000, at),
        list: format.list(['a', 'b', 'c']),
        size: format.fileSize(1_500_000),
        plural: [0, 1, 1.5, 2, 1e6].map((count) => format.pluralCategory(tag, count)).join(),
        // The console sorts nothing by letters and shows no calendar yet: what it would be given.
        sorted: ['coté', 'cote', 'côté', 'côte'].sort(new Intl.Collator(tag).compare).join(),
        week: new Intl.Locale(tag).getWeekInfo().firstDay,
      };
    };
    return { fr: await of('fr', 'fr-CA'), en: await of('en', 'en-CA') };
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
    morning: '09 h 05',
    both: '23 nov. 2026, 14 h 05',
    day: '2026-11-23',
    ago: 'il y a 3 min',
    list: 'a, b et c',
    size: '1,5 Mo',
    plural: 'one,one,one,other,many',
    sorted: 'cote,côte,coté,côté',
    week: 7,
  });
  assert.deepEqual(normal(seen.en), {
    number: '1,234,567.891',
    percent: '12.3%',
    money: '$1,234.50',
    // Without a leading zero: docs/adr/0013.
    clock: '2:05 p.m.',
    morning: '9:05 a.m.',
    both: 'Nov 23, 2026, 2:05 p.m.',
    day: '2026-11-23',
    ago: '3 mins ago',
    list: 'a, b and c',
    size: '1.5 MB',
    plural: 'other,one,other,other,other',
    sorted: 'cote,coté,côte,côté',
    week: 7,
  });
  await closePage(page);
});

test('C-TI-1, C-TI-3: every time is a <time> with the whole date, in the agent’s zone', async () => {
  const page = await open({ settings: { language: 'fr', zone: 'America/Vancouver' } });
  await gateway.sim.customer({ name: 'Léa Gagnon' }).text('plus tard');
  await openTicket(page, 'Léa Gagnon');
  await page.getByRole('log').focus();
  await page.keyboard.press('z');
  await page.locator('dialog [role=option]').first().click();
  await page.locator('.system time').nth(1).waitFor();
  const whole = async (times, least) => {
    assert.ok((await times.count()) >= least);
    for (const time of await times.all()) {
      assert.match(await time.getAttribute('datetime'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
      const title = plain(await time.getAttribute('title'));
      assert.match(title, /20\d\d.*\d\d h \d\d min \d\d s .*(Pacifique|HNP|HAP|UTC)/);
    }
  };
  await whole(page.locator('.row time'), 2);
  await whole(page.locator('.log .item time').and(page.locator(':not(.day time)')), 3);
  const day = page.locator('.day time');
  assert.equal(await day.count(), await page.locator('.day').count());
  const here = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Vancouver', dateStyle: 'short' });
  assert.equal(await day.last().getAttribute('datetime'), here.format(Date.now()));
  assert.match(await day.last().getAttribute('title'), /^\p{L}+ \d+ \p{L}+ 20\d\d$/u);
  // What waits for the line has its time too, and so has whatever says how old the page is.
  await page.context().setOffline(true);
  await page.locator('.banner time').waitFor();
  await whole(page.locator('.banner time, .as-of time'), 2);
  await composer(page).fill('attend');
  await page.keyboard.press('Control+Enter');
  await page.locator('.pending time').waitFor();
  await whole(page.locator('.pending time'), 1);
  await page.context().setOffline(false);
  await page.locator('.pending').waitFor({ state: 'detached' });
  await closePage(page);
  const reset = await open({ settings: { zone: null } });
  await closePage(reset);
});

/** Longer by two fifths, in pieces as long as words are, with accents and brackets; placeholders stay. */
const pseudo = (text) => {
  const marks = { a: 'à', e: 'é', i: 'ï', o: 'ô', u: 'ü', A: 'Â', E: 'É', c: 'ç', n: 'ñ' };
  const changed = text.replace(/\{\w+\}|[aeiouAEcn]/g, (part) => marks[part] ?? part);
  return text.trim() === '' || /^[^\p{L}]*$/u.test(text.replace(/\{\w+\}/g, ''))
    ? text
    : `[${changed}${'~~~~~~~ '.repeat(text.length).slice(0, Math.ceil(text.length * 0.4))}]`;
};

/** What is nobody's to translate: names, messages, dates by Intl, and the languages in their own words. */
const DATA =
  /Chloé Roy|Camille Roy|Dominique Lavoie|Noa Tremblay|Léa Gagnon|Maple Outdoors|Plein air Érable|messenger|maple-messenger|facebook\.com|hier|ligne \d+|\d+ \p{L}+\.? 20\d\d|Langue \/ Language|Français|English/giu;

/** Texts that are not of the catalogue, that are cut, or that stand out of the page or of their button. Runs in the page. */
function readingFaults(data) {
  const shown = (element) => element.checkVisibility() && !element.closest('.hidden, .sprite, .skip');
  const untranslated = (text) => /\p{L}{3}/u.test(text.replace(new RegExp(data, 'giu'), '')) && !text.includes('[');
  const faults = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.data.trim();
    if (text === '' || !element.checkVisibility()) continue;
    if (untranslated(text) && !element.closest('time, kbd, code, .day'))
      faults.push(`untranslated: ${element.className}: ${text}`);
    const { overflowX, textOverflow, display } = getComputedStyle(element);
    const cuts = (overflowX === 'hidden' || overflowX === 'clip') && textOverflow !== 'ellipsis';
    if (
      shown(element) &&
      element.clientWidth > 1 &&
      display !== 'inline' &&
      (cuts || element.closest('button')) &&
      textOverflow !== 'ellipsis'
    )
      if (element.scrollWidth > element.clientWidth + 1) faults.push(`cut: ${element.outerHTML.slice(0, 120)}`);
  }
  // What is not a text on the page: names, titles, hints, and the choices of a list that is closed.
  const told = ['title', 'aria-label', 'placeholder', 'alt', 'aria-roledescription', 'aria-valuetext'];
  for (const element of document.querySelectorAll('body *')) {
    if (!element.checkVisibility() && !element.matches('option')) continue;
    const words = told.map((name) => [name, element.getAttribute(name) ?? '']);
    // Zones go by the names of their database.
    if (element.matches('option') && !/^\w+\/[\w/+-]+$/.test(element.value)) words.push(['option', element.label]);
    for (const [name, text] of words)
      if (untranslated(text) && !element.closest('time, code'))
        faults.push(`untranslated: ${name} of ${element.className}: ${text}`);
  }
  for (const element of document.querySelectorAll('body *')) {
    const { right, left, width } = element.getBoundingClientRect();
    if (width > 1 && (right > innerWidth + 1 || left < -1) && shown(element) && !element.closest('table'))
      faults.push(`out of the page: ${element.outerHTML.slice(0, 120)}`);
  }
  return faults;
}

for (const [width, height] of [
  [1440, 900],
  [320, 640],
])
  test(`C-I18-9: in a pseudo language nothing stays untranslated, is cut or runs out of the page, at ${width} px`, async () => {
    const french = JSON.parse(readFileSync(new URL('../../../core/console/src/i18n/fr.json', import.meta.url), 'utf8'));
    const catalogue = Object.fromEntries(Object.entries(french).map(([key, text]) => [key, pseudo(text)]));
    const found = [];
    let page;
    const visit = async (user, path, prepare = async () => {}) => {
      page = await openPage(browser, gateway, { user, path: '/healthz', viewport: { width, height } });
      await page.route(/\/assets\/fr-[\w-]+\.js/, (call) =>
        call.fulfill({ contentType: 'text/javascript', body: `export default ${JSON.stringify(catalogue)};` }),
      );
      await prepare();
      await page.goto(path);
    };
    const check = async (what, ready) => {
      await page.locator(ready).first().waitFor();
      await frame(page);
      for (const fault of await page.evaluate(readingFaults, DATA.source)) found.push(`${what}: ${fault}`);
    };
    const refuse = (type) => (call) =>
      call.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        body: JSON.stringify({ type: `/problems/${type}`, title: 'x', status: 500, detail: 'x', reference: '4711' }),
      });
    const { agent, admin, analyst } = gateway.people;

    await visit(null, '/');
    await check('door', '[name=login]');
    await page.locator('[name=login]').fill('nobody');
    await page.locator('[name=password]').fill('nothing');
    await page.keyboard.press('Enter');
    await check('refused at the door', '.error-line');
    await closePage(page);

    await visit(agent, '/');
    await check('list', '.row');
    await page.locator('.filter-button').click();
    await check('filters', '.filters select');
    if (width < 600) {
      await page.locator('.topbar .icon-button').first().click();
      await check('drawer', '.drawer .place');
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
    }
    await openTicket(page, 'Chloé Roy');
    await check('thread', '.composer-field');
    await page.locator('.mode.note').click();
    await check('note', '.composer.note');
    await page.locator('.more > button').click();
    await check('menu', '.menu-item');
    await page.keyboard.press('Escape');
    await page.locator('.menu-item').first().waitFor({ state: 'detached' });
    for (const [what, command, ready] of [
      ['palette', 'Control+k', '.combobox-field'],
      ['cheat-sheet', '?', '.cheatsheet, dialog[open] kbd'],
      ['search', '/', '.combobox-field'],
      ['assign', 'a', '.combobox-field'],
      ['tags', 'l', '.combobox-field'],
      ['priority', 'p', 'dialog [role=option]'],
      ['snooze', 'z', 'dialog [role=option]'],
      ['solve', 'e', 'dialog[open] .button'],
    ]) {
      await page.evaluate(() => document.querySelector('.log').focus());
      await page.keyboard.press(command);
      await check(what, ready);
      if (what === 'snooze') {
        await page.locator('dialog [role=option]').last().click();
        await check('snooze until', 'dialog input[type=datetime-local]');
      }
      await page.keyboard.press('Escape');
      await page.locator('dialog[open]').waitFor({ state: 'detached' });
    }
    if (width < 1280) {
      await page.locator('.context-button').click();
      await check('context', '.context .facts');
      await page.locator('.context-close').click();
    }
    await page.evaluate(() => document.querySelector('.log').focus());
    await page.keyboard.press('Control+k');
    await page.locator('.combobox-field').fill('settings');
    await page.keyboard.press('Enter');
    await check('settings', 'dialog[open] select, dialog[open] input');
    await page.keyboard.press('Escape');
    await closePage(page);

    await visit(agent, '/', () => page.route('**/api/v1/tickets?*', refuse('internal')));
    await check('a list that failed', '.list-pane [role=alert]');
    await closePage(page);
    await visit(agent, '/', () => page.route('**/api/v1/session', refuse('unavailable')));
    await check('a gateway that is away', '.blank');
    await closePage(page);
    await visit(agent, '/admin');
    await check('no access', '.blank');
    await closePage(page);
    await visit(admin, '/admin');
    await page.locator('article').first().waitFor();
    await check('channels', 'table code');
    await closePage(page);
    await visit(analyst, '/');
    await check('reports', 'main h1');
    await closePage(page);
    assert.deepEqual(found, []);
  });
