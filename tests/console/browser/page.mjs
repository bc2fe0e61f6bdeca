// Chromium and its pages, as every browser test uses them: a fresh profile, signed in, watched for errors and for
// violations of the content security policy.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../core/console/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const { default: AxeBuilder } = require('@axe-core/playwright');

/** Keeps a closed network from slowing the run. */
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--no-default-browser-check',
];

export async function openBrowser() {
  const browser = await chromium.launch({
    executablePath: process.env.GUICHET_CHROMIUM ?? '/usr/bin/chromium',
    args: [...QUIET, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  return browser;
}

/**
 * A page in a profile of its own.
 * @param user one of gateway.people, signed in before the page opens; null: the door
 * @param settings what the user chose; language is "fr" unless it says otherwise
 */
export async function openPage(browser, gateway, { user = null, settings = {}, path = '/', ...context } = {}) {
  const profile = await browser.newContext({
    baseURL: gateway.url,
    viewport: { width: 1440, height: 900 },
    locale: 'fr-CA',
    timezoneId: 'America/Toronto',
    ...context,
  });
  profile.setDefaultTimeout(10_000);
  const page = await profile.newPage();
  page.faults = [];
  await page.exposeFunction('guichetFault', (fault) => page.faults.push(fault));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      globalThis.guichetFault(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  page.on('pageerror', (error) => page.faults.push(`error: ${error.stack ?? error}`));
  if (user) await signIn(profile, user, settings);
  await page.goto(path);
  return page;
}

async function signIn(profile, { login, password }, settings) {
  const answer = await profile.request.post('/api/v1/session', { data: { login, password } });
  assert.equal(answer.status(), 200, await answer.text());
  const { csrf_token } = await answer.json();
  const wanted = { language: 'fr', theme: 'light', density: 'comfortable', ...settings };
  const headers = { 'X-CSRF-Token': csrf_token };
  const changed = await profile.request.patch('/api/v1/me/settings', { data: wanted, headers });
  assert.equal(changed.status(), 200, await changed.text());
}

/** Closes a page's profile; fails if anything went wrong in it meanwhile. */
export async function closePage(page) {
  const { faults } = page;
  await page.context().close();
  assert.deepEqual(faults, [], 'errors or policy violations in the page');
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails on the first accessibility violation that axe finds in what is on screen now. */
export async function checkAccess(page, what) {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const found = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `    ${node.target}\n${node.failureSummary}`).join('\n')}`,
  );
  assert.deepEqual(found, [], `axe: ${what}`);
}

/** Waits for the next drawn frame: signals write to the page on it. */
export const frame = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** Text without the spaces that only typography tells apart. */
export const plain = (text) => text.replace(/[\u00a0\u202f]/g, ' ');

/** The row of a customer, once the list has it. */
export const row = (page, name) => page.locator('.row', { hasText: name });

/** Opens a customer's ticket and waits for its thread. */
export async function openTicket(page, name) {
  await row(page, name).click();
  await page.getByRole('log', { name }).waitFor();
}

/** The messages of the open thread. */
export const bubble = (page, text) => page.locator('.log .message', { hasText: text });

export const composer = (page) => page.locator('.composer-field');

/** Waits until a condition on the page's text holds; fails with what was there instead. */
export async function shows(locator, pattern, timeout = 8000) {
  const end = Date.now() + timeout;
  let seen = '';
  while (Date.now() < end) {
    seen = plain((await locator.allTextContents()).join(' | '));
    if (pattern.test(seen)) return;
    await new Promise((go) => setTimeout(go, 40));
  }
  assert.match(seen, pattern);
}

/** What screen readers are given of a part, as an indented text. */
export const outline = (locator) => locator.ariaSnapshot();
