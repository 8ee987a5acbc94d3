/** The few requests to DynamoDB that the run store is made of, with repeats of what the service leaves undone. */
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  ResourceInUseException,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  type BatchWriteCommandInput,
  DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../core/clock.ts';
import { messageOf, StepweaveError } from '../../core/errors.ts';
import { RUN_TABLE } from './table.ts';

export type Item = Record<string, unknown>;

/** BatchWriteItem takes at most 25 requests: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const BATCH_WRITE_ITEMS = 25;
/** Runs that end at the same time are written at the same time; the SDK itself has 50 connections. */
const CONNECTIONS = { httpAgent: { maxSockets: 200 }, httpsAgent: { maxSockets: 200 } };
const UNPROCESSED_WAITS_MS = [50, 100, 200, 400, 800, 1600];

export interface DocumentsOptions {
  table: string;
  /** AWS's own if not given. One on this machine needs neither a region nor credentials. */
  endpoint?: string | undefined;
  clock: Clock;
}

export class RunDocuments {
  readonly table: string;
  readonly #client: DynamoDBClient;
  readonly #documents: DynamoDBDocumentClient;
  readonly #clock: Clock;

  constructor({ table, endpoint, clock }: DocumentsOptions) {
    this.table = table;
    this.#clock = clock;
    this.#client = new DynamoDBClient({ ...configurationFor(endpoint), requestHandler: CONNECTIONS });
    this.#documents = DynamoDBDocumentClient.from(this.#client, { marshallOptions: { removeUndefinedValues: true } });
  }

  close(): void {
    this.#documents.destroy();
    this.#client.destroy();
  }

  /** Sends a request; what goes wrong becomes a {@link StepweaveError} `store_unavailable`, a condition that fails stays. */
  async send<Output>(send: (client: DynamoDBDocumentClient) => Promise<Output>): Promise<Output> {
    try {
      return await send(this.#documents);
    } catch (thrown) {
      if (isConditionFailure(thrown)) throw thrown;
      const what = thrown instanceof ResourceNotFoundException ? `there is no table ${this.table}` : messageOf(thrown);
      throw new StepweaveError('store_unavailable', 'service', `the store of runs cannot be used: ${what}`, {
        cause: thrown,
      });
    }
  }

  /** All items of a query, page by page. */
  async *query(input: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<Item[]> {
    let next: Item | undefined = input.ExclusiveStartKey;
    do {
      const command = new QueryCommand({ ...input, TableName: this.table, ExclusiveStartKey: next });
      const page = await this.send((client) => client.send(command));
      yield page.Items ?? [];
      next = page.LastEvaluatedKey;
    } while (next !== undefined);
  }

  async putAll(items: readonly Item[]): Promise<void> {
    await this.#batches(items.map((item) => ({ PutRequest: { Item: item } })));
  }

  async deleteAll(items: readonly Item[]): Promise<void> {
    const { partitionKey, sortKey } = RUN_TABLE;
    const keyOf = (item: Item) => ({ [partitionKey]: item[partitionKey], [sortKey]: item[sortKey] });
    await this.#batches(items.map((item) => ({ DeleteRequest: { Key: keyOf(item) } })));
  }

  /** Creates the table unless it is there. On AWS the stack does that. */
  async createTable(): Promise<void> {
    try {
      await this.#client.send(new CreateTableCommand(createInput(this.table)));
    } catch (thrown) {
      if (!(thrown instanceof ResourceInUseException)) throw thrown;
    }
    for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, 1000)) {
      const { Table } = await this.#client.send(new DescribeTableCommand({ TableName: this.table }));
      if (Table?.TableStatus === 'ACTIVE') return;
      await this.#clock.sleep(waitMs);
    }
  }

  async #batches(requests: WriteRequest[]): Promise<void> {
    for (let at = 0; at < requests.length; at += BATCH_WRITE_ITEMS) {
      await this.#batch(requests.slice(at, at + BATCH_WRITE_ITEMS));
    }
  }

  async #batch(requests: WriteRequest[]): Promise<void> {
    let left = requests;
    for (const waitMs of [...UNPROCESSED_WAITS_MS, undefined]) {
      const command = new BatchWriteCommand({ RequestItems: { [this.table]: left } });
      const answer = await this.send((client) => client.send(command));
      left = answer.UnprocessedItems?.[this.table] ?? [];
      if (left.length === 0) return;
      if (waitMs !== undefined) await this.#clock.sleep(waitMs);
    }
    const message = `the store of runs left ${left.length} writes undone; it is asked for too much`;
    throw new StepweaveError('store_unavailable', 'service', message);
  }
}

type WriteRequest = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

export function isConditionFailure(thrown: unknown): boolean {
  return thrown instanceof DynamoDBServiceException && thrown.name === 'ConditionalCheckFailedException';
}

function configurationFor(endpoint: string | undefined) {
  if (endpoint === undefined) return {};
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(endpoint).hostname)) return { endpoint };
  return { endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}

function createInput(TableName: string) {
  const { partitionKey, sortKey, indexes } = RUN_TABLE;
  const keys = new Set([partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])]);
  const schema = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST' as const,
    AttributeDefinitions: Array.from(keys, (name) => ({ AttributeName: name, AttributeType: 'S' as const })),
    KeySchema: schema(partitionKey, sortKey),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: schema(index.partitionKey, index.sortKey),
      Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...index.attributes] },
    })),
  };
}
