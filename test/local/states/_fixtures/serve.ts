/** A service in a folder, over HTTP: prints its endpoint. Its only function echoes. */
import { serveStates } from '../../../../lib/local/states/server.ts';
import { openLocalStates } from '../../../../lib/local/states/service.ts';

const states = await openLocalStates({
  folder: process.argv[2]!,
  tasks: {
    supports: () => true,
    call: async () => ({ ok: true, output: { Payload: {} } }),
  },
});
const { url } = await serveStates(states);
console.log(url);
