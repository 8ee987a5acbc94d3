/** The OpenAPI document: as it is committed, and what it is made of. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { openApiOf } from '../../lib/api/operations.ts';
import { DEFAULT_LIMITS } from '../../lib/api/services.ts';

const file = new URL('../../docs/openapi.json', import.meta.url);
const document = openApiOf(DEFAULT_LIMITS);

it('is committed as it is served; _fixtures/write-openapi.ts writes it', () => {
  const committed = JSON.parse(readFileSync(file, 'utf8'));

  expect(committed).toEqual(document);
});

it('has schemas that are JSON Schema, and references that lead somewhere', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const schemas = (document['components'] as { schemas: Record<string, object> }).schemas;
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, path]) => path!);

  for (const schema of Object.values(schemas)) expect(ajv.validateSchema(schema)).toBe(true);
  expect(references.length).toBeGreaterThan(20);
  expect(new Set(references.map((path) => path.replace('#/components/schemas/', '')))).toEqual(
    new Set(Object.keys(schemas).filter((name) => references.includes(`#/components/schemas/${name}`))),
  );
});

it('names every operation once', () => {
  const operations = Object.values(
    document['paths'] as Record<string, Record<string, { operationId: string }>>,
  ).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));

  expect(new Set(operations).size).toBe(operations.length);
});
