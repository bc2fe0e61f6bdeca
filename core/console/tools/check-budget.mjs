// Fails when a part of the build outgrows its budget (gzip -9), carries a font, or names an outside host.
// check-budget.mjs [FOLDER]: another build than dist/.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = process.argv[2] ?? new URL('../dist/', import.meta.url).pathname;
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name));
const size = (path) => gzipSync(readFileSync(path), { level: 9 }).length;
const sum = (paths) => paths.reduce((total, path) => total + size(path), 0);
const named = (pattern) => files.filter((path) => pattern.test(basename(path)));

const html = readFileSync(join(dist, 'index.html'), 'utf8');
const first = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map((match) => join(dist, match[1]));
// What the entry imports statically is loaded with it.
const reach = (path, seen = new Set()) => {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, file] of readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g))
    reach(join(dist, 'assets', file), seen);
  return seen;
};
const scripts = [...new Set(first.filter((path) => path.endsWith('.js')).flatMap((path) => [...reach(path)]))];

const budgets = [
  ['initial JS', sum(scripts), 45_000],
  ['initial CSS', sum(first.filter((path) => path.endsWith('.css'))), 10_000],
  ['French catalogue', sum(named(/^fr-.*\.js$/)), 12_000],
  ['English catalogue', sum(named(/^en-.*\.js$/)), 12_000],
  ['reports chunk', sum(named(/^reports-.*\.js$/)), 115_000],
  ['admin chunk', sum(named(/^admin-.*\.js$/)), 20_000],
];
const faults = budgets
  .filter(([, bytes, limit]) => bytes === 0 || bytes > limit)
  .map(([part, bytes, limit]) => `${part}: ${bytes} bytes, must be more than 0 and at most ${limit}`);
for (const path of files) {
  if (/\.(woff2?|ttf|otf|eot)$/.test(path)) faults.push(`${basename(path)}: no font files`);
  if (/\.(png|jpe?g|gif|webp|avif|svg)$/.test(path) && readFileSync(path).length > 4096)
    faults.push(`${basename(path)}: images of the first load stay under 4 kB`);
  if (!/\.(js|css|html)$/.test(path)) continue;
  for (const [url] of readFileSync(path, 'utf8').matchAll(/https?:\/\/[\w.-]+/g))
    if (!/^http:\/\/www\.w3\.org/.test(url)) faults.push(`${basename(path)}: names the outside host ${url}`);
}
for (const [part, bytes, limit] of budgets) console.log(`${part.padEnd(18)} ${String(bytes).padStart(7)} / ${limit}`);
for (const fault of faults) console.error(fault);
process.exit(faults.length ? 1 : 0);
