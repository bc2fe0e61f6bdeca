// The rules of the house over the whole tree, one line of TAP a rule: `node tests/rules/rules.mjs`.
// A rule is a name and a function from a tree (path to text) to its faults ({ path, line, text }).

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { functions, includes, lineAt, scan } from './c-source.mjs';
import * as house from './house.mjs';
import { duplicateKeys } from './json-keys.mjs';

export const ALLOWED_WITHOUT_TEST = 'tests/rules/without-unit-test.txt';

const files = (tree, pattern) => [...tree].filter(([path]) => pattern.test(path));
const fault = (path, line, text) => ({ path, line, text });
const matches = (path, text, pattern, sentence) =>
  [...text.matchAll(pattern)].map((match) => fault(path, lineAt(text, match.index), sentence(match)));

function wrongArrow(path, { name, system }) {
  if (name.startsWith('guichet/')) return null;
  if (path.startsWith('include/')) {
    return system && house.SDK_HEADERS.has(name) ? null : 'the SDK includes itself, stddef.h and stdint.h alone';
  }
  if (path.startsWith('plugins/')) {
    const own = path.split('/')[1];
    if (system ? house.PLUGIN_HEADERS.has(name) : [own, 'kit'].includes(name.split('/')[0])) return null;
    return 'a plugin includes the SDK, its own folder, kit/ and plain C alone';
  }
  if (system) return null;
  const from = path.split('/')[1];
  const to = name.split('/')[0];
  if (!name.includes('/')) return 'an include names its folder, from core/ on';
  if (!house.RANKS.has(to)) return `${to}/ is no folder of core/ with a rank`;
  if (from === to || house.RANKS.get(to) < house.RANKS.get(from)) return null;
  return `${from}/ (rank ${house.RANKS.get(from)}) may not include ${to}/ (rank ${house.RANKS.get(to)})`;
}

function untagged(path, text) {
  const { code, comments } = scan(text);
  return [...code.matchAll(/\(\s*\*\s*(?:const\s+)?([A-Za-z_]\w*)\s*\)\s*\(/g)]
    .filter(({ index }) => {
      const begin = Math.max(...[';', '{', '}'].map((end) => code.lastIndexOf(end, index)));
      const comment = comments.findLast((c) => c.index > begin && c.index < index);
      // A comment that trails the field before it says nothing about this one.
      const own = comment && /^[ \t]*$/.test(text.slice(text.lastIndexOf('\n', comment.index) + 1, comment.index));
      return !own || !/\[(any|open|call)\](, pure)?\s*(\*\/)?\s*$/.test(comment.text);
    })
    .map(({ index, 1: name }) =>
      fault(path, lineAt(text, index), `the comment of (*${name}) does not end with [any], [open] or [call]`));
}

function sameMagic(tree) {
  const seen = new Map();
  const faults = [];
  for (const [path, text] of files(tree, /^(core|include|plugins|tests)\/.*\.[ch]$/)) {
    for (const match of scan(text).code.matchAll(/\b(\w+_MAGIC)\b\s*=?\s*\(?(0[xX][0-9a-fA-F]+|\d+)[uUlL]*/g)) {
      const value = Number(match[2]);
      const [name, line] = [match[1], lineAt(text, match.index)];
      if (seen.has(value) && seen.get(value) !== name) {
        faults.push(fault(path, line, `${name} has the value of ${seen.get(value)}`));
      }
      seen.set(value, name);
    }
  }
  return faults;
}

function withoutUnitTest(tree) {
  const included = new Set();
  for (const [, text] of files(tree, /^tests\/unit\/.*_test\.c$/)) {
    for (const { name } of includes(text)) included.add(`core/${name}`);
  }
  const faults = [];
  const allowed = new Map();
  (tree.get(ALLOWED_WITHOUT_TEST) ?? '').split('\n').forEach((line, index) => {
    const [, path, reason] = line.match(/^(\S+)\s*(.*)$/) ?? [];
    if (!path || path.startsWith('#')) return;
    allowed.set(path, reason);
    if (!reason) faults.push(fault(ALLOWED_WITHOUT_TEST, index + 1, `${path} stands there without a reason`));
    if (!tree.has(path)) faults.push(fault(ALLOWED_WITHOUT_TEST, index + 1, `${path} does not exist`));
    if (included.has(path)) faults.push(fault(ALLOWED_WITHOUT_TEST, index + 1, `${path} has a unit test`));
  });
  for (const [path] of files(tree, /^core\/.*\.c$/)) {
    if (!included.has(path) && !allowed.has(path)) {
      const test = path.replace(/^core\//, 'tests/unit/').replace(/\.c$/, '_test.c');
      faults.push(fault(path, 1, `has no unit test ${test}`));
    }
  }
  return faults;
}

const guard = (path) => `GUICHET_${path.replace(/\.h$/, '').replace(/[^A-Za-z0-9]/g, '_').toUpperCase()}_H`;

export const rules = [
  {
    name: 'includes follow the arrows',
    check: (tree) =>
      files(tree, /^(core|include|plugins)\/.*\.[ch]$/).flatMap(([path, text]) =>
        includes(text).flatMap((include) => {
          const wrong = wrongArrow(path, include);
          return wrong ? [fault(path, include.line, `${include.name}: ${wrong}`)] : [];
        })),
  },
  {
    name: 'foreign headers stay with their owner',
    check: (tree) =>
      files(tree, /^(core|include|plugins)\/.*\.[ch]$/).flatMap(([path, text]) =>
        includes(text)
          .filter(({ name }) => house.OWNERS.some(([header, owner]) => header.test(name) && !owner.test(path)))
          .map(({ name, line }) => fault(path, line, `${name} belongs to another folder`))),
  },
  {
    name: `no C file is longer than ${house.MOST_LINES_OF_A_FILE} lines`,
    check: (tree) =>
      files(tree, /\.c$/)
        .map(([path, text]) => [path, text.replace(/\n$/, '').split('\n').length])
        .filter(([, lines]) => lines > house.MOST_LINES_OF_A_FILE)
        .map(([path, lines]) => fault(path, 1, `${lines} lines`)),
  },
  {
    name: `no function is longer than ${house.MOST_LINES_OF_A_FUNCTION} lines`,
    check: (tree) =>
      files(tree, /\.[ch]$/).flatMap(([path, text]) =>
        functions(text)
          .filter(({ first, last }) => last - first + 1 > house.MOST_LINES_OF_A_FUNCTION)
          .map(({ name, first, last }) => fault(path, first, `${name} has ${last - first + 1} lines`))),
  },
  {
    name: 'a file name says its subject',
    check: (tree) =>
      [...tree.keys()]
        .filter((path) =>
          path.split('/').some((part) =>
            /(^|[-_.])(utils?|misc|helpers?)([-_.]|$)|(^|[-_])common(\.\w+)*$/i.test(part)))
        .map((path) => fault(path, 1, 'no util, misc, common or helpers')),
  },
  {
    name: 'every function pointer of the SDK says where it may be called',
    check: (tree) => files(tree, /^include\/guichet\/.*\.h$/).flatMap(([path, text]) => untagged(path, text)),
  },
  { name: 'all magic numbers are different', check: sameMagic },
  { name: 'every source of the core has a unit test', check: withoutUnitTest },
  {
    name: 'SQL stands in .sql files',
    check: (tree) =>
      files(tree, /^(core|plugins)\/.*\.[ch]$/).flatMap(([path, text]) =>
        scan(text)
          .literals.filter((literal) => house.SQL.test(literal.text))
          .map((literal) => fault(path, lineAt(text, literal.index), `"${literal.text.slice(0, 40)}"`))),
  },
  {
    name: 'no forbidden function is called',
    check: (tree) =>
      files(tree, /\.[ch]$/).flatMap(([path, text]) =>
        matches(path, scan(text).code, /(?<![\w.]|->)(\w+)\s*\(/g, (match) => match[1])
          .filter(({ text: name }) => house.FORBIDDEN_CALLS.has(name))
          .map(({ line, text: name }) => fault(path, line, `${name}: ${house.FORBIDDEN_CALLS.get(name)}`))),
  },
  {
    name: 'unused parts of the HTTP library stay unused',
    check: (tree) =>
      files(tree, /^core\/.*\.[ch]$/).flatMap(([path, text]) =>
        matches(path, scan(text).code, house.UNUSED_PARTS, (match) => `${match[0].trim()} (decision 4, rule 11)`)),
  },
  {
    name: 'structs have no typedef',
    check: (tree) =>
      files(tree, /^(core|include|plugins)\/.*\.[ch]$/).flatMap(([path, text]) =>
        matches(path, scan(text).code, /\btypedef\s+(struct|union|enum)\b/g, (match) => match[0])),
  },
  {
    name: 'header guards are made from the path',
    check: (tree) =>
      files(tree, /^core\/.*\.h$/)
        .filter(([path, text]) => !text.includes(`#ifndef ${guard(path)}\n#define ${guard(path)}\n`))
        .map(([path]) => fault(path, 1, `is not guarded by ${guard(path)}`)),
  },
  {
    name: 'nothing forbidden is written',
    check: (tree) =>
      files(tree, /^(?!tests\/(rules|fuzz\/corpus)\/)/).flatMap(([path, text]) =>
        house.FORBIDDEN_PHRASES.flatMap(([phrase, why]) =>
          matches(path, text, new RegExp(phrase, 'gm'), (match) => `"${match[0].trim()}": ${why}`))),
  },
  {
    name: 'no key stands twice in a JSON object',
    check: (tree) =>
      files(tree, /^(?!tests\/fuzz\/corpus\/)(?!.*duplicate).*\.json$/).flatMap(([path, text]) =>
        duplicateKeys(text).map(({ key, line }) => fault(path, line, `"${key}" stands twice`))),
  },
];

// What the build and npm put beside the source.
const NOT_SOURCE = /(^|\/)(\.git|node_modules|\.cache)$|^build$|^core\/console\/dist$/;

// Every text file below root, by its path.
function readTree(root, path = '', tree = new Map()) {
  for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (NOT_SOURCE.test(inner)) continue;
    if (entry.isDirectory()) readTree(root, inner, tree);
    else if (entry.isFile()) {
      const bytes = readFileSync(join(root, inner));
      if (!bytes.includes(0)) tree.set(inner, bytes.toString('utf8'));
    }
  }
  return tree;
}

function main() {
  const tree = readTree(resolve(dirname(fileURLToPath(import.meta.url)), '../..'));
  let failed = 0;
  console.log(`TAP version 13\n1..${rules.length}`);
  rules.forEach(({ name, check }, index) => {
    const faults = check(tree);
    if (faults.length) failed += 1;
    console.log(`${faults.length ? 'not ok' : 'ok'} ${index + 1} - ${name}`);
    for (const { path, line, text } of faults) console.log(`  # ${path}:${line}: ${text}`);
  });
  process.exitCode = failed ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
