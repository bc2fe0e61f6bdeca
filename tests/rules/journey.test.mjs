// docs/journey.md names functions; each must still be there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('every function that docs/journey.md names is in the source', () => {
    const page = readFileSync(`${root}/docs/journey.md`, 'utf8');
    const names = new Set([...page.matchAll(/`(\w+)\(\)`/g)].map((match) => match[1]));
    assert.ok(names.size > 30);
    const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'core', 'plugins'], { cwd: root, encoding: 'utf8' });
    const files = listed.split('\n').filter((name) => /\.(c|h|ts|tsx)$/.test(name));
    const source = files.map((name) => readFileSync(`${root}/${name}`, 'utf8')).join('\n');
    const gone = [...names].filter((name) => !new RegExp(`\\b${name}\\(|\\(${name}\\)|const ${name} `).test(source));
    assert.deepEqual(gone, []);
});
