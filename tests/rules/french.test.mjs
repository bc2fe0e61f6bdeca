// French as it is written here (Office québécois de la langue française): U+00A0 inside « » and before a colon, none before ; ! ?, and ’.
// The console's own catalogue is checked by core/console/tools/.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (name) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

/** What is wrong in a text, as excerpts. */
function mistakes(text) {
  const wrong = /(?:«(?!\u00a0)|(?<!\u00a0)»| [;:!?](?![\w[])|\p{L}'\p{L})/gu;
  return [...text.matchAll(wrong)].map(({ index }) => JSON.stringify(text.slice(Math.max(0, index - 15), index + 15)));
}

test('README.fr.md', () => {
  const prose = read('README.fr.md').replace(/```[^]*?```|`[^`]*`|\]\([^)]*\)|^\|[-|]+$/gm, '');
  assert.deepEqual(mistakes(prose), []);
});

test('the words of the simulator’s phone page', () => {
  const [, french] = /^ {2}fr: \{$([^]*?)^ {2}\},$/m.exec(read('tests/platforms/messenger/phone/page/words.js'));
  const strings = [...french.matchAll(/'([^'\n]*)'|`([^`\n]*)`/g)].map(([, plain, template]) => plain ?? template);
  assert.ok(strings.length > 40);
  assert.deepEqual(mistakes(strings.join('\n')), []);
});

test('a mistake of each kind is seen', () => {
  for (const text of ['« à »', 'à «\u00a0la\u00a0» :', 'bonjour !', "l'agent", 'ici ; là']) assert.equal(mistakes(text).length > 0, true, text);
  assert.deepEqual(mistakes('«\u00a0L’agent\u00a0»\u00a0: bonjour! 14:05'), []);
});
