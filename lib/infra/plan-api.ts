/** The REST API in front of the orchestrator. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  CognitoUserPoolsAuthorizer,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  type MethodOptions,
  ResponseTransferMode,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** Who may call the API. */
export type ApiAuth =
  /** Callers sign with AWS credentials that may `execute-api:Invoke`. */
  | { type: 'iam' }
  /** A JWT of the pool as bearer token: without scopes an ID token, with scopes an access token that has one of them. */
  | { type: 'cognito'; userPoolArn: string; scopes?: readonly string[] }
  /** A key in `x-api-key`. It tells callers apart for quotas, and is no more secret than they keep it. */
  | { type: 'api-key' };

export interface PlanApiProps {
  prefix: string;
  /** Answers all routes. */
  handler: IFunction;
  /** Answers `GET /runs/{id}/events` instead, by writing to the response stream. */
  streamHandler: IFunction | undefined;
  auth: ApiAuth;
  /** Requests that are let through each second, over all callers. */
  requestsPerSecond: number;
  logRetention: RetentionDays;
  /** See {@link PlanOrchestratorProps.setsAccountLogRole}. */
  setsAccountLogRole: boolean;
}

/**
 * A streamed response may take this long, a buffered one 29 seconds:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
 */
const STREAM_TIMEOUT = Duration.minutes(15);

/** Regional, throttled, traced, with an access log. API Gateway knows who may call; the routes are the orchestrator's. */
export class PlanApi extends Construct {
  readonly api: RestApi;

  constructor(scope: Construct, id: string, props: PlanApiProps) {
    super(scope, id);
    const { prefix, auth, requestsPerSecond } = props;
    const accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: `/aws/apigateway/${prefix}api`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api = new RestApi(this, 'Api', {
      restApiName: `${prefix}api`,
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: props.setsAccountLogRole,
      deployOptions: {
        stageName: 'v1',
        tracingEnabled: true,
        throttlingRateLimit: requestsPerSecond,
        throttlingBurstLimit: requestsPerSecond * 2,
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
      },
    });
    const buffered = new LambdaIntegration(props.handler, { allowTestInvoke: false });
    const method = this.#methodOptions(auth);
    // A path part may have one variable child only, so that `/runs/{id}` needs its own rest.
    for (const path of ['{path+}', 'runs', 'runs/{id}', 'runs/{id}/{path+}']) {
      this.api.root.resourceForPath(path).addMethod('ANY', buffered, method);
    }
    if (props.streamHandler !== undefined) {
      const streamed = new LambdaIntegration(props.streamHandler, {
        responseTransferMode: ResponseTransferMode.STREAM,
        timeout: STREAM_TIMEOUT,
        allowTestInvoke: false,
      });
      this.api.root.resourceForPath('runs/{id}/events').addMethod('GET', streamed, method);
    }
    this.api.node.tryRemoveChild('Endpoint'); // an output that the stack names itself
    if (auth.type === 'api-key') this.#addUsagePlan(props);
    this.#acknowledge(props);
  }

  #methodOptions(auth: ApiAuth): MethodOptions {
    switch (auth.type) {
      case 'iam':
        return { authorizationType: AuthorizationType.IAM };
      case 'cognito':
        return {
          authorizationType: AuthorizationType.COGNITO,
          authorizer: new CognitoUserPoolsAuthorizer(this, 'Authorizer', {
            cognitoUserPools: [UserPool.fromUserPoolArn(this, 'UserPool', auth.userPoolArn)],
          }),
          ...(auth.scopes && { authorizationScopes: [...auth.scopes] }),
        };
      case 'api-key':
        return { authorizationType: AuthorizationType.NONE, apiKeyRequired: true };
    }
  }

  #addUsagePlan({ prefix, requestsPerSecond }: PlanApiProps): void {
    const key = this.api.addApiKey('Key', { apiKeyName: `${prefix}key` });
    const plan = this.api.addUsagePlan('UsagePlan', {
      name: `${prefix}callers`,
      throttle: { rateLimit: requestsPerSecond, burstLimit: requestsPerSecond * 2 },
    });
    plan.addApiStage({ stage: this.api.deploymentStage });
    plan.addApiKey(key);
  }

  #acknowledge({ auth, setsAccountLogRole }: PlanApiProps): void {
    acknowledge(this.api, {
      'AwsSolutions-APIG2':
        'The orchestrator checks every request against its schemas and answers with all issues; API Gateway would tell one, in another form',
      ...(auth.type !== 'cognito' && { 'AwsSolutions-COG4': `Callers are known by ${auth.type}, not by a user pool` }),
      ...(auth.type === 'api-key' && {
        'AwsSolutions-APIG4': 'Chosen by whoever deploys: an API key in front of a usage plan, and no authorizer',
      }),
    });
    acknowledge(this.api.deploymentStage, {
      'AwsSolutions-APIG3':
        'Callers are authenticated and throttled; a web ACL is for the account to choose, and may be associated with the stage',
    });
    if (!setsAccountLogRole) return;
    acknowledge(this.api, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
        "The role with which API Gateway writes its logs, by AWS's own policy for it",
    });
  }
}
