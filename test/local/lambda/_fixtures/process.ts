/** A process that calls a function, prints the answer, and leaves the host open. */
import { createLambdaHost } from '../../../../lib/local/lambda/host.ts';

const module = new URL('./tools.ts', import.meta.url);
const functions = [{ name: 'prints', module, handler: 'prints', timeoutSeconds: 5, memoryMb: 128 }];
const host = createLambdaHost({ functions });
const invocation = { target: { name: 'prints' }, requestId: 'one', payload: '{"lines":["from the function"]}' };
const { payload } = await host.invoke(invocation);
process.stdout.write(`${payload}\n`);
