// Writes build.txt, and .br and .gz beside every text file of the build that is over 1 kB, so that the gateway never compresses.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url).pathname;
// The entry's hash names the build: it changes with any byte of any chunk that the entry reaches.
const html = readFileSync(join(dist, 'index.html'), 'utf8');
writeFileSync(join(dist, 'build.txt'), `${html.match(/assets\/[\w.-]*-([\w-]{8})\.js/)[1]}\n`);

const text = /\.(js|css|html|svg|json|txt)$/;

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !text.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const bytes = readFileSync(path);
  if (bytes.length <= 1024) continue;
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, brotli));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}
