// Fails when src/api/api.gen.ts is not what the API description gives today.
import { readFileSync } from 'node:fs';
import openapi, { astToString, COMMENT_HEADER } from 'openapi-typescript';

const description = new URL('../../../docs/openapi.yaml', import.meta.url);
const generated = new URL('../src/api/api.gen.ts', import.meta.url);
const fresh = COMMENT_HEADER + astToString(await openapi(description));
if (readFileSync(generated, 'utf8') !== fresh) {
  console.error('src/api/api.gen.ts is stale: run `npm run api`.');
  process.exit(1);
}
