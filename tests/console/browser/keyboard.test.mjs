// Without a pointer: from the door to a sent reply to a solved ticket, and round the regions of the page.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { imported } from './bundle.mjs';
import { startGateway } from './gateway.mjs';
import { bubble, closePage, composer, frame, openBrowser, openPage, openTicket, row, shows } from './page.mjs';

let gateway;
let browser;
before(async () => {
  gateway = await startGateway();
  browser = await openBrowser();
  for (const name of ['Ana', 'Bea', 'Chloé']) await gateway.sim.customer({ name }).text(`Bonjour de ${name}`);
});
after(async () => {
  await browser?.close();
  await gateway?.stop();
});

const open = (options = {}) => openPage(browser, gateway, { user: gateway.people.agent, ...options });
const focused = (page) =>
  page.evaluate(() => {
    const { activeElement: at } = document;
    return {
      region: at.closest('[data-region]')?.dataset.region ?? null,
      role: at.getAttribute('role'),
      tag: at.tagName,
    };
  });

/** From the door to the thread of Chloé, keys only. */
async function toThread(page) {
  await page.getByLabel('Identifiant').waitFor();
  await page.keyboard.type(gateway.people.agent.login);
  await page.keyboard.press('Tab');
  await page.keyboard.type(gateway.people.agent.password);
  await page.keyboard.press('Enter');
  await row(page, 'Chloé').waitFor();
  for (let at = 0; (await focused(page)).role !== 'listbox' && at < 30; at += 1) await page.keyboard.press('Tab');
  while (!/Chloé/.test((await page.locator('.row.active').textContent()) ?? '')) {
    await page.keyboard.press('j');
    await frame(page);
  }
  await page.keyboard.press('Enter');
  await page.getByRole('log', { name: 'Chloé' }).waitFor();
  await focusOn(page, 'log');
}
const focusOn = (page, role) =>
  page.waitForFunction((wanted) => document.activeElement?.getAttribute('role') === wanted, role);

test('C-AX-2: from the door to a sent reply to a solved ticket, keys only', async () => {
  const page = await open({ user: null });
  await toThread(page);
  await page.keyboard.press('i');
  await shows(page.locator('.thread-actions .assign'), /À moi/);
  await page.keyboard.press('r');
  await page.waitForFunction(() => document.activeElement?.className === 'composer-field');
  await page.keyboard.type('Bonjour, réponse au clavier!');
  await page.keyboard.press('Control+Enter');
  await shows(bubble(page, 'réponse au clavier'), /Lu/);
  await page.keyboard.press('Escape');
  assert.equal((await focused(page)).role, 'listbox');
  await page.keyboard.press('e');
  await shows(page.locator('.thread-where .chip').first(), /Résolu/);
  assert.equal((await focused(page)).role, 'listbox', 'the focus is on the list, not lost');
  await page.keyboard.press('Control+z');
  await shows(page.locator('.thread-where .chip').first(), /Ouvert/);
  await closePage(page);
});

test('C-AX-2: the same on the width of a phone, where list and thread take turns', async () => {
  const page = await open({ user: null, viewport: { width: 320, height: 640 } });
  await toThread(page);
  await page.keyboard.press('Escape');
  await focusOn(page, 'listbox');
  assert.match(await page.locator('.row.active').textContent(), /Chloé/, 'back on the row it was opened from');
  await page.keyboard.press('r');
  await page.waitForFunction(() => document.activeElement?.className === 'composer-field');
  await page.keyboard.type('Une réponse de poche.');
  await page.keyboard.press('Control+Enter');
  await shows(bubble(page, 'de poche'), /Lu/);
  await page.keyboard.press('Escape');
  await focusOn(page, 'listbox');
  await page.keyboard.press('Enter');
  await focusOn(page, 'log');
  await page.keyboard.press('v');
  await page.locator('.context .facts').first().waitFor();
  await page.locator('.context-close').focus();
  await page.keyboard.press('Enter');
  await focusOn(page, 'log');
  await page.keyboard.press('e');
  await shows(page.locator('.thread-where .chip').first(), /Résolu/);
  await focusOn(page, 'log');
  await page.locator('.to-list').focus();
  await page.keyboard.press('Enter');
  await focusOn(page, 'listbox');
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await page.waitForURL(/assignee=me/);
  await page.waitForFunction(() => document.activeElement?.matches('[data-region-focus]'));
  await closePage(page);
});

test('C-AX-2: “solve and next” on the width of a phone leads to the next thread', async () => {
  await gateway.sim.customer({ name: 'Dora' }).text({ text: 'depuis hier', at: Date.now() - 20 * 3_600_000 });
  const page = await open({ viewport: { width: 320, height: 640 } });
  await row(page, 'depuis hier').waitFor();
  await page.locator('.rows').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('o');
  await focusOn(page, 'log');
  const first = new URL(page.url()).searchParams.get('ticket');
  await page.keyboard.press('Shift+E');
  await page.locator('dialog .button.primary').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => ![first, null].includes(url.searchParams.get('ticket')));
  await focusOn(page, 'log');
  await closePage(page);
});

test('C-AX-2: the skip link, then navigation, list, thread, composer and context, by Tab', async () => {
  const page = await open();
  await openTicket(page, 'Ana');
  // A page as it opens: the first Tab begins at its beginning.
  await page.reload();
  await page.locator('.composer-field').waitFor();
  await page.locator('.context .facts').first().waitFor();
  await page.keyboard.press('Tab');
  assert.match(await page.evaluate(() => document.activeElement.className), /skip/);
  const seen = [];
  for (let at = 0; at < 60 && seen.at(-1) !== 'context'; at += 1) {
    await page.keyboard.press('Tab');
    const { region } = await focused(page);
    if (region !== null && region !== seen.at(-1)) seen.push(region);
  }
  assert.deepEqual(seen, ['navigation', 'list', 'thread', 'composer', 'context']);
  await page.locator('.skip').focus();
  await page.keyboard.press('Enter');
  assert.equal((await focused(page)).role, 'listbox', 'the link leads to the list');
  await closePage(page);
});

test('C-AX-2: F6 goes round the regions in order, and then leaves the key to the browser', async () => {
  const page = await open();
  await openTicket(page, 'Ana');
  await page.locator('.composer-field').waitFor();
  await page.locator('.context .facts').first().waitFor();
  await page.evaluate(() => document.activeElement.blur());
  const seen = [];
  for (let at = 0; at < 5; at += 1) {
    await page.keyboard.press('F6');
    seen.push((await focused(page)).region);
  }
  assert.deepEqual(seen, ['navigation', 'list', 'thread', 'composer', 'context']);
  const left = await page.evaluate(
    () =>
      new Promise((told) => {
        addEventListener('keydown', (event) => setTimeout(() => told(!event.defaultPrevented)), {
          once: true,
          capture: true,
        });
        document.activeElement.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'F6', bubbles: true, cancelable: true }),
        );
      }),
  );
  assert.equal(left, true);
  await page.keyboard.press('Shift+F6');
  assert.equal((await focused(page)).region, 'composer');
  await closePage(page);
});

test('C-AX-5: the palette finds commands in both languages and runs them', async () => {
  const page = await open();
  await openTicket(page, 'Bea');
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Palette de commandes' });
  await field.waitFor();
  assert.equal(await field.getAttribute('aria-expanded'), 'true');
  await page.keyboard.type('reply');
  await shows(page.locator('dialog [role=option]').first(), /Répondre/);
  assert.equal(
    await field.getAttribute('aria-activedescendant'),
    await page.locator('dialog [role=option]').first().getAttribute('id'),
  );
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.className === 'composer-field');
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.activeElement?.className === 'composer-field');
  await closePage(page);
});

test('the palette opens within 100 ms', async () => {
  const page = await open();
  await row(page, 'Ana').waitFor();
  await page.keyboard.press('Control+k');
  await page.locator('dialog[open]').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  const times = [];
  for (let at = 0; at < 5; at += 1) {
    await page.evaluate(() => {
      globalThis.opening = new Promise((opened) => {
        const pressed = (event) => {
          if (event.key !== 'k') return;
          removeEventListener('keydown', pressed, { capture: true });
          const begin = performance.now();
          const look = () =>
            document.querySelector('dialog[open] [role=combobox]')
              ? opened(performance.now() - begin)
              : requestAnimationFrame(look);
          requestAnimationFrame(look);
        };
        addEventListener('keydown', pressed, { capture: true });
      });
    });
    await page.keyboard.press('Control+k');
    times.push(await page.evaluate(() => globalThis.opening));
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
  }
  const median = times.sort((a, b) => a - b)[2];
  assert.ok(median <= 100, `median of ${times.map(Math.round)} ms`);
  await closePage(page);
});

/** Movements and ways out: a pointer points, scrolls and clicks elsewhere. */
const MOVEMENTS = `region.next region.previous region.back list.next list.previous list.first list.last list.page_down
  list.page_up list.open thread.previous thread.next thread.open thread.end composer.leave`.split(/\s+/);

test('C-AX-8: what a key of the table does, a visible control does too, and says the key', async () => {
  const { ariaKeys, bindings, shownKeys } = await imported(
    "export { ariaKeys, bindings, shownKeys } from './src/keys/table.ts';",
  );
  // Everything is offered to an admin who has a ticket open and something to undo.
  const page = await open({ user: gateway.people.admin });
  await openTicket(page, 'Ana');
  await composer(page).waitFor();
  const told = await page
    .locator('[aria-keyshortcuts]')
    .evaluateAll((all) =>
      all.filter((each) => each.checkVisibility()).map((each) => each.getAttribute('aria-keyshortcuts')),
    );
  for (const key of ['Control+k', '/', 'r', 'n', 'a', 'i', 'e', 'z', 'Control+Enter', 'Control+Shift+Enter'])
    assert.ok(told.includes(key), `${key} of ${told}`);
  const known = bindings.map(({ command }) => ariaKeys(command, false));
  assert.deepEqual(
    told.filter((key) => !known.includes(key)),
    [],
    'keys that no table has',
  );
  await page.getByRole('log').focus();
  await page.keyboard.press('i');
  await shows(page.locator('.thread-actions .assign'), /À moi/);
  // What has no button of its own is in the palette, which has one.
  await page.getByRole('button', { name: 'Commandes' }).click();
  await page.getByRole('combobox').waitFor();
  const offered = new Map(
    await page
      .locator('dialog [role=option]')
      .evaluateAll((all) => all.map((each) => [each.dataset.id, each.querySelector('.keys')?.textContent])),
  );
  const without = [];
  for (const { command } of bindings)
    if (offered.has(command)) assert.equal(offered.get(command), shownKeys(command, false).join(''), command);
    else if (!told.includes(ariaKeys(command, false))) without.push(command);
  assert.deepEqual(without.sort(), MOVEMENTS.slice().sort(), 'shortcuts without a control');
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+z');
  await shows(page.locator('.thread-actions .assign'), /Attribuer/);
  await closePage(page);
});

test('C-AX-8: sequences go somewhere; their letters do nothing else', async () => {
  const page = await open();
  await openTicket(page, 'Ana');
  await page.getByRole('log').focus();
  await page.keyboard.press('g');
  await page.keyboard.press('n');
  await page.waitForURL(/assignee=none/);
  assert.equal(await page.locator('.mode.note.on').count(), 0);
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await page.waitForURL((url) => !url.search.includes('assignee'));
  await closePage(page);
});

test('C-AX-8: letters type in fields, and single-key shortcuts can be switched off', async () => {
  const page = await open();
  await openTicket(page, 'Ana');
  await composer(page).click();
  await page.keyboard.type('reine z');
  assert.equal(await composer(page).inputValue(), 'reine z');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await composer(page).fill('');
  await closePage(page);
  const quiet = await open({ settings: { single_key_shortcuts: false } });
  await openTicket(quiet, 'Ana');
  await quiet.getByRole('log').focus();
  await quiet.keyboard.press('z');
  await quiet.keyboard.press('?');
  await frame(quiet);
  assert.equal(await quiet.locator('dialog[open]').count(), 0);
  assert.equal(await quiet.locator('[aria-keyshortcuts="e"]').count(), 0);
  await quiet.keyboard.press('Control+k');
  await quiet.getByRole('combobox').waitFor();
  await closePage(quiet);
  const reset = await open({ settings: { single_key_shortcuts: true } });
  await closePage(reset);
});

test('no shortcut fires with Alt or AltGraph down', async () => {
  const page = await open();
  await openTicket(page, 'Ana');
  await page.getByRole('log').focus();
  await page.keyboard.press('Alt+z');
  await page.evaluate(() =>
    document.activeElement.dispatchEvent(
      new KeyboardEvent('keydown', { key: 'z', bubbles: true, modifierAltGraph: true }),
    ),
  );
  await frame(page);
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await closePage(page);
});

test('C-AX-2: one tab stop for the list, the log and the modes', async () => {
  const page = await open();
  await openTicket(page, 'Ana');
  await page.locator('.composer-field').waitFor();
  for (const part of ['.rows', '.log ol', '.modes'])
    assert.ok((await page.locator(`${part} [tabindex="0"]`).count()) === 0, `${part} has no further stop inside`);
  await page.locator('.rows').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  await page.keyboard.press('PageDown');
  assert.equal((await focused(page)).role, 'listbox');
  await closePage(page);
});
