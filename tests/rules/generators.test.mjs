// The awk scripts of the build and of tests/run.sh: what they make, and what they refuse.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'guichet-generators-'));
});
after(() => rmSync(folder, { recursive: true }));

// Runs a generator over files ({ name: text }); { status, out, err }.
function generate(script, files, variables = []) {
  const paths = Object.entries(files).map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
  const scripts = ['c_string.awk', script].flatMap((name) => ['-f', join(root, 'config/cmake', name)]);
  const run = spawnSync('awk', [...variables.flatMap((v) => ['-v', v]), ...scripts, ...paths], { encoding: 'utf8' });
  return { status: run.status, out: run.stdout, err: run.stderr.replaceAll(`${folder}/`, '') };
}

// What a C program with the generated header prints.
function run(header, body) {
  writeFileSync(join(folder, 'made.h'), header);
  writeFileSync(join(folder, 'made.c'), `#include <stdio.h>\n#include "made.h"\nint main(void) {${body} return 0; }\n`);
  execFileSync('gcc', ['-std=c11', '-Wall', '-Wextra', '-Werror', '-o', join(folder, 'made'), join(folder, 'made.c')]);
  return execFileSync(join(folder, 'made'), { encoding: 'utf8' });
}

test('statements reach the compiler as they were written, without comments and blank lines', () => {
  const { status, out } = generate('sql_statements.awk', {
    'a.sql': '-- about\n\n-- name: one\n-- a note\nSELECT \'a\\b\', "c",\n\t\'??!\';\n\n--name:two\nSELECT 2;\r\n',
    'b.sql': '-- name: three\nSELECT 3; -- stays\n',
  });
  assert.equal(status, 0);
  assert.equal(
    run(out, '\n#define X(name, text) printf("[%s|%s]", #name, text);\nGCT_SQL_TABLE(X)\n'),
    '[one|SELECT \'a\\b\', "c",\n\t\'??!\';\n][two|SELECT 2;\n][three|SELECT 3; -- stays\n]',
  );
});

for (const [what, text, sentence] of [
  ['a name that stands twice', '-- name: a\nSELECT 1;\n-- name: a\n', /a\.sql:3: statement a stands already in .*a\.sql:1/],
  ['an empty statement', '-- name: a\n-- name: b\nSELECT 1;\n', /statement a is empty/],
  ['an empty statement at the end', '-- name: a\n', /statement a is empty/],
  ['text without a name', 'SELECT 1;\n', /a\.sql:1: text before the first/],
  ['a name that is no C word', '-- name: a-b\nSELECT 1;\n', /a statement's name is made of/],
]) {
  test(`statements refuse ${what}`, () => {
    const { status, err } = generate('sql_statements.awk', { 'a.sql': text });
    assert.equal(status, 1);
    assert.match(err, sentence);
  });
}

test('migrations are kept whole, in order', () => {
  const { status, out } = generate('sql_migrations.awk', {
    '0001-first-tables.sql': '-- why\nCREATE TABLE a (b TEXT);\n\n',
    '0002-more.sql': 'CREATE TABLE c (d TEXT);\n',
  });
  assert.equal(status, 0);
  assert.equal(
    run(out, '\n#define X(number, name, text) printf("[%d|%s|%s]", number, name, text);\nGCT_MIGRATION_TABLE(X)\n'),
    '[1|first-tables|-- why\nCREATE TABLE a (b TEXT);\n\n][2|more|CREATE TABLE c (d TEXT);\n]',
  );
});

test('migrations refuse a gap and a wrong name', () => {
  const gap = generate('sql_migrations.awk', { '0001-a.sql': 'x\n', '0003-b.sql': 'x\n' });
  assert.equal(gap.status, 1);
  assert.match(gap.err, /migration number 0003 where 2 is next/);
  assert.match(generate('sql_migrations.awk', { 'a.sql': 'x\n' }).err, /a migration is named NNNN-name\.sql/);
});

test('an embedded file is the file', () => {
  const text = 'openapi: 3.1.0\n  "quoted" \\ é\n';
  const { out } = generate('embed.awk', { 'a.yaml': text }, ['symbol=a_yaml']);
  assert.equal(run(out, ' fputs(a_yaml, stdout);'), text);
  assert.equal(generate('embed.awk', { 'a.yaml': '' }, ['symbol=a_yaml']).status, 1);
});

test('the tally counts the tests of programs that speak cmocka or TAP, and the death of one', () => {
  const log = [
    'test 1', '1: [==========] Running 3 test(s).', '1: [  PASSED  ] 3 test(s).',
    '1/4 Test #1: unit/base/arena ...........   Passed    0.01 sec',
    '2: [  PASSED  ] 2 test(s).', '2: [  FAILED  ] 1 test(s), listed below:', '2: [  FAILED  ] it_holds',
    '2/4 Test #2: unit/base/utf8 ............***Failed    0.01 sec',
    '3: no cmocka here', '3/4 Test  #3: fuzz/json ............   Passed    0.01 sec',
    '4: [ RUN      ] it_dies', '4/4 Test  #4: unit/base/heap ..........***Exception: SegFault  0.10 sec',
    '5: ok 1 - a', '5: not ok 2 - b', '5: ok 3 - c # SKIP', '5/5 Test  #5: plugins/kit ..........***Failed  0.10 sec',
  ];
  writeFileSync(join(folder, 'ctest'), `${log.join('\n')}\n`);
  const counts = join(folder, 'counts');
  const shown = execFileSync(
    'awk', ['-v', `counts=${counts}`, '-f', join(root, 'tests/ctest_tally.awk'), join(folder, 'ctest')],
    { encoding: 'utf8' },
  );
  assert.equal(readFileSync(counts, 'utf8'), '7 3 1\n');
  assert.match(shown, /it_holds[\s\S]*it_dies/);
  assert.doesNotMatch(shown, /no cmocka here/);
});
