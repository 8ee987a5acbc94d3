/** Step Functions of this process, for the machines of one run. */
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../local/states/arns.ts';
import { lambdaTasks } from '../local/states/lambda-tasks.ts';
import { createLocalStates } from '../local/states/service.ts';

/** What an engine needs to run machines here. */
export interface LocalMachines {
  client: SFNClient;
  arnPrefix: string;
  roleArn: string;
  close(): Promise<void>;
}

/** `lambda` is what the machines' tasks call. */
export function openLocalMachines(lambda: LambdaClient): LocalMachines {
  const states = createLocalStates({ tasks: lambdaTasks(lambda) });
  return {
    client: new SFNClient({
      region: LOCAL_REGION,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
      requestHandler: states.requestHandler,
    }),
    arnPrefix: `arn:aws:states:${LOCAL_REGION}:${LOCAL_ACCOUNT}:stateMachine:`,
    roleArn: `arn:aws:iam::${LOCAL_ACCOUNT}:role/stepweave-local`,
    close: () => states.close(),
  };
}
