// C-ST: what the build gives.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';

const source = new URL('../../../core/console/', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'guichet-console-'));
const builds = ['one', 'two'].map((name) => join(folder, name, 'dist'));

// Two clean copies of the sources, in different places; only what `npm ci` installs is shared.
before(() => {
  for (const build of builds) {
    const copy = dirname(build);
    cpSync(source, copy, {
      recursive: true,
      filter: (path) => !/^(node_modules|dist|build)$/.test(path.slice(source.length)),
    });
    symlinkSync(join(source, 'node_modules'), join(copy, 'node_modules'));
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: copy, stdio: ['ignore', 'ignore', 'pipe'] });
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

const files = (build) =>
  readdirSync(build, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(build.length + 1))
    .sort();

test('C-ST-3: the builds of two clean copies are the same, byte for byte, compressed forms and name too', () => {
  const digest = (build) =>
    files(build).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(build, name)))
        .digest('hex'),
    ]);
  const names = files(builds[0]).join();
  for (const wanted of ['index.html', 'build.txt', '.js.br', '.js.gz', '.css.br', '.css.gz'])
    assert.ok(names.includes(wanted), wanted);
  assert.deepEqual(digest(builds[0]), digest(builds[1]));
});

test('C-ST-2: the build keeps its budgets, and one that does not is refused', () => {
  const judge = (build) => {
    const { status, stderr } = spawnSync('node', ['tools/check-budget.mjs', build], { cwd: source, encoding: 'utf8' });
    return { status, stderr };
  };
  assert.deepEqual(judge(builds[0]), { status: 0, stderr: '' });
  const spoilt = (how) => {
    const copy = mkdtempSync(join(folder, 'spoilt-'));
    cpSync(builds[0], copy, { recursive: true });
    const asset = (pattern) =>
      join(
        copy,
        'assets',
        readdirSync(join(copy, 'assets')).find((name) => pattern.test(name)),
      );
    how(asset, (name, bytes) => writeFileSync(join(copy, 'assets', name), bytes));
    const { status, stderr } = judge(copy);
    assert.equal(status, 1, stderr);
    return stderr;
  };
  // Random bytes do not compress: this is their weight in the part.
  for (const [pattern, part, weight] of [
    [/^console-.*\.js$/, 'initial JS', 30_000],
    [/^console-.*\.css$/, 'initial CSS', 9000],
    [/^fr-.*\.js$/, 'French catalogue', 11_000],
    [/^en-.*\.js$/, 'English catalogue', 11_000],
    [/^reports-.*\.js$/, 'reports chunk', 115_000],
    [/^admin-.*\.js$/, 'admin chunk', 19_000],
  ]) {
    const words = `/*${randomBytes(weight).toString('hex')}*/`;
    const said = spoilt((asset) => appendFileSync(asset(pattern), words));
    assert.match(said, new RegExp(`^${part}: \\d+ bytes, .*\n$`), 'this part, and no other');
  }
  // A part that is not found is not one that weighs nothing.
  assert.match(
    spoilt((asset) => rmSync(asset(/^reports-.*\.js$/))),
    /^reports chunk: 0 bytes/,
  );
  for (const kind of ['woff', 'woff2', 'ttf', 'otf', 'eot'])
    assert.match(
      spoilt((_, put) => put(`x.${kind}`, 'x')),
      /^x\.\w+: no font files\n$/,
    );
  for (const kind of ['png', 'jpg', 'jpeg', 'gif', 'webp', 'avif', 'svg'])
    assert.match(
      spoilt((_, put) => put(`x.${kind}`, Buffer.alloc(4097))),
      /^x\.\w+: images .* under 4 kB\n$/,
    );
  for (const pattern of [/^en-.*\.js$/, /^console-.*\.css$/])
    assert.match(
      spoilt((asset) => appendFileSync(asset(pattern), '/*https://elsewhere.example*/')),
      /outside host https:\/\/elsewhere\.example\n$/,
    );
});

test('C-ST-4: the page names its files relatively, and no outside host', () => {
  const html = readFileSync(join(builds[0], 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
  assert.ok(named.length >= 3);
  for (const name of named) assert.match(name, /^\.\/assets\/[\w.-]+-[\w-]{8}\.\w+$/);
  for (const name of files(builds[0]).filter((each) => /\.(js|css|html)$/.test(each)))
    assert.doesNotMatch(
      readFileSync(join(builds[0], name), 'utf8'),
      /https?:\/\/(?!www\.w3\.org)[\w-]+\.[\w.-]+/,
      name,
    );
});

test('C-ST-6: nothing inline in the page', () => {
  const html = readFileSync(join(builds[0], 'index.html'), 'utf8');
  assert.doesNotMatch(html, /<style|style=|\son\w+=|<script(?![^>]*\ssrc=)/);
});

test('the entry blocks the first paint, so that the theme is never wrong', () => {
  assert.match(readFileSync(join(builds[0], 'index.html'), 'utf8'), /<script type="module" blocking="render"/);
});

test('C-ST-3: every package is pinned, and none needs an install script', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
  assert.deepEqual(Object.keys(dependencies).sort(), ['@preact/signals', 'openapi-fetch', 'preact', 'tinykeys']);
  const { packages } = JSON.parse(readFileSync(join(source, 'package-lock.json'), 'utf8'));
  const installed = Object.entries(packages).filter(([path]) => path !== '');
  assert.ok(installed.length > 50, `${installed.length} packages in the lock file`);
  const scripts = (path) => {
    const manifest = join(source, path, 'package.json');
    const named = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).scripts : {};
    return Object.keys(named ?? {}).filter((name) => /^(pre|post)?install$/.test(name));
  };
  for (const [path, { version, integrity, optional, hasInstallScript }] of installed) {
    assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, path);
    assert.match(integrity, /^sha512-/, path);
    // An optional package is one that is done without: for another system.
    assert.ok(!hasInstallScript || optional, `${path} needs an install script`);
    assert.deepEqual(scripts(path), [], `${path} needs an install script`);
  }
});
