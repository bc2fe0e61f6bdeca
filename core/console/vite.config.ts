import { defineConfig } from 'vitest/config';

/** What the first screen does without. */
const later =
  /\/src\/(views\/(admin|reports|layers|drawer|sign-in|inbox\/(context|filters))|ui\/(combobox|dialog)|state\/snooze|i18n\/(fr|en)\.json)|\.css$/;

export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // One file for all that the first screen needs: many small shared chunks compress worse and load later.
        codeSplitting: { groups: [{ name: 'console', test: (id) => !later.test(id) }] },
      },
    },
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
