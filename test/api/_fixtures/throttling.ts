import { SFNServiceException } from '@aws-sdk/client-sfn';

/** As AWS refuses a request of which there were too many. */
export class ThrottlingException extends SFNServiceException {
  constructor() {
    super({
      name: 'ThrottlingException',
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
      message: 'Rate exceeded',
    });
  }
}
