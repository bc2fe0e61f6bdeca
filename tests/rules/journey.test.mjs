// docs/journey.md names functions and where they are; each must be defined there.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/journey.md'), 'utf8');

/** The sources at `place`, a file or a folder below core/ or below the root; '' if there is no such place. */
function sourceAt(place) {
  const path = [join(root, 'core', place), join(root, place)].find(existsSync);
  if (!path) return '';
  if (statSync(path).isFile()) return readFileSync(path, 'utf8');
  const names = readdirSync(path, { recursive: true }).filter((name) => !name.includes('node_modules') && /\.(c|h|ts|tsx)$/.test(name));
  return names.map((name) => readFileSync(join(path, name), 'utf8')).join('\n');
}

/** A definition in C (its body follows) or in TypeScript; a call, a prototype or a comment is none. */
const defines = (source, name) =>
  new RegExp(`^[A-Za-z_][^\\n;=(]*\\b${name}\\([^;{}]*\\)\\s*\\{`, 'm').test(source) ||
  new RegExp(`\\b(function ${name}\\b|const ${name}\\b)`).test(source);

/** [function, place] of each row of a table: the column "file" may name several places. */
const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim())).filter((cells) => /^\d+$/.test(cells[1] ?? ''));
const placesOf = (cell) => [...cell.matchAll(/`([\w./-]+)`/g)].map(([, place]) => place);
const namesOf = (text) => [...text.matchAll(/`(\w+)\(\)`/g)].map(([, name]) => name);

test('every function in a table of docs/journey.md is defined in the files that its row names', () => {
  assert.ok(rows.length > 30, `${rows.length} rows`);
  const wrong = rows.flatMap(([, number, names, files]) => {
    const source = placesOf(files).map(sourceAt).join('\n');
    return namesOf(names).filter((name) => !defines(source, name)).map((name) => `${number}: ${name} is not defined in ${files}`);
  });
  assert.deepEqual(wrong, []);
});

test('every function that its prose names is defined somewhere', () => {
  const source = ['core', 'plugins'].map(sourceAt).join('\n');
  assert.deepEqual([...new Set(namesOf(page))].filter((name) => !defines(source, name)), []);
});
