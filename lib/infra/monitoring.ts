/** The dashboard, and alarms on what somebody should look at. */
import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { StateTransitionMetric } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

export interface MonitoredFunction {
  /** Without the prefix. */
  name: string;
  function: IFunction;
  /** Slower than this at the 95th percentile is an alarm. */
  p95: Duration;
}

export interface MonitoringProps {
  prefix: string;
  functions: readonly MonitoredFunction[];
  api: RestApi;
  /** SNS topic that alarms tell. Default: they only show. */
  alarmTopicArn?: string;
}

const PERIOD = Duration.minutes(5);
/** Of five periods so many must be bad: one bad request in a quiet night is no alarm, and a lasting fault is one in a quarter of an hour. */
const EVALUATION = { evaluationPeriods: 5, datapointsToAlarm: 3 } as const;
/** Of invocations or requests. */
const FAILURE_RATE = 0.05;
/** The API waits for runs where it is asked to, up to 29 seconds. */
const API_P95_MS = 25_000;
/** Requests to Step Functions whose throttling delays runs; their metrics are of the whole account. */
const STATES_OPERATIONS = ['CreateStateMachine', 'StartExecution', 'StartSyncExecution', 'GetExecutionHistory'];

export class Monitoring extends Construct {
  readonly alarms: Alarm[] = [];
  readonly #prefix: string;
  readonly #topic: ITopic | undefined;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { prefix, functions, api, alarmTopicArn } = props;
    this.#prefix = prefix;
    this.#topic = alarmTopicArn === undefined ? undefined : Topic.fromTopicArn(this, 'Topic', alarmTopicArn);
    for (const monitored of functions) this.#watchFunction(monitored);
    this.#watchApi(api);
    for (const operation of STATES_OPERATIONS) {
      this.#alarm(`${operation}Throttled`, `states-${operation}-throttled`, {
        metric: throttledRequests(operation),
        threshold: 0,
        description: `Step Functions throttles ${operation} in this account: see docs/deploy.md`,
      });
    }
    this.#alarm('TransitionsThrottled', 'states-transitions-throttled', {
      metric: StateTransitionMetric.metricThrottledEvents({ period: PERIOD, statistic: 'Sum' }),
      threshold: 0,
      description: 'Step Functions throttles the state transitions of Standard executions in this account',
    });
    this.#dashboard(prefix, functions, api);
  }

  #watchFunction({ name, function: watched, p95 }: MonitoredFunction): void {
    this.#alarm(`${name}Failures`, `${name}-failures`, {
      // Each invocation is a 0 or a 1, so that their average is the rate.
      metric: watched.metricErrors({ period: PERIOD, statistic: 'Average' }),
      threshold: FAILURE_RATE,
      description: `More than ${FAILURE_RATE * 100} % of the invocations of ${name} fail`,
    });
    this.#alarm(`${name}Slow`, `${name}-p95`, {
      metric: watched.metricDuration({ period: PERIOD, statistic: 'p95' }),
      threshold: p95.toMilliseconds(),
      description: `The 95th percentile of ${name} is over ${p95.toSeconds()} s`,
    });
    this.#alarm(`${name}Throttled`, `${name}-throttled`, {
      metric: watched.metricThrottles({ period: PERIOD }),
      threshold: 0,
      description: `Lambda throttles ${name}: its concurrency, or the account's, is used up`,
    });
  }

  #watchApi(api: RestApi): void {
    this.#alarm('ApiFailures', 'api-failures', {
      // The average is the rate: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
      metric: api.metricServerError({ period: PERIOD, statistic: 'Average' }),
      threshold: FAILURE_RATE,
      description: `More than ${FAILURE_RATE * 100} % of the API's requests are answered with 5xx`,
    });
    this.#alarm('ApiSlow', 'api-p95', {
      metric: api.metricLatency({ period: PERIOD, statistic: 'p95' }),
      threshold: API_P95_MS,
      description: `The 95th percentile of the API's latency is over ${API_P95_MS / 1000} s`,
    });
  }

  #alarm(id: string, name: string, props: { metric: IMetric; threshold: number; description: string }): void {
    const alarm = new Alarm(this, id, {
      alarmName: `${this.#prefix}${name}`,
      alarmDescription: props.description,
      metric: props.metric,
      threshold: props.threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...EVALUATION,
    });
    if (this.#topic !== undefined) alarm.addAlarmAction(new SnsAction(this.#topic));
    this.alarms.push(alarm);
  }

  #dashboard(prefix: string, functions: readonly MonitoredFunction[], api: RestApi): void {
    const each = (metric: (monitored: MonitoredFunction) => IMetric) => functions.map(metric);
    new Dashboard(this, 'Dashboard', {
      dashboardName: prefix.slice(0, -1),
      defaultInterval: Duration.hours(3),
      widgets: [
        [
          graph('Executions', executions(prefix, ['Started', 'Succeeded', 'Failed', 'TimedOut', 'Aborted'])),
          graph('Execution time, p50 and p95 (ms)', executionTimes(prefix)),
          graph('Throttled by Step Functions', [
            ...STATES_OPERATIONS.map((operation) => throttledRequests(operation).with({ label: operation })),
            StateTransitionMetric.metricThrottledEvents({ label: 'transitions', period: PERIOD, statistic: 'Sum' }),
          ]),
        ],
        [
          graph(
            'Tool invocations',
            each(({ name, function: its }) => its.metricInvocations({ label: name, period: PERIOD })),
          ),
          graph(
            'Tool errors',
            each(({ name, function: its }) => its.metricErrors({ label: name, period: PERIOD })),
          ),
          graph(
            'Tool duration, p95 (ms)',
            each(({ name, function: its }) => its.metricDuration({ label: name, period: PERIOD, statistic: 'p95' })),
          ),
        ],
        [
          graph('API requests', [
            api.metricCount({ label: 'requests', period: PERIOD }),
            api.metricClientError({ label: '4xx', period: PERIOD, statistic: 'Sum' }),
            api.metricServerError({ label: '5xx', period: PERIOD, statistic: 'Sum' }),
          ]),
          graph(
            'API latency (ms)',
            ['p50', 'p95', 'p99'].map((statistic) =>
              api.metricLatency({ label: statistic, period: PERIOD, statistic }),
            ),
          ),
          graph(
            'Lambda throttles',
            each(({ name, function: its }) => its.metricThrottles({ label: name, period: PERIOD })),
          ),
        ],
      ],
    });
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0 } });
}

/** Machines come and go, so that their metrics are searched for; a search can be drawn, but has no alarm. */
function search(prefix: string, metric: string, statistic: string): string {
  const words = prefix
    .split('-')
    .filter((word) => word !== '')
    .join(' ');
  return `SEARCH('{AWS/States,StateMachineArn} MetricName="${metric}" stateMachine ${words}', '${statistic}', ${PERIOD.toSeconds()})`;
}

function executions(prefix: string, ends: readonly string[]): IMetric[] {
  return ends.map(
    (end) =>
      new MathExpression({
        expression: `SUM(${search(prefix, `Executions${end}`, 'Sum')})`,
        label: end,
        usingMetrics: {},
        period: PERIOD,
      }),
  );
}

function executionTimes(prefix: string): IMetric[] {
  return ['p50', 'p95'].map(
    (statistic) =>
      new MathExpression({
        expression: `MAX(${search(prefix, 'ExecutionTime', statistic)})`,
        label: `${statistic}, slowest machine`,
        usingMetrics: {},
        period: PERIOD,
      }),
  );
}

/** By operation: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
function throttledRequests(operation: string): Metric {
  return new Metric({
    namespace: 'AWS/States',
    metricName: 'ThrottledEvents',
    dimensionsMap: { APIName: operation },
    statistic: 'Sum',
    period: PERIOD,
  });
}
