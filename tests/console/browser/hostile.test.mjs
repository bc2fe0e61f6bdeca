// F44, T05 to T07: four hundred hostile strings as messages, notes, names, tags and search words, in Chromium. All of
// them are shown whole and as text; nothing is run, opened or fetched from elsewhere.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { STRINGS } from '../../integration/kit/strings.mjs';
import { startGateway } from './gateway.mjs';
import { closePage, openBrowser, openPage, row } from './page.mjs';

/** As many as one page of a thread holds. */
const PAGE = 50;
const groups = Array.from({ length: STRINGS.length / PAGE }, (_, at) => STRINGS.slice(at * PAGE, (at + 1) * PAGE));
/** What people may type into the console: no control characters but tab and line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const typed = (text) => text.trim() !== '' && !/[\x00-\x08\x0b\x0c\x0e-\x1f]/.test(text);
const short = (text, most) => [...text].length <= most && text.trim() === text && !/[\p{Cc}\u2028\u2029]/u.test(text);
const names = STRINGS.filter(
  (text) => /[<>"'&={}%\u202e\u2066\u200b]|\p{Script=Hebrew}|\p{M}/u.test(text) && short(text, 30),
)
  .filter(typed)
  .filter((_, at) => at % 4 === 0)
  .slice(0, 16);
const tags = STRINGS.filter((text) => typed(text) && !/[\s,]/.test(text) && short(text, 40)).slice(0, 20);
const words = [
  '"',
  "' OR '1'='1",
  '<script>alert(1)</script>',
  'NEAR(a b, 5)',
  '%',
  '{{constructor.constructor("x")()}}',
];
/** The worst of each kind, for what stands beside a message: names of attachments and what prompted it. */
const worst = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  "' onfocus=alert(1) autofocus '",
  'javascript:alert(1)',
  '{{constructor.constructor("x")()}} $& {name}',
  '\u202eabc\u202c',
  'Z̷̡̨͎̥a̴l̶g̸o̵',
  'x'.repeat(500),
];
const notes = STRINGS.filter(typed).filter((_, at) => at % 10 === 0);

let gateway;
let browser;
let page;
const elsewhere = [];
const tickets = [];
before(async () => {
  gateway = await startGateway();
  browser = await openBrowser();
  const people = groups.map((_, at) => gateway.sim.customer({ name: `Groupe ${at}` }));
  const sayAll = async (person, texts) => {
    for (const text of texts) assert.equal((await person.text(text)).row.answer, 'A', JSON.stringify(text));
  };
  await Promise.all(people.map((person, at) => sayAll(person, groups[at])));
  for (const name of names) await gateway.sim.customer({ name }).text(name);
  const beside = gateway.sim.customer({ name: 'Groupe et autour' });
  for (const text of worst)
    for (const [act, args] of [
      // The platform tells of the link; it is shown with the message that follows.
      ['referral', { ref: text }],
      ['sharedPost', { title: text, url: 'javascript:alert(1)' }],
      ['link', { title: text }],
      ['location', { title: text }],
      ['adMessage', { text: 'vu', ad: { title: text, ref: `r ${text}` } }],
      ['postback', { title: text, payload: `p ${text}` }],
    ])
      assert.equal((await beside[act](args)).row.answer, 'A', `${act} ${text}`);

  page = await openPage(browser, gateway, {
    user: gateway.people.agent,
    path: '/healthz',
    viewport: { width: 1440, height: 2000 },
  });
  page.on('dialog', async (dialog) => {
    elsewhere.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.context().on('page', (other) => elsewhere.push(`opened: ${other.url()}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${gateway.url}/`)) elsewhere.push(`asked: ${request.url()}`);
  });
  page.on('framenavigated', (frame) => {
    if (frame !== page.mainFrame()) elsewhere.push(`framed: ${frame.url()}`);
  });
});
after(async () => {
  await browser?.close();
  await gateway?.stop();
});

const api = async (method, path, data, headers = {}) => {
  const { csrf_token } = await (await page.request.get('/api/v1/session')).json();
  const answer = await page.request.fetch(`/api/v1${path}`, {
    method,
    data,
    headers: { 'X-CSRF-Token': csrf_token, ...headers },
  });
  assert.ok(answer.ok(), `${method} ${path}: ${await answer.text()}`);
  return answer.json();
};
const texts = (selector) => page.locator(selector).allTextContents();
const asText = async () => {
  const made = await page.evaluate(
    () =>
      document.querySelectorAll('main :is(script, iframe, img, object, embed, style, base, math, meta, form form)')
        .length,
  );
  assert.equal(made, 0, 'elements that a text made');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'as wide as the window');
};

test('F44: 400 messages in their threads, each whole', async () => {
  await page.goto('/inbox?sort=created');
  for (const [at, group] of groups.entries()) {
    await row(page, `Groupe ${at}`).click();
    await page.getByRole('log', { name: `Groupe ${at}` }).waitFor();
    await page
      .locator('.log .message')
      .nth(group.length - 1)
      .waitFor();
    assert.deepEqual(await texts('.log .words'), group);
    await asText();
    assert.ok(
      await page.locator('.log').evaluate((log) => log.scrollWidth <= log.clientWidth),
      'nothing runs out of the log',
    );
  }
  const links = await page.evaluate(() =>
    [...document.querySelectorAll('.log a')].map((link) => [link.protocol, link.rel]),
  );
  for (const [protocol, rel] of links) {
    assert.match(protocol, /^https?:$/);
    assert.match(rel, /noopener noreferrer/);
  }
});

test('F44: names in the list, each whole', async () => {
  assert.equal(names.length, 16);
  // The platform is asked for profiles at a pace.
  const asked = async () => (await api('GET', '/tickets?limit=200&sort=created')).items;
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    tickets.splice(0, Infinity, ...(await asked()));
    if (tickets.every(({ customer }) => customer.name !== null)) break;
  }
  assert.deepEqual(
    tickets
      .map(({ customer }) => customer.name)
      .filter((name) => !name.startsWith('Groupe'))
      .sort(),
    names.slice().sort(),
  );
  await page.goto('/inbox?sort=created');
  await row(page, 'Groupe 0').waitFor();
  const shown = await texts('.row-name');
  assert.deepEqual(shown.sort(), tickets.map(({ customer }) => customer.name).sort());
  await asText();
});

test('F44: names at the head of a thread, tags and notes, each whole', async () => {
  const { id, version, customer } = tickets.find((ticket) => ticket.customer.name === names[0]);
  await api('PATCH', `/tickets/${id}`, { tags }, { 'If-Match': `"${version}"` });
  for (const [at, text] of notes.entries())
    await api(
      'POST',
      `/tickets/${id}/messages`,
      { kind: 'note', text },
      { 'Idempotency-Key': `hostile-note-${at}-0123456789` },
    );
  await page.goto(`/inbox?ticket=${id}`);
  await page
    .locator('.message.note')
    .nth(notes.length - 1)
    .waitFor();
  assert.deepEqual(await texts('.message.note .words'), notes);
  assert.equal(await page.locator('.thread-name').textContent(), customer.name);
  assert.deepEqual((await texts('.context .tag')).sort(), tags.slice().sort());
  await asText();
});

test('F44: names of attachments and what prompted a message, each whole', async () => {
  const { id } = tickets.find(({ customer }) => customer.name === 'Groupe et autour');
  await page.goto(`/inbox?ticket=${id}`);
  await page.getByRole('log', { name: 'Groupe et autour' }).waitFor();
  await page
    .locator('.log .message')
    .nth(5 * worst.length - 1)
    .waitFor();
  const times = (count) => worst.flatMap((text) => Array(count).fill(text));
  assert.deepEqual(await texts('.log .card-title'), times(3));
  const prompts = (await texts('.log .prompt > span')).map((text) => text.match(/«\u00a0(.*?)\u00a0»(.*)/).slice(1));
  assert.deepEqual(
    prompts.map(([name]) => name),
    times(3),
  );
  assert.deepEqual(
    prompts.map(([, detail]) => detail).filter((detail) => detail !== ''),
    worst.flatMap((text) => [`Repère\u00a0: r ${text}`, `Valeur\u00a0: p ${text}`]),
  );
  const links = await page.evaluate(() => [...document.querySelectorAll('.log a')].map(({ protocol }) => protocol));
  assert.deepEqual(links, Array(links.length).fill('https:'), 'a post leads nowhere');
  assert.ok(links.length >= 2 * worst.length);
  assert.ok(await page.locator('.log').evaluate((log) => log.scrollWidth <= log.clientWidth));
  await asText();
});

test('F44: search words, in the address and in the dialog', async () => {
  for (const text of words) {
    await page.goto(`/inbox?q=${encodeURIComponent(text)}`);
    await page.locator('.rows-empty, .row').first().waitFor();
    await asText();
    await page.keyboard.press('/');
    await page.locator('.combobox-field').fill(text);
    const answer = await page.waitForResponse((found) => found.url().includes('/search?'));
    assert.ok(answer.ok(), `${text}: ${answer.status()}`);
    await asText();
    await page.keyboard.press('Escape');
  }
});

test('F44: 0 dialogs, 0 requests elsewhere, 0 reports of the policy', async () => {
  assert.deepEqual(elsewhere, []);
  await closePage(page);
});
