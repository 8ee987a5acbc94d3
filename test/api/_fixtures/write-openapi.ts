/** Writes docs/openapi.json: `node test/api/_fixtures/write-openapi.ts && npx biome format --write docs/openapi.json` */
import { writeFileSync } from 'node:fs';
import { openApiOf } from '../../../lib/api/operations.ts';
import { DEFAULT_LIMITS } from '../../../lib/api/services.ts';

const file = new URL('../../../docs/openapi.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(openApiOf(DEFAULT_LIMITS), null, 2)}\n`);
