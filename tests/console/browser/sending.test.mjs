// What an agent wrote is neither lost, nor sent twice, nor stopped unseen; and what is read of a thread, or cannot be.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { startGateway } from './gateway.mjs';
import { bubble, closePage, composer, openBrowser, openPage, openTicket, plain, row, shows } from './page.mjs';

let gateway;
let browser;
const pages = [];

before(async () => {
  gateway = await startGateway();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await gateway?.stop();
});
afterEach(async () => {
  for (const page of pages.splice(0)) await closePage(page);
});

const open = async (options = {}) => {
  const page = await openPage(browser, gateway, {
    user: gateway.people.agent,
    path: '/inbox?sort=created',
    ...options,
  });
  pages.push(page);
  return page;
};
let count = 0;
async function customer(name, ...texts) {
  count += 1;
  const person = gateway.sim.customer({ name: `${name} ${count}` });
  for (const text of texts) await person.text(text);
  return Object.assign(person, { name: person.contact.name });
}
const problem = (status, type, more = {}) => ({
  status,
  contentType: 'application/problem+json',
  body: JSON.stringify({ type: `/problems/${type}`, title: 'x', status, detail: 'x', ...more }),
});
/** Answers the next message that is sent by a refusal, once `go` is called. */
async function refuseNext(page, status, type) {
  let go;
  const held = new Promise((done) => {
    go = done;
  });
  await page.route(
    (url) => url.pathname.endsWith('/messages'),
    async (call) => {
      if (call.request().method() !== 'POST') return call.fallback();
      await held;
      return call.fulfill(problem(status, type));
    },
  );
  return go;
}
const ours = (who) => who.messages.filter(({ side }) => side === 'page');

describe('a send that stops (C-CO-4, C-RW-5)', () => {
  test('in a ticket that was left: said, marked on its row, and a way back', async () => {
    const who = await customer('Ailleurs', 'bonjour');
    const other = await customer('Voisine', 'bonsoir');
    const page = await open();
    await openTicket(page, who.name);
    const go = await refuseNext(page, 409, 'window-closed');
    await composer(page).fill('trop tard');
    await page.keyboard.press('Control+Enter');
    await openTicket(page, other.name);
    go();
    await shows(page.locator('.toast'), new RegExp(`${who.name} : un message n’est pas parti`));
    assert.match(await row(page, who.name).locator('.hidden').first().textContent(), /Un message n’est pas parti/);
    assert.equal(await row(page, who.name).locator('.row-flag.urgent').count(), 1);
    assert.equal(await row(page, other.name).locator('.row-flag.urgent').count(), 0);
    await page.locator('.toast').getByRole('button', { name: 'Ouvrir' }).click();
    await shows(bubble(page, 'trop tard'), /délai de réponse/);
    await bubble(page, 'trop tard').getByRole('button', { name: 'Jeter' }).click();
    await row(page, who.name).locator('.row-flag.urgent').waitFor({ state: 'detached' });
  });

  test('send and solve solves only what is sent (C-CO-2)', async () => {
    const next = await customer('Suivante', 'bonsoir');
    const who = await customer('Résolue', 'une question');
    const page = await open({ settings: { after_solve: 'next' } });
    await openTicket(page, who.name);
    (await refuseNext(page, 409, 'channel-paused'))();
    await composer(page).fill('voilà');
    await page.keyboard.press('Control+Shift+Enter');
    await bubble(page, 'voilà').getByRole('button', { name: 'Réessayer' }).waitFor();
    await shows(page.locator('.thread-where .chip').first(), /Ouvert/);
    await page.unrouteAll();
    const ticket = new URL(page.url()).searchParams.get('ticket');
    const solved = page.waitForResponse(
      (answer) => answer.request().method() === 'PATCH' && answer.url().endsWith(ticket) && answer.ok(),
    );
    await bubble(page, 'voilà').getByRole('button', { name: 'Réessayer' }).click();
    assert.equal((await (await solved).json()).status, 'solved');
    await page.waitForURL((url) => url.searchParams.get('ticket') !== ticket);
    const reset = await open({ settings: { after_solve: 'stay' } });
    await row(reset, next.name).waitFor();
  });

  test('signing out asks, while something was not sent', async () => {
    const who = await customer('Sortie', 'bonjour');
    const page = await open();
    await openTicket(page, who.name);
    (await refuseNext(page, 409, 'channel-paused'))();
    await composer(page).fill('pas parti');
    await page.keyboard.press('Control+Enter');
    await bubble(page, 'pas parti').getByRole('button', { name: 'Jeter' }).waitFor();
    await page.getByRole('button', { name: 'Se déconnecter' }).click();
    await shows(page.getByRole('dialog'), /avant que tout soit parti.*1 message n’est pas parti/);
    await page.keyboard.press('Escape');
    await bubble(page, 'pas parti').getByRole('button', { name: 'Jeter' }).click();
    await page.getByRole('button', { name: 'Se déconnecter' }).click();
    await page.getByLabel('Identifiant').waitFor();
  });

  test('a browser that does not let the page copy is said to', async () => {
    const who = await customer('Copie', 'bonjour');
    const page = await open({ path: '/healthz' });
    await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await page.goto('/inbox?sort=created');
    await openTicket(page, who.name);
    (await refuseNext(page, 409, 'channel-paused'))();
    await composer(page).fill('à copier');
    await page.keyboard.press('Control+Enter');
    await bubble(page, 'à copier').getByRole('button', { name: 'Copier' }).click();
    await shows(page.locator('.toast'), /ne laisse pas cette page copier/);
  });
});

describe('C-CO-3: a send whose answer is lost', () => {
  test('is taken away by the thread that is read after a reload, and reaches the customer once', async () => {
    const who = await customer('Perdue', 'bonjour');
    const page = await open({ path: '/healthz' });
    // The gateway takes it; neither its answer nor the feed tells.
    await page.routeWebSocket(/\/api\/v1\/live/, (line) => {
      const data = { server_time: new Date().toISOString(), console_build: '', session_expires_at: null };
      line.send(JSON.stringify({ seq: 1, type: 'hello', data }));
    });
    await page.goto('/inbox?sort=created');
    await openTicket(page, who.name);
    let tried = 0;
    await page.route(
      (url) => url.pathname.endsWith('/messages'),
      async (call) => {
        if (call.request().method() !== 'POST') return call.fallback();
        tried += 1;
        if (tried === 1) await call.fetch();
        return call.abort();
      },
    );
    await composer(page).fill('une seule fois');
    await page.keyboard.press('Control+Enter');
    for (const end = Date.now() + 8000; ours(who).length === 0 && Date.now() < end; )
      await new Promise((go) => setTimeout(go, 50));
    // Held, as after a long loss.
    await page.evaluate(() => {
      const kept = JSON.parse(sessionStorage.getItem('guichet.outbox'));
      kept.items[0].state = 'held';
      addEventListener('pagehide', () => sessionStorage.setItem('guichet.outbox', JSON.stringify(kept)));
    });
    await page.reload();
    await bubble(page, 'une seule fois').waitFor();
    await page.waitForFunction(() => sessionStorage.getItem('guichet.outbox') === null);
    assert.equal(await bubble(page, 'une seule fois').count(), 1);
    assert.equal(await page.getByRole('button', { name: 'Envoyer maintenant' }).count(), 0);
    assert.equal(ours(who).length, 1);
  });
});

describe('C-CO-7: drafts and the end of a page', () => {
  const draft = async (page) => {
    const ticket = new URL(page.url()).searchParams.get('ticket');
    return (await (await page.request.get(`/api/v1/tickets/${ticket}/drafts`)).json()).reply?.text ?? null;
  };
  test('what was sent does not come back as a draft', async () => {
    const who = await customer('Revenante', 'bonjour');
    const page = await open();
    await openTicket(page, who.name);
    await composer(page).fill('parti pour de bon');
    await page.waitForResponse((answer) => answer.url().endsWith('/drafts') && answer.request().method() === 'PATCH');
    const taken = page.waitForResponse((answer) => answer.url().endsWith('/messages') && answer.status() === 202);
    await page.keyboard.press('Control+Enter');
    await taken;
    await page.evaluate(() => sessionStorage.clear());
    await page.reload();
    await bubble(page, 'parti pour de bon').waitFor();
    await composer(page).waitFor();
    assert.equal(await draft(page), null);
    assert.equal(await composer(page).inputValue(), '');
  });
  test('what was written a moment before the page went away is kept', async () => {
    const who = await customer('Pressée', 'bonjour');
    const page = await open();
    await openTicket(page, who.name);
    await composer(page).fill('à l’instant');
    await page.evaluate(() => sessionStorage.clear());
    await page.reload();
    await page.waitForFunction(() => document.querySelector('.composer-field')?.value === 'à l’instant');
    assert.equal(await draft(page), 'à l’instant');
    await composer(page).fill('');
  });
});

describe('a thread', () => {
  test('whose ticket cannot be read says so, and can be asked for again', async () => {
    const who = await customer('Illisible', 'bonjour');
    const page = await open();
    await openTicket(page, who.name);
    const ticket = new URL(page.url()).searchParams.get('ticket');
    await page.route(
      (url) => url.pathname.endsWith(`/tickets/${ticket}`),
      (call) => call.fulfill(problem(500, 'internal', { reference: 'abc' })),
      { times: 1 },
    );
    await page.goto(`/inbox?q=nobodyeverwrotethis&ticket=${ticket}`);
    await shows(
      page.locator('.thread-pane [role=alert]'),
      /La conversation n’a pas pu être chargée.*Rien n’a été enregistré/,
    );
    await page.locator('.thread-pane').getByRole('button', { name: 'Réessayer' }).click();
    await page.getByRole('log', { name: who.name }).waitFor();
  });

  test('C-AX-3: is busy until older messages are drawn, so that they are not read out', async () => {
    const who = await customer('Histoire', ...Array.from({ length: 60 }, (_, at) => `ligne ${at}.`));
    const page = await open();
    await openTicket(page, who.name);
    await bubble(page, 'ligne 59.').waitFor();
    await page.evaluate(() => {
      globalThis.seen = [];
      const log = document.querySelector('.log');
      new MutationObserver((changes) => {
        for (const { type, addedNodes } of changes)
          if (type === 'attributes') globalThis.seen.push(`busy ${log.ariaBusy}`);
          else if (addedNodes.length > 0) globalThis.seen.push(`drawn while busy ${log.ariaBusy}`);
      }).observe(log, { attributes: true, attributeFilter: ['aria-busy'], subtree: true, childList: true });
    });
    await page.locator('.log').evaluate((log) => log.scrollTo(0, 0));
    await page.waitForFunction(() => document.querySelectorAll('.log .message.in').length === 60);
    await page.waitForFunction(() => globalThis.seen.at(-1) === 'busy false');
    const seen = await page.evaluate(() => [...new Set(globalThis.seen)]);
    assert.deepEqual(seen, ['busy true', 'drawn while busy true', 'busy false']);
  });

  test('older messages come in above whoever has scrolled on meanwhile', async () => {
    const who = await customer('Lecture', ...Array.from({ length: 70 }, (_, at) => `ligne ${at} `.repeat(12)));
    const page = await open();
    await openTicket(page, who.name);
    await bubble(page, 'ligne 69 ').waitFor();
    let go;
    const held = new Promise((done) => {
      go = done;
    });
    await page.route(
      (url) => url.searchParams.has('before'),
      async (call) => {
        await held;
        await call.continue();
      },
    );
    const log = page.getByRole('log');
    const place = () =>
      log.evaluate((element) => {
        const { top } = element.getBoundingClientRect();
        const first = [...element.querySelectorAll('.message')].find(
          (each) => each.getBoundingClientRect().bottom > top,
        );
        return { words: first.textContent, at: first.getBoundingClientRect().top };
      });
    const asked = page.waitForRequest((request) => request.url().includes('before='));
    await log.evaluate((element) => element.scrollTo(0, 0));
    await asked;
    await log.evaluate((element) => element.scrollTo(0, 900));
    await page.waitForFunction(() => Math.abs(document.querySelector('.log').scrollTop - 900) < 5);
    const before = await place();
    go();
    await page.waitForFunction(() => document.querySelectorAll('.log .message.in').length === 70);
    const after = await place();
    assert.equal(after.words, before.words);
    assert.ok(Math.abs(after.at - before.at) < 30, `${after.at - before.at} px`);
  });

  test('a last message that is taken back makes no new ones of those before it (C-AX-4)', async () => {
    const who = await customer('Reprise', ...Array.from({ length: 40 }, (_, at) => `ligne ${at} `.repeat(12)));
    const page = await open();
    await openTicket(page, who.name);
    await bubble(page, 'ligne 39').waitFor();
    who.contact.blocked = true;
    await composer(page).fill('ne part pas');
    await page.keyboard.press('Control+Enter');
    await bubble(page, 'ne part pas').getByRole('button', { name: 'Jeter' }).waitFor();
    await page.locator('.log').evaluate((log) => log.scrollTo(0, 300));
    await page.waitForFunction(() => Math.abs(document.querySelector('.log').scrollTop - 300) < 5);
    await bubble(page, 'ne part pas')
      .getByRole('button', { name: 'Jeter' })
      .evaluate((button) => button.click());
    await bubble(page, 'ne part pas').waitFor({ state: 'detached' });
    assert.equal(await page.locator('.pill.below').count(), 0);
  });

  test('C-I18-7: messages and the field have the customer’s language, when it is known', async () => {
    const unknown = await customer('Inconnue', 'bonjour');
    const who = await customer('Langue', 'hello there');
    const page = await open({ path: '/healthz' });
    await page.route('**/api/v1/contacts/*', async (call) => {
      const answer = await call.fetch();
      await call.fulfill({ response: answer, json: { ...(await answer.json()), language: 'en' } });
    });
    await page.goto('/inbox?sort=created');
    await openTicket(page, who.name);
    await page.locator('.message.in .words[lang=en]').waitFor();
    assert.equal(await composer(page).getAttribute('lang'), 'en');
    await page.locator('.mode.note').click();
    assert.equal(await composer(page).getAttribute('lang'), 'fr-CA');
    await page.unrouteAll();
    await openTicket(page, unknown.name);
    await shows(page.locator('.context'), /Premier contact/);
    assert.equal(await page.locator('.log [lang]').count(), 0);
    assert.equal(await composer(page).getAttribute('lang'), 'fr-CA');
  });
});

test('C-OF-3: without a line, twenty messages wait and one more is refused in words; countdowns go on', async () => {
  const who = await customer('Vingt', { text: 'vite', at: Date.now() - 22 * 3_600_000 });
  const page = await open({ path: '/healthz' });
  await page.clock.install();
  await page.goto('/inbox?sort=created');
  await openTicket(page, who.name);
  await composer(page).waitFor();
  const left = async () => plain(await page.locator('.thread-where .chip').last().textContent());
  const before = await left();
  await page.context().setOffline(true);
  await page.evaluate(() => globalThis.dispatchEvent(new Event('offline')));
  await shows(page.locator('.as-of'), /À jour à \d\d h \d\d/);
  for (let at = 1; at <= 20; at += 1) {
    await composer(page).fill(`attend ${at}.`);
    await page.keyboard.press('Control+Enter');
  }
  await bubble(page, 'attend 20.').waitFor();
  assert.equal(await page.locator('.message.pending').count(), 20);
  await composer(page).fill('de trop');
  await page.keyboard.press('Control+Enter');
  await shows(page.locator('.composer-said'), /20/);
  assert.equal(await page.locator('.message.pending').count(), 20);
  assert.equal(await composer(page).inputValue(), 'de trop');
  await page.clock.fastForward(10 * 60_000);
  await shows(page.locator('.thread-where .chip').last(), /1 h (49|50)/);
  assert.notEqual(await left(), before);
  assert.equal(ours(who).length, 0);
  // Ten minutes are long: each asks before it goes (C-OF-3).
  await page.context().setOffline(false);
  await page.evaluate(() => globalThis.dispatchEvent(new Event('online')));
  await page.getByRole('button', { name: 'Envoyer maintenant' }).nth(19).waitFor();
  assert.equal(ours(who).length, 0);
  await page.getByRole('button', { name: 'Envoyer maintenant' }).first().click();
  await shows(bubble(page, 'attend 1.'), /Lu|Remis|Envoyé/);
});
