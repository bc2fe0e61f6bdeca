import { writeFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** The entry's hash names the build: it changes with any byte of any chunk that the entry reaches. */
const buildName = (entry: string) => entry.replace(/^.*-([\w-]{8})\.js$/, '$1');

export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  plugins: [
    {
      name: 'guichet-entry',
      apply: 'build',
      // The entry sets theme and language before anything is painted; browsers that know `blocking` wait for it.
      transformIndexHtml: {
        order: 'post',
        handler: (html) => html.replace('<script type="module"', '<script type="module" blocking="render"'),
      },
      writeBundle(options, bundle) {
        const entry = Object.values(bundle).find((file) => file.type === 'chunk' && file.isEntry);
        writeFileSync(`${options.dir}/build.txt`, `${buildName(entry?.fileName ?? '')}\n`);
      },
    },
  ],
  test: {
    root: '../..',
    include: ['tests/console/unit/**/*.test.ts'],
    globals: true,
    environment: 'node',
    env: { TZ: 'America/Toronto' },
  },
});
