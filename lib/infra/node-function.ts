/** A Lambda function from a TypeScript entry, as all functions of a stack are. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Duration, RemovalPolicy, Stage } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { type ICommandHooks, LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { BUNDLING } from './bundling.ts';

export interface FunctionSettings {
  /** Default: 512. Lambda gives CPU in proportion: 1,769 MB are one core. */
  memoryMb?: number;
  /** Default: two weeks. */
  logRetention?: RetentionDays;
  /** Concurrent invocations kept for this function alone, and its limit. Default: it shares the account's. */
  reservedConcurrency?: number;
  /** In addition to what the construct sets itself. */
  environment?: Record<string, string>;
}

export interface NodeFunctionProps extends FunctionSettings {
  /** With its prefix. */
  functionName: string;
  description: string;
  /** Path of the TypeScript file. */
  entry: string;
  /** Name of the export. Default: `handler`. */
  handler?: string;
  timeout: Duration;
  /** How often Lambda repeats an asynchronous invocation that failed. Default: not at all. */
  asyncRetries?: number;
  /** Texts that are put beside the code, by the name of their file. */
  files?: Record<string, string>;
}

const DEFAULT_MEMORY_MB = 512;

/**
 * nodejs24.x on arm64, one ESM bundle with all that it imports, traced, with a log group of its own that is removed with the
 * function, and a role that may write there and nothing else. A failed asynchronous invocation is not repeated unless
 * that is asked for: whether a call of a tool may be is the plan's to say.
 */
export class NodeFunction extends Construct {
  readonly function: NodejsFunction;
  readonly role: Role;
  readonly timeout: Duration;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    this.timeout = props.timeout;
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${props.functionName}`,
      retention: props.logRetention ?? RetentionDays.TWO_WEEKS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${props.functionName} may do`,
    });
    logGroup.grantWrite(this.role);
    this.function = new NodejsFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      entry: props.entry,
      handler: props.handler ?? 'handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb ?? DEFAULT_MEMORY_MB,
      timeout: props.timeout,
      role: this.role,
      logGroup,
      tracing: Tracing.ACTIVE,
      retryAttempts: props.asyncRetries ?? 0,
      ...(props.reservedConcurrency !== undefined && { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(props.environment && { environment: props.environment }),
      awsSdkConnectionReuse: false, // SDK v3 reuses connections by itself
      bundling: {
        format: OutputFormat.ESM,
        target: BUNDLING.target,
        mainFields: [...BUNDLING.mainFields],
        banner: BUNDLING.banner.js,
        externalModules: [],
        commandHooks: copying(this, props.functionName, props.files ?? {}),
        minify: BUNDLING.minify,
        keepNames: BUNDLING.keepNames,
        logLevel: LogLevel.WARNING,
      },
    });
    acknowledge(this.role, {
      'AwsSolutions-IAM5[Resource::*]': 'X-Ray knows no resources: PutTraceSegments and PutTelemetryRecords need "*"',
    });
  }

  allow(actions: string[], resources: string[], conditions?: Record<string, unknown>): void {
    this.role.addToPolicy(new PolicyStatement({ actions, resources, ...(conditions && { conditions }) }));
  }
}

/** Copies files into the folder of the code when it is bundled; they are written into the folder of the synthesis. */
function copying(scope: Construct, functionName: string, files: Record<string, string>): ICommandHooks {
  return {
    beforeInstall: () => [],
    beforeBundling: () => [],
    afterBundling: (_input, output) =>
      Object.entries(files).map(([name, text]) => {
        const path = join(Stage.of(scope)!.outdir, `${functionName}.${name}`);
        writeFileSync(path, text);
        return `cp "${path}" "${join(output, name)}"`;
      }),
  };
}
