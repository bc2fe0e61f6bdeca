// Modules of the console as they are, in one piece that Node or a page can import.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const source = fileURLToPath(new URL('../../../core/console/', import.meta.url));
/** A file that is not there; beside it, the entry's paths are found. */
const ENTRY = join(source, 'entry-of-a-test.ts');

/** The text of a module that exports what `entry` does; its paths begin at core/console/. */
export async function bundled(entry) {
  const { build } = await import(pathToFileURL(createRequire(join(source, 'package.json')).resolve('vite')));
  const built = await build({
    configFile: false,
    root: source,
    logLevel: 'error',
    plugins: [
      {
        name: 'entry-of-a-test',
        enforce: 'pre',
        resolveId: (id) => (id === ENTRY ? id : undefined),
        load: (id) => (id === ENTRY ? entry : undefined),
      },
    ],
    build: {
      write: false,
      lib: { entry: ENTRY, formats: ['es'], fileName: 'entry' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  return [built].flat()[0].output[0].code;
}

/** The module itself, in Node. */
export const imported = async (entry) =>
  import(`data:text/javascript;base64,${Buffer.from(await bundled(entry)).toString('base64')}`);
