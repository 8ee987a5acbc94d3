/** How Lambda functions are bundled: by the constructs, and by the bench that measures what comes out. */
import { fileURLToPath } from 'node:url';

export const BUNDLING = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  // The ES modules of the SDK, of which what is unused is left out.
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  // CommonJS packages in an ESM bundle still ask for Node's own modules by require.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
} as const;

/** Path of `lambdas/<name>/index.ts`. */
export function lambdaEntry(name: string): string {
  return fileURLToPath(new URL(`../../lambdas/${name}/index.ts`, import.meta.url));
}
