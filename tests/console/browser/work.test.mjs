// An agent does the whole job: reads, answers, notes, takes, assigns, solves, snoozes, reopens; sees what the platform and
// colleagues do meanwhile.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { startGateway } from './gateway.mjs';
import { bubble, closePage, composer, openBrowser, openPage, openTicket, plain, row, shows } from './page.mjs';

const HOUR = 3_600_000;
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
  // Newest first: what a test made stands at the top of the virtual list.
  const path = '/inbox?sort=created';
  const page = await openPage(browser, gateway, { user: gateway.people.agent, path, ...options });
  pages.push(page);
  return page;
};
let count = 0;
/** A new customer of the Page with a name of its own, who has done these acts. */
async function customer(name, ...acts) {
  count += 1;
  const person = gateway.sim.customer({ name: `${name} ${'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[count % 26]}${count}` });
  for (const [act, args] of acts) await person[act](args);
  return Object.assign(person, { name: person.contact.name });
}

describe('the door', () => {
  test('a wrong password is said, a right one opens the list', async () => {
    await customer('Zoé', ['text', 'Bonjour']);
    const page = await open({ user: null });
    await page.getByLabel('Identifiant').fill(gateway.people.agent.login);
    await page.getByLabel('Mot de passe').fill('not this one');
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await shows(page.getByRole('alert'), /Identifiant ou mot de passe incorrect/);
    await page.getByLabel('Mot de passe').fill(gateway.people.agent.password);
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await row(page, 'Zoé').waitFor();
  });
  test('signing out ends it, and leaves nothing of the work in the browser', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Se déconnecter' }).click();
    await page.getByLabel('Identifiant').waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.length), 0);
    const kept = await page.evaluate(() => JSON.stringify(localStorage));
    assert.doesNotMatch(kept, /Zoé|Bonjour/);
  });
});

describe('the list', () => {
  test('is live and soonest-closing first (C-LI-2, C-LI-3)', async () => {
    const late = await customer('Late', ['text', { text: 'later', at: Date.now() - HOUR }]);
    const page = await open({ path: '/' });
    await row(page, late.name).waitFor();
    await page.mouse.move(1000, 500);
    await page.evaluate(() =>
      addEventListener('animationstart', ({ animationName, target }) => {
        globalThis.faded = `${animationName} ${getComputedStyle(target).animationDuration}`;
      }),
    );
    const soon = await customer('Soon', ['text', { text: 'hurry', at: Date.now() - 23.8 * HOUR }]);
    await row(page, soon.name).waitFor();
    assert.match(await page.locator('.row').first().textContent(), new RegExp(soon.name));
    await page.waitForFunction(() => globalThis.faded);
    assert.equal(await page.evaluate(() => globalThis.faded), 'arrive 0.15s');
    await shows(row(page, soon.name).locator('.chip'), /1\d min/);
  });
  test('never moves under the reader: a pill counts what waits, and “.” applies it (C-LI-1)', async () => {
    await customer('First', ['text', 'one']);
    const page = await open({ path: '/' });
    await page.locator('.rows').focus();
    const names = async () => (await page.locator('.row .row-name').allTextContents()).join();
    await page.locator('.row').first().waitFor();
    const was = await names();
    const urgent = await customer('Pressé', ['text', { text: 'now!', at: Date.now() - 23.95 * HOUR }]);
    await shows(page.locator('.pill'), /1 nouveau/);
    assert.equal(await names(), was);
    await page.keyboard.press('.');
    await row(page, urgent.name).waitFor();
    assert.equal(await page.locator('.pill').count(), 0);
  });
  test('filters live in the URL: reload, back and a pasted link restore them and the ticket (C-LI-4)', async () => {
    const asked = await customer('Filtre', ['text', 'filtrez-moi']);
    const page = await open({ path: '/' });
    await page.getByRole('button', { name: 'Filtrer' }).click();
    await page.getByLabel('Filtrer par état').selectOption('open');
    await page.getByLabel('Filtrer par attribution').selectOption('none');
    await page.getByLabel('Filtrer par canal').selectOption('maple-messenger');
    await page.waitForURL(/status=open&channel=maple-messenger&assignee=none/);
    await openTicket(page, asked.name);
    const url = page.url();
    await page.reload();
    await page.getByRole('log', { name: asked.name }).waitFor();
    assert.equal(await page.getByLabel('Filtrer par état').inputValue(), 'open');
    await page.goBack();
    await page.locator('.thread-pane.none').waitFor();
    const other = await open({ path: url.slice(gateway.url.length) });
    await other.getByRole('log', { name: asked.name }).waitFor();
    assert.equal(await other.getByLabel('Filtrer par attribution').inputValue(), 'none');
  });
  test('is a listbox with positions, and its rows are sentences (C-LI-6, C-LY-5)', async () => {
    const spoken = await customer('Phrase', ['text', 'bonjour'], ['text', 'encore moi']);
    const page = await open();
    const list = page.getByRole('listbox', { name: 'Billets' });
    const first = list.getByRole('option').first();
    await first.waitFor();
    assert.equal(await first.getAttribute('aria-posinset'), '1');
    assert.ok(Number(await first.getAttribute('aria-setsize')) >= 2);
    const name = plain(await row(page, spoken.name).locator('.hidden').first().textContent());
    assert.match(
      name,
      new RegExp(`^Non lu, ${spoken.name}, .*, 2 nouveaux messages, répondre d’ici 2[34] h \\d\\d, dernière activité`),
    );
    await list.focus();
    const active = await list.getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${active}`).count(), 1);
  });
  test('an empty result says what to do (C-EM-1)', async () => {
    const page = await open({ path: '/inbox?q=nobodyeverwrotethis' });
    await shows(page.locator('.blank').first(), /Aucun billet ne correspond/);
    await page.locator('.blank').getByRole('button', { name: 'Effacer les filtres' }).click();
    await page.locator('.row').first().waitFor();
  });
});

describe('empty and slow (C-EM-1)', () => {
  const none = { items: [], next_cursor: null, total: 0 };
  test('nothing waits, no channel, no access: each says what would be there and the next step', async () => {
    const page = await open({ path: '/healthz' });
    await page.route('**/api/v1/tickets?*', (call) => call.fulfill({ json: none }));
    await page.goto('/');
    await shows(page.locator('.rows-empty'), /Tout est traité.*Les billets qui attendent une réponse apparaîtront ici/);
    await page.route('**/api/v1/channels?*', (call) => call.fulfill({ json: none }));
    await page.goto('/');
    await shows(page.locator('.rows-empty'), /Aucun canal.*Demandez à un administrateur/);
    const admin = await open({ user: gateway.people.admin, path: '/healthz' });
    await admin.route('**/api/v1/tickets?*', (call) => call.fulfill({ json: none }));
    await admin.route('**/api/v1/channels?*', (call) => call.fulfill({ json: none }));
    await admin.goto('/');
    await shows(admin.locator('.rows-empty'), /Aucun canal.*Ajoutez un canal/);
    await admin.locator('.rows-empty').getByRole('button', { name: 'Canaux' }).click();
    await shows(admin.locator('main'), /Ajoutez un canal/);
    const forbidden = await open({ path: '/reports' });
    await shows(forbidden.locator('main'), /Accès réservé.*administrateur/);
  });
  test('a slow answer is skeletons, and only after 300 ms', async () => {
    await customer('Lent', ['text', 'bonjour']);
    const page = await open({ path: '/healthz' });
    let answer = () => {};
    const held = new Promise((go) => {
      answer = go;
    });
    await page.route('**/api/v1/tickets?*', async (call) => {
      await held;
      await call.continue();
    });
    await page.addInitScript(() => {
      const first = (selector) => document.querySelector(selector) && performance.now();
      globalThis.seen = {};
      new MutationObserver(() => {
        globalThis.seen.list ??= first('.rows');
        globalThis.seen.bones ??= first('.row.bones');
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto('/');
    await page.locator('.row.bones').first().waitFor();
    const { height } = await page.locator('.row.bones').first().boundingBox();
    assert.equal(height, 64, 'as high as a row');
    const { list, bones } = await page.evaluate(() => globalThis.seen);
    assert.ok(bones - list > 250, `${bones - list} ms after the empty list`);
    answer();
    await page.locator('.row:not(.bones)').first().waitFor();
  });
});

describe('when something goes wrong (C-EM-2)', () => {
  test('an error says what failed, what to do, and a reference that the gateway’s log has', async () => {
    const page = await open({ path: '/reports' });
    gateway.sql('ALTER TABLE ticket RENAME TO gone');
    try {
      await page.goto('/');
      const said = page.locator('.list-pane [role=alert]');
      await shows(said, /La liste n’a pas pu être chargée.*Rien n’a été enregistré.*Référence : \S+/);
      const [, reference] = plain(await said.textContent()).match(/Référence : ([a-z2-7]{26})/);
      assert.match(gateway.log, new RegExp(`event=api\\.failed reference="?${reference}`));
    } finally {
      gateway.sql('ALTER TABLE gone RENAME TO ticket');
    }
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await page.locator('.row').first().waitFor();
  });
  test('one part’s crash leaves the others usable', async () => {
    const who = await customer('Panne', ['text', 'bonjour']);
    const other = await customer('Autre', ['text', 'bonsoir']);
    const page = await open();
    await page.route(
      '**/messages?*',
      (call) => call.fulfill({ json: { items: [{ id: 'x', kind: 'message' }], next_cursor: null } }),
      {
        times: 1,
      },
    );
    await row(page, who.name).click();
    await shows(page.locator('.blank'), /Cette partie s’est arrêtée.*Le reste de la console fonctionne/);
    await openTicket(page, other.name);
    await bubble(page, 'bonsoir').waitFor();
  });
});

describe('the thread', () => {
  test('every kind of message, and what prompted it', async () => {
    const more = ['send_cart', 'messaging_customer_information', 'messaging_account_linking'];
    for (const { fields } of gateway.sim.world.pages.values()) for (const field of more) fields.add(field);
    const who = await customer(
      'Genres',
      ['adMessage', { text: 'vu dans la pub', ad: { title: 'Soldes de mai' } }],
      ['postback', { title: 'Suivre ma commande', payload: 'TRACK' }],
      ['referral', { ref: 'printemps' }],
      ['image', { text: 'voici' }],
      ['sticker', {}],
      ['location', { title: 'Québec' }],
      ['link', { url: 'https://example.org/p', title: 'Exemple' }],
      ['sharedPost', { title: 'Notre publication' }],
      ['reel', { title: 'Notre réel' }],
      ['sharedProduct', { title: 'Tente Boréale' }],
      ['audio', {}],
      ['video', {}],
      ['file', {}],
      ['unknownAttachment', { type: 'hologram' }],
      ['quickReply', { title: 'Bleu', payload: 'BLUE' }],
      ['text', { text: '/aide', commands: ['aide'] }],
      ['order', {}],
      ['customerInformation', {}],
      ['accountLinking', { status: 'linked' }],
    );
    const page = await open();
    await openTicket(page, who.name);
    const log = page.getByRole('log');
    for (const wanted of [
      /Vient de la publicité « Soldes de mai »/,
      /A touché le bouton « Suivre ma commande »/,
      /printemps/,
      /Photo/,
      /Autocollant/,
      /Québec/,
      /example\.org/,
      /Notre publication/,
      /Notre réel/,
      /Tente Boréale/,
      /Message vocal/,
      /Vidéo/,
      /Fichier/,
      /hologram/,
      /A choisi la réponse proposée « Bleu »/,
      /A utilisé la commande « aide »/,
      /A passé une commande.*1 × Cup/,
      /A rempli le formulaire « contact »/,
      /Le client a relié son compte/,
    ])
      await shows(log, wanted);
    assert.equal(await log.locator('.bubble:empty').count(), 0);
  });
  test('edits, unsends and reactions as they happen', async () => {
    const who = await customer('Change', ['text', 'premiere version'], ['text', 'à retirer']);
    const page = await open();
    await openTicket(page, who.name);
    await bubble(page, 'premiere version').waitFor();
    const [first, second] = who.messages;
    await who.edit({ mid: first.mid, text: 'version corrigée' });
    await shows(bubble(page, 'version corrigée'), /modifié/);
    await who.unsend({ mid: second.mid });
    await shows(page.getByRole('log'), /Le client a retiré ce message/);
    assert.equal(await bubble(page, 'à retirer').count(), 0);
    await composer(page).fill('merci!');
    await page.keyboard.press('Control+Enter');
    await shows(bubble(page, 'merci!'), /Lu/);
    await who.react({ reaction: 'love' });
    await shows(bubble(page, 'merci!'), /❤/);
  });
  test('hostile text stays text', async () => {
    const nasty = '<img src=x onerror=alert(1)><script>alert(1)</script> javascript:alert(1) https://good.example/ok';
    const who = await customer('Vilain', ['text', nasty]);
    const page = await open();
    await openTicket(page, who.name);
    await shows(page.getByRole('log'), /<img src=x onerror=alert\(1\)>/);
    assert.equal(await page.locator('.log img, .log script').count(), 0);
    const link = page.locator('.log a');
    assert.equal(await link.count(), 1);
    assert.match(await link.getAttribute('rel'), /noopener noreferrer/);
  });
  test('new messages take neither focus nor scroll from a reader above: a button says how many (C-AX-4)', async () => {
    const who = await customer('Long', ...Array.from({ length: 40 }, (_, at) => ['text', `ligne ${at} `.repeat(12)]));
    const page = await open();
    await openTicket(page, who.name);
    const log = page.getByRole('log');
    await bubble(page, 'ligne 39').waitFor();
    await log.evaluate((element) => element.scrollTo(0, 600));
    await page.waitForFunction(() => Math.abs(document.querySelector('.log').scrollTop - 600) < 5);
    await composer(page).focus();
    await who.text('deux de plus');
    await who.text('et encore');
    await shows(page.locator('.pill.below'), /2 nouveaux messages/);
    assert.ok(Math.abs((await log.evaluate((element) => element.scrollTop)) - 600) < 60);
    assert.equal(await page.evaluate(() => document.activeElement.className), 'composer-field');
    await page.locator('.pill.below').click();
    await bubble(page, 'et encore').waitFor();
  });
  test('older pages come in above without moving what is read', async () => {
    const who = await customer(
      'Ancien',
      ...Array.from({ length: 70 }, (_, at) => [
        'text',
        { text: `message ${at}.`, at: Date.now() - (70 - at) * 180_000 },
      ]),
    );
    const page = await open();
    await openTicket(page, who.name);
    await bubble(page, 'message 69.').waitFor();
    assert.equal(await bubble(page, 'message 3.').count(), 0);
    const log = page.getByRole('log');
    await log.evaluate((element) => element.scrollTo(0, 0));
    await bubble(page, 'message 3.').waitFor({ state: 'attached' });
    assert.equal(await page.locator('.log .message.in').count(), 70);
    assert.ok((await log.evaluate((element) => element.scrollTop)) > 200);
  });
});

describe('the composer', () => {
  test('a reply shows at once and gathers its receipts; it reaches the customer once (C-CO-2, C-CO-3)', async () => {
    const who = await customer('Réponse', ['text', 'il y a quelqu’un?']);
    const page = await open();
    await openTicket(page, who.name);
    await composer(page).fill('Oui, bonjour!');
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('Control+Enter');
    await shows(bubble(page, 'Oui, bonjour!'), /Lu/);
    assert.equal(await bubble(page, 'Oui, bonjour!').count(), 1);
    assert.equal(who.messages.filter(({ side }) => side === 'page').length, 1);
    assert.equal(await composer(page).inputValue(), '');
  });
  test('two modes with a draft each, told apart by name, label and border (C-CO-1)', async () => {
    const who = await customer('Modes', ['text', 'bonjour']);
    const page = await open();
    await openTicket(page, who.name);
    const reply = page.getByRole('textbox', { name: new RegExp(`Réponse à ${who.name}`) });
    await reply.fill('brouillon de réponse');
    await page.locator('.mode.note').click();
    const note = page.getByRole('textbox', { name: 'Note interne, invisible pour le client' });
    assert.equal(await note.inputValue(), '');
    assert.equal(
      await page.locator('.composer').evaluate((element) => getComputedStyle(element).borderTopStyle),
      'dashed',
    );
    await note.fill('pour nous seulement');
    await page.keyboard.press('Control+Enter');
    await shows(page.locator('.message.note'), /Note interne de Camille Roy.*pour nous seulement/);
    await page.locator('.mode.reply').click();
    assert.equal(await reply.inputValue(), 'brouillon de réponse');
    assert.equal(who.messages.filter(({ side }) => side === 'page').length, 0);
  });
  test('a draft survives a reload (C-CO-7)', async () => {
    const who = await customer('Brouillon', ['text', 'bonjour']);
    const page = await open();
    await openTicket(page, who.name);
    const saved = page.waitForResponse(
      (answer) => answer.url().endsWith('/drafts') && answer.request().method() === 'PATCH',
    );
    await composer(page).fill('pas encore fini');
    await saved;
    await page.evaluate(() => sessionStorage.clear());
    await page.reload();
    await page.waitForFunction(() => document.querySelector('.composer-field')?.value === 'pas encore fini');
  });
  test('Enter sends if the setting says so (C-CO-2)', async () => {
    const who = await customer('Entrée', ['text', 'bonjour']);
    const page = await open({ settings: { enter_sends: true } });
    await openTicket(page, who.name);
    await composer(page).click();
    await page.keyboard.type('une ligne');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('deux lignes');
    await page.keyboard.press('Enter');
    await bubble(page, 'deux lignes').waitFor();
  });
  test('too long is said beside the button, counted as the channel counts, never cut (C-CO-6)', async () => {
    const who = await customer('Longueur', ['text', 'bonjour']);
    const page = await open();
    await openTicket(page, who.name);
    await composer(page).fill('😀'.repeat(1700));
    await shows(page.locator('.composer-count'), /1 700 sur [12] \d{3}/);
    await composer(page).fill('😀'.repeat(2100));
    await shows(page.locator('.composer-said'), /Texte trop long : 2 100 sur/);
    assert.equal(
      await page.getByRole('button', { name: /^Envoyer$|^Envoyer Ctrl/ }).getAttribute('aria-disabled'),
      'true',
    );
    await page.keyboard.press('Control+Enter');
    assert.equal([...(await composer(page).inputValue())].length, 2100);
    assert.equal(await page.locator('.message.out').count(), 0);
    await composer(page).fill('');
  });
  test('a failure stays in place with its reason, retry, copy and discard (C-CO-4)', async () => {
    const who = await customer('Bloqué', ['text', 'bonjour']);
    const page = await open();
    await openTicket(page, who.name);
    who.contact.blocked = true;
    await composer(page).fill('m’entendez-vous?');
    await page.keyboard.press('Control+Enter');
    await shows(bubble(page, 'm’entendez-vous?'), /Ce client ne peut plus recevoir nos messages/);
    for (const name of ['Réessayer', 'Copier', 'Jeter'])
      assert.ok(await bubble(page, 'm’entendez-vous?').getByRole('button', { name }).isVisible());
    const retry = bubble(page, 'm’entendez-vous?').getByRole('button', { name: 'Réessayer' });
    await retry.click();
    await shows(page.locator('.toast'), /Ce client ne peut plus recevoir nos messages/);
    // Only an act of the customer shows that we may write again.
    who.contact.blocked = false;
    await who.text('oui, me revoici');
    await bubble(page, 'me revoici').waitFor();
    await retry.click();
    await shows(bubble(page, 'm’entendez-vous?'), /Lu/);
    who.contact.blocked = true;
    await composer(page).fill('et maintenant?');
    await page.keyboard.press('Control+Enter');
    await bubble(page, 'et maintenant?').getByRole('button', { name: 'Jeter' }).click();
    await bubble(page, 'et maintenant?').waitFor({ state: 'detached' });
  });
  test('a closed window refuses with the reason, and notes go on', async () => {
    const who = await customer('Fermé', ['text', { text: 'il y a longtemps', at: Date.now() - 8 * 24 * HOUR }]);
    const page = await open({ path: '/inbox?q=longtemps' });
    await openTicket(page, who.name);
    await shows(page.locator('.composer-notice'), /Le délai de réponse de la plateforme est passé/);
    await page.getByRole('textbox', { name: /Note interne/ }).waitFor();
    await page.locator('.mode.reply').click();
    await composer(page).fill('trop tard');
    assert.equal(await page.locator('.composer button[type=submit]').getAttribute('aria-disabled'), 'true');
    await page.keyboard.press('Control+Enter');
    await shows(page.locator('.composer-said'), /délai de réponse/);
    assert.equal(await page.locator('.message.out').count(), 0);
    await composer(page).fill('');
  });
  test('after 24 hours a person may still write, and the composer says until when', async () => {
    const who = await customer('Humain', ['text', { text: 'avant-hier déjà', at: Date.now() - 40 * HOUR }]);
    const page = await open({ path: '/inbox?q=avant-hier' });
    await openTicket(page, who.name);
    await shows(page.locator('.composer-notice'), /une personne peut répondre encore 5 j/);
    await composer(page).fill('me voici');
    await page.keyboard.press('Control+Enter');
    await shows(bubble(page, 'me voici'), /Lu|Remis|Envoyé/);
  });
});

describe('the ticket', () => {
  test('take, assign to another, back: each with undo (C-TK-1)', async () => {
    const who = await customer('Attribuer', ['text', 'bonjour']);
    const page = await open();
    await openTicket(page, who.name);
    await page.getByRole('button', { name: 'Prendre' }).click();
    await shows(page.locator('.thread-actions .assign'), /À moi/);
    await shows(page.getByRole('log'), /Camille Roy a pris le billet/);
    await page.locator('.thread-actions .assign').click();
    await page.getByRole('combobox', { name: 'Attribuer à' }).fill('lea');
    await page.keyboard.press('Enter');
    await shows(page.locator('.thread-actions .assign'), /Léa Gagnon/);
    await shows(page.getByRole('log'), /Camille Roy a attribué le billet à Léa Gagnon/);
    await page.locator('.toast', { hasText: 'Léa Gagnon' }).getByRole('button', { name: 'Annuler' }).click();
    await shows(page.locator('.thread-actions .assign'), /À moi/);
  });
  test('solve asks when the customer still waits; solved can be reopened, by us or by the customer (C-TK-4, C-CO-2)', async () => {
    const who = await customer('Résoudre', ['text', 'une question?']);
    const page = await open();
    await openTicket(page, who.name);
    await page.locator('.thread-actions').getByRole('button', { name: 'Résoudre' }).click();
    await shows(page.getByRole('dialog'), /attend encore une réponse/);
    await page.getByRole('dialog').getByRole('button', { name: 'Résoudre' }).click();
    await shows(page.locator('.thread-where .chip'), /Résolu/);
    await page.locator('.thread-actions').getByRole('button', { name: 'Rouvrir' }).click();
    await shows(page.locator('.thread-where .chip').first(), /Ouvert/);
    await composer(page).fill('voilà');
    await page.keyboard.press('Control+Shift+Enter');
    await shows(page.locator('.thread-where .chip').first(), /Résolu/);
    await who.text('merci, mais encore une chose');
    await shows(page.locator('.thread-where .chip').first(), /Ouvert/);
  });
  test('snooze, with choices, and wake up when the customer writes (C-TK-3)', async () => {
    const who = await customer('Veille', ['text', 'pas pressé']);
    const page = await open();
    await openTicket(page, who.name);
    await page.locator('.thread-actions').getByRole('button', { name: 'Mettre en veille' }).click();
    const choices = await page.getByRole('option').allTextContents();
    assert.ok(choices.some((choice) => /Une heure/.test(choice)));
    assert.ok(choices.some((choice) => /après la fin du délai de réponse/.test(choice)) || choices.length >= 4);
    await page.getByRole('option', { name: /Une heure/ }).click();
    await shows(page.locator('.thread-where .chip').first(), /En veille/);
    await who.text('finalement si');
    await shows(page.locator('.thread-where .chip').first(), /Ouvert/);
  });
  test('tags and priority, from the menu', async () => {
    const who = await customer('Étiquette', ['text', 'bonjour']);
    const page = await open();
    await openTicket(page, who.name);
    await page.getByRole('button', { name: 'Autres actions' }).click();
    await page.getByRole('menuitem', { name: 'Étiquettes' }).click();
    await page.getByRole('combobox').fill('livraison');
    await page.keyboard.press('Enter');
    await shows(row(page, who.name), /livraison/);
    await page.getByRole('button', { name: 'Autres actions' }).click();
    await page.getByRole('menuitem', { name: 'Priorité' }).click();
    await page.getByRole('option', { name: 'Urgente' }).click();
    await shows(page.locator('.context'), /Urgente/);
  });
  test('reading for a second marks read; the reader’s own list only', async () => {
    const who = await customer('Lu', ['text', 'bonjour']);
    const page = await open();
    await row(page, who.name).and(page.locator('.unread')).waitFor();
    await openTicket(page, who.name);
    await page.locator(`.row:not(.unread)`, { hasText: who.name }).waitFor();
    const other = await open({ user: gateway.people.colleague });
    await row(other, who.name).and(other.locator('.unread')).waitFor();
  });
});

describe('the end of a reply window', () => {
  test('counts by the gateway’s time, whatever the browser’s clock says (C-LV-3)', async () => {
    const who = await customer('Horloge', ['text', { text: 'montre', at: Date.now() - 22 * HOUR }]);
    const page = await open({ path: '/healthz' });
    await page.clock.install({ time: Date.now() + 3 * HOUR });
    await page.goto('/inbox?q=montre');
    await openTicket(page, who.name);
    await shows(page.locator('.thread-where .chip').last(), /répondre d’ici (1 h 59|2 h 00)/);
  });

  test('is told to screen readers at 30 and 5 minutes and when it has come, for the open ticket (C-RW-2)', async () => {
    const who = await customer('Bientôt', ['text', { text: 'vite', at: Date.now() - 23 * HOUR - 20 * 60_000 }]);
    const page = await open({ path: '/healthz' });
    await page.clock.install();
    // A line that says nothing: its hello would set the clock back to the gateway's.
    await page.routeWebSocket(/\/api\/v1\/live/, () => {});
    await page.goto('/inbox?q=vite');
    await openTicket(page, who.name);
    const said = page.locator('#app > [role=status]');
    for (const [minutes, words] of [
      [11, /il reste (29|30) min pour répondre/],
      [25, /il reste [45] min pour répondre/],
      [5, /le délai de réponse est passé/],
    ]) {
      await page.clock.fastForward(minutes * 60_000);
      await shows(said, words);
      await shows(said, new RegExp(who.name));
    }
  });
});

describe('colleagues', () => {
  test('one sees who is on the ticket, and who writes (C-CL-1, C-CL-2)', async () => {
    const who = await customer('Deux', ['text', 'bonjour']);
    const mine = await open();
    const hers = await open({ user: gateway.people.colleague });
    await openTicket(mine, who.name);
    await openTicket(hers, who.name);
    await shows(mine.locator('.presence'), /Léa Gagnon/);
    await shows(hers.locator('.presence'), /Camille Roy/);
    await composer(hers).pressSequentially('j’arrive');
    await shows(mine.locator('.presence'), /Léa Gagnon rédige une réponse/);
    await shows(mine.locator('.composer-notice'), /Léa Gagnon rédige aussi/);
    await composer(hers).fill('');
    await hers.locator('.row').last().click();
    await mine.locator('.presence').waitFor({ state: 'detached', timeout: 15_000 });
  });
  test('a colleague’s newer reply stops ours once, and is shown (C-CO-5)', async () => {
    const who = await customer('Course', ['text', 'bonjour']);
    const mine = await open();
    const hers = await open({ user: gateway.people.colleague });
    await openTicket(mine, who.name);
    await openTicket(hers, who.name);
    await bubble(mine, 'bonjour').waitFor();
    const ticket = new URL(mine.url()).searchParams.get('ticket');
    const thread = await (await mine.request.get(`/api/v1/tickets/${ticket}/messages`)).json();
    const heard = thread.items.find((message) => message.direction === 'in').id;
    await composer(hers).fill('réponse de Léa');
    await hers.keyboard.press('Control+Enter');
    await shows(bubble(hers, 'réponse de Léa'), /Lu|Remis|Envoyé/);
    // Mine answers as if the feed had not told it yet.
    await mine.route(
      '**/messages',
      (call) => {
        const body = call.request().postDataJSON();
        return call.continue({ postData: JSON.stringify({ ...body, after: heard }) });
      },
      { times: 1 },
    );
    await composer(mine).fill('réponse de Camille');
    await mine.keyboard.press('Control+Enter');
    await shows(bubble(mine, 'réponse de Camille'), /Un collègue vient de répondre/);
    await bubble(mine, 'réponse de Léa').waitFor();
    assert.equal(who.messages.filter(({ side }) => side === 'page').length, 1);
    await bubble(mine, 'réponse de Camille').getByRole('button', { name: 'Envoyer quand même' }).click();
    await shows(bubble(mine, 'réponse de Camille'), /Lu/);
  });
});

describe('other roles', () => {
  test('an admin sees the channels with their state, pauses one and resumes it', async () => {
    const page = await open({ user: gateway.people.admin, path: '/admin' });
    const card = page.getByRole('article').first();
    await shows(card, /En service/);
    await shows(card.locator('.accounts'), /Maple Outdoors ?En service.*Plein air Érable ?En service/);
    await card.getByRole('button', { name: 'Mettre en pause' }).click();
    await shows(card, /En pause/);
    await card.getByRole('button', { name: 'Reprendre' }).click();
    await shows(card, /En service/);
    await shows(page.locator('table'), /messenger.*chargé/s);
  });
  test('an analyst sees that reports are to come, and nothing else', async () => {
    const page = await open({ user: gateway.people.analyst });
    await shows(page.locator('main'), /Les rapports arrivent/);
    assert.equal(await page.locator('.row').count(), 0);
    assert.doesNotMatch(plain(await page.locator('nav').first().textContent()), /réception|Canaux/i);
  });
  test('an agent has no way to the channels', async () => {
    const page = await open({ path: '/admin' });
    await shows(page.locator('main'), /Accès réservé/);
  });
});
