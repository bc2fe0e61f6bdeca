// C-PF, and C-LI where it takes many: ten thousand tickets. The API is answered in the browser, so that only the console is measured. Each figure is the
// median of five; a test fails at three times the figure of the criterion's measurement, and warns at the criterion.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGateway } from './gateway.mjs';
import { closePage, openBrowser, openPage } from './page.mjs';

const TICKETS = 10_000;
const HOUR = 3_600_000;
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

const now = Date.now();
const iso = (ms) => new Date(ms).toISOString();
const ticket = (number) => ({
  id: `t${number}`,
  number,
  version: 1,
  status: 'open',
  priority: 'normal',
  channel: 'maple-messenger',
  plugin: 'messenger',
  account: { id: 'p', name: 'Maple Outdoors' },
  customer: { id: `c${number}`, name: `Personne ${number}`, handle: null, avatar_url: null },
  assignee: number % 3 ? null : { id: 'u', name: 'Camille Roy' },
  team: null,
  tags: number % 5 ? [] : ['livraison', 'vip', 'retour'],
  created_at: iso(now - number * 1000),
  updated_at: iso(now - number * 1000),
  last_message_at: iso(now - number * 1000),
  first_response_at: null,
  solved_at: null,
  snoozed_until: null,
  messages_in: 2,
  unanswered: true,
  preview: `Bonjour, une question sur la commande ${number}.`,
  window: {
    state: 'open',
    closes_at: iso(now + 23 * HOUR + number * 1000),
    opened_by: 'message',
    quota_left: null,
    human_until: null,
    lock: null,
  },
  unread: number % 2,
});

/** A page whose list has ten thousand tickets; `page.feed(frames)` speaks as the gateway on its socket. */
async function openMany(whole = true) {
  const all = Array.from({ length: TICKETS }, (_, at) => ticket(at + 1));
  const page = await openPage(browser, gateway, {
    user: gateway.people.agent,
    path: '/openapi-not-the-console.txt',
  }).catch(() => null);
  let socket = null;
  await page.routeWebSocket(/\/api\/v1\/live/, (line) => {
    socket = line;
    const hello = { server_time: iso(Date.now()), console_build: '', session_expires_at: null };
    line.send(JSON.stringify({ seq: 1, type: 'hello', data: hello }));
  });
  await page.route('**/api/v1/tickets?*', (call) => {
    const query = new URL(call.request().url()).searchParams;
    const limit = Number(query.get('limit'));
    const from = Number(query.get('cursor') ?? 0);
    const next = from + limit < TICKETS ? String(from + limit) : null;
    return call.fulfill({ json: { items: all.slice(from, from + limit), next_cursor: next, total: TICKETS } });
  });
  page.feed = (frames) => {
    for (const frame of frames) socket.send(JSON.stringify(frame));
  };
  await page.goto('/');
  await page.locator('.row').first().waitFor();
  if (whole) {
    await page.locator('.rows').evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.locator('.row', { hasText: 'Personne 10000' }).waitFor({ timeout: 60_000 });
    await page.locator('.rows').evaluate((element) => element.scrollTo(0, 0));
    await page.mouse.move(1400, 880);
    await page.evaluate(() => document.activeElement.blur());
    await page.locator('#row-t1').waitFor();
  }
  return page;
}

test('C-LI-5: pages of a hundred by cursor; what is not there yet has its place, and the count is the gateway’s', async () => {
  const page = await openMany(false);
  const asked = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname.endsWith('/tickets')) asked.push([url.searchParams.get('limit'), url.searchParams.get('cursor')]);
  });
  await page.locator('.list-total', { hasText: /10.000/ }).waitFor();
  const { height, bones } = await page.evaluate(async () => {
    const rows = document.querySelector('.rows');
    rows.scrollTo(0, 5000 * 64);
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const skeleton = document.querySelector('.row.bones');
    return { height: rows.scrollHeight, bones: skeleton?.getBoundingClientRect().height };
  });
  assert.deepEqual({ height, bones }, { height: TICKETS * 64, bones: 64 });
  await page
    .locator('.row', { hasText: /Personne 500\d/ })
    .first()
    .waitFor({ timeout: 30_000 });
  for (const [limit, cursor] of asked) {
    assert.equal(limit, '100');
    assert.match(cursor, /^\d+00$/);
  }
  assert.ok(new Set(asked.map(([, cursor]) => cursor)).size === asked.length, 'no page twice');
  await closePage(page);
});

test('C-LI-6: the active row stays in the page when it is scrolled out, and every row knows its place', async () => {
  const page = await openMany();
  const list = page.getByRole('listbox');
  await list.focus();
  const active = await list.getAttribute('aria-activedescendant');
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
  await page
    .locator('.row', { hasText: /Personne 500\d/ })
    .first()
    .waitFor();
  assert.equal(await list.getAttribute('aria-activedescendant'), active);
  assert.equal(await page.locator(`#${active}`).getAttribute('aria-posinset'), '1');
  const places = await page
    .locator('.row')
    .evaluateAll((rows) =>
      rows.map((row) => [row.getAttribute('aria-posinset'), row.getAttribute('aria-setsize'), row.textContent]),
    );
  for (const [place, size, words] of places) {
    assert.equal(size, String(TICKETS));
    assert.match(words, new RegExp(`Personne ${place}\\b`));
  }
  await closePage(page);
});

const rank = (times, part) =>
  times.slice().sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))];
function judge(what, value, limit, measured, unit = 'ms') {
  const line = `${what}: ${value.toFixed(1)} ${unit} (criterion ${limit}, fails over ${Math.max(limit, measured * 3)})`;
  if (value > limit) console.warn(`warning: ${line}`);
  assert.ok(value <= Math.max(limit, measured * 3), line);
}

test('C-PF-1: first paint of the list within 500 ms of navigation', async () => {
  const page = await openMany(false);
  const times = [];
  for (let at = 0; at < 5; at += 1) {
    await page.addInitScript(() => {
      const look = () =>
        document.querySelector('.row')
          ? requestAnimationFrame(() => (globalThis.painted = performance.now()))
          : requestAnimationFrame(look);
      requestAnimationFrame(look);
    });
    await page.reload();
    await page.waitForFunction(() => globalThis.painted);
    times.push(await page.evaluate(() => globalThis.painted));
  }
  judge('first paint', rank(times, 0.5), 500, 360);
  await closePage(page);
});

test('C-PF-2: one live message is in its row within 16 ms', async () => {
  const page = await openMany();
  // Work of the console alone: the wait for the next animation frame is the display's, not ours.
  await page.evaluate(() => {
    const wait = globalThis.requestAnimationFrame.bind(globalThis);
    globalThis.work = [];
    globalThis.requestAnimationFrame = (run) =>
      wait((time) => {
        const begin = performance.now();
        run(time);
        document.querySelector('.rows')?.getBoundingClientRect();
        globalThis.work.push(performance.now() - begin);
      });
  });
  const times = [];
  for (let at = 0; at < 40; at += 1) {
    const { unread: _, ...data } = { ...ticket(3), version: at + 2, preview: `réponse ${at}.` };
    await page.evaluate(() => (globalThis.work.length = 0));
    page.feed([{ seq: at + 2, type: 'ticket.updated', data }]);
    await page.locator('#row-t3', { hasText: `réponse ${at}.` }).waitFor();
    times.push(await page.evaluate(() => Math.max(...globalThis.work)));
  }
  judge('live message, p95', rank(times, 0.95), 16, 11);
  await closePage(page);
});

test('C-PF-3: a burst of 500 messages is painted within 250 ms, in two renders at most', async () => {
  const page = await openMany();
  const times = [];
  for (let at = 0; at < 5; at += 1) {
    const frames = Array.from({ length: 500 }, (_, index) => {
      const { unread: _unread, ...data } = { ...ticket(index * 7 + 1), version: at + 2, preview: `rafale ${at}.` };
      return { seq: 1000 * (at + 1) + index, type: 'ticket.updated', data };
    });
    const painted = page.evaluate(
      ([round]) =>
        new Promise((done) => {
          let begin = 0;
          let renders = 0;
          const watch = new MutationObserver(() => {
            renders += 1;
          });
          watch.observe(document.querySelector('.rows'), { childList: true, subtree: true, characterData: true });
          const last = () =>
            [...document.querySelectorAll('.row')]
              .slice(0, 15)
              .filter((row) => row.textContent.includes(`rafale ${round}.`)).length;
          const look = () => {
            if (begin === 0 && last() > 0) begin = performance.now();
            if (last() >= 2) {
              watch.disconnect();
              done({ ms: performance.now() - globalThis.burst, renders });
            } else requestAnimationFrame(look);
          };
          globalThis.burst = performance.now();
          look();
        }),
      [at],
    );
    page.feed(frames);
    const { ms, renders } = await painted;
    times.push(ms);
    assert.ok(renders <= 2, `${renders} renders`);
  }
  judge('burst of 500', rank(times, 0.5), 250, 68);
  await closePage(page);
});

test('C-PF-4: a jump to any place within 16 ms (p95 32), and at most 40 rows exist', async () => {
  const page = await openMany();
  const { times, most } = await page.evaluate(async () => {
    const list = document.querySelector('.rows');
    const wait = globalThis.requestAnimationFrame.bind(globalThis);
    // Work of the console alone, layout included: the wait for the display's next frame is not ours.
    let work = 0;
    globalThis.requestAnimationFrame = (run) =>
      wait((time) => {
        const begin = performance.now();
        run(time);
        list.getBoundingClientRect();
        work += performance.now() - begin;
      });
    const found = [];
    let rows = 0;
    for (let at = 0; at < 60; at += 1) {
      await new Promise(wait);
      work = 0;
      list.scrollTop = ((at * 7919) % 9973) * 64;
      const begin = performance.now();
      list.dispatchEvent(new Event('scroll'));
      work += performance.now() - begin;
      await new Promise((done) => {
        const look = () => {
          const box = list.getBoundingClientRect();
          const middle = document.elementFromPoint(box.left + 100, box.top + 300);
          if (middle?.closest('.row:not(.bones)')) done();
          else wait(look);
        };
        wait(look);
      });
      found.push(work);
      rows = Math.max(rows, document.querySelectorAll('.row').length);
    }
    return { times: found, most: rows };
  });
  assert.ok(most <= 40, `${most} rows`);
  judge('jump, median', rank(times, 0.5), 16, 7);
  judge('jump, p95', rank(times, 0.95), 32, 16);
  await closePage(page);
});
