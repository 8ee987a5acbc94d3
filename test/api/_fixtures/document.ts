/** Holds every response against the OpenAPI document. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Client } from './clients.ts';

interface Response200 {
  content?: Record<string, { schema: object }>;
  headers?: Record<string, unknown>;
}
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Response200> }>>;
  components: object;
}

/** The same client, which throws when an answer is not as the document says. */
export async function checkedByDocument(client: Client): Promise<Client> {
  const document = (await (await client.send('GET', '/openapi.json')).json()) as Document;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'openapi', components: document.components });
  const validators = new Map<object, ValidateFunction>();
  const validatorOf = (schema: object) => {
    const known = validators.get(schema) ?? ajv.compile(withReferences(schema) as object);
    validators.set(schema, known);
    return known;
  };
  return {
    ...client,
    async send(method, path, options) {
      const response = await client.send(method, path, options);
      const operation = operationOf(document, method, path);
      if (operation === undefined) return response;
      const told = operation.responses[response.status];
      if (told === undefined) throw new Error(`${method} ${path} answered ${response.status}, which is not documented`);
      const type = response.headers.get('content-type')?.split(';')[0] ?? '';
      const content = told.content?.[type];
      if (content === undefined) throw new Error(`${method} ${path} answered ${response.status} with ${type}`);
      if (!type.endsWith('json') || method === 'HEAD') return response;
      const validate = validatorOf(content.schema);
      if (!validate(await response.clone().json())) {
        throw new Error(`${method} ${path} ${response.status}: ${ajv.errorsText(validate.errors)}`);
      }
      return response;
    },
  };
}

/** Undefined where nothing is documented: no such path, or no such method. */
function operationOf({ paths }: Document, method: string, path: string) {
  const asked = path.split('?')[0]!.split('/');
  const match = Object.keys(paths).find((template) => {
    const parts = template.split('/');
    return parts.length === asked.length && parts.every((part, index) => part.startsWith('{') || part === asked[index]);
  });
  return match === undefined ? undefined : paths[match]![method === 'HEAD' ? 'get' : method.toLowerCase()];
}

function withReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withReferences);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) =>
    key === '$ref' ? [key, `openapi${String(inner)}`] : [key, withReferences(inner)],
  );
  return Object.fromEntries(entries);
}
