/** The whole suite, once for each way in which requests reach the API. */
import { asProxyEvents, inProcess, type OpenClient, overHttp } from './_fixtures/clients.ts';
import { openPlace } from './_fixtures/place.ts';
import { describeApi } from './_fixtures/suite.ts';

function opening(openClient: OpenClient) {
  return async () => {
    const place = await openPlace();
    const client = await openClient(place);
    const close = async () => {
      await client.close();
      await place.close();
    };
    return { client, close };
  };
}

describeApi('over HTTP', opening(overHttp));
describeApi('without a server', opening(inProcess));
describeApi('behind API Gateway', opening(asProxyEvents));
