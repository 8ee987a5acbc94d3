/**
 * Reading and writing documents of DynamoDB: paging, batches, repeats of what was left unprocessed, and the service's
 * errors as errors of tools. Knows nothing of supply chains.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BatchWriteCommandInput, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { realClock } from '../../core/clock.ts';
import { StepweaveError } from '../../core/errors.ts';
import { PermanentToolError, RetryableToolError } from '../../tools/errors.ts';
import { mapLimit } from './map-limit.ts';
import { TABLES, type TableDefinition, type TableName, tableName } from './tables.ts';

export type Document = Record<string, unknown>;

/** BatchWriteItem takes at most 25 requests: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const BATCH_WRITE_ITEMS = 25;
/** Requests under way at once; dynalite and on-demand tables gain nothing from more. */
const CONCURRENCY = 16;
const UNPROCESSED = { attempts: 8, firstDelayMs: 50, maxDelayMs: 3000 } as const;

export interface Query {
  table: TableName;
  index?: string;
  partition: string;
  /** Sort keys from `from` to `to`, both included. */
  from?: string;
  to?: string;
}

type Sdk = Awaited<ReturnType<typeof loadSdk>>;

export class DocumentTables {
  /** Undefined: AWS's own. */
  readonly endpoint: string | undefined;
  readonly #sdk: Sdk;
  readonly #client: DynamoDBClient;
  readonly #documents: DynamoDBDocumentClient;
  readonly #prefix: string;
  private constructor(sdk: Sdk, client: DynamoDBClient, prefix: string, endpoint: string | undefined) {
    this.endpoint = endpoint;
    this.#sdk = sdk;
    this.#client = client;
    this.#prefix = prefix;
    this.#documents = sdk.DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  }

  /**
   * The SDK is loaded here and not with the module, so that a tool can be imported for its spec alone. The endpoint is
   * `AWS_ENDPOINT_URL_DYNAMODB` unless another is given; for one on this machine neither a region nor credentials are
   * needed.
   */
  static async open(
    prefix: string,
    endpoint: string | undefined = process.env['AWS_ENDPOINT_URL_DYNAMODB'],
  ): Promise<DocumentTables> {
    const sdk = await loadSdk();
    return new DocumentTables(sdk, new sdk.DynamoDBClient(clientConfiguration(endpoint)), prefix, endpoint);
  }

  close(): void {
    this.#documents.destroy();
    this.#client.destroy();
  }

  /** Every document of the partition in order of the sort key, page by page. */
  async *queryPages(query: Query): AsyncGenerator<Document[]> {
    let next: Document | undefined;
    do {
      const page = await this.#send(query.table, () =>
        this.#documents.send(
          new this.#sdk.QueryCommand({
            ...queryInput(query),
            TableName: this.#name(query.table),
            ExclusiveStartKey: next,
          }),
        ),
      );
      yield page.Items ?? [];
      next = page.LastEvaluatedKey;
    } while (next !== undefined);
  }

  async query(query: Query): Promise<Document[]> {
    const documents: Document[] = [];
    for await (const page of this.queryPages(query)) documents.push(...page);
    return documents;
  }

  async get(table: TableName, key: Document): Promise<Document | undefined> {
    const { Item } = await this.#send(table, () =>
      this.#documents.send(new this.#sdk.GetCommand({ TableName: this.#name(table), Key: key, ConsistentRead: true })),
    );
    return Item;
  }

  async put(table: TableName, document: Document): Promise<void> {
    await this.#send(table, () =>
      this.#documents.send(new this.#sdk.PutCommand({ TableName: this.#name(table), Item: writable(document) })),
    );
  }

  /** Writes the document unless its key is taken, and says which it was. */
  async putNew(table: TableName, document: Document): Promise<'written' | 'taken'> {
    const command = new this.#sdk.PutCommand({
      TableName: this.#name(table),
      Item: writable(document),
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': TABLES[table].partitionKey },
    });
    try {
      await this.#send(table, () => this.#documents.send(command));
      return 'written';
    } catch (thrown) {
      if (thrown instanceof Error && thrown.name === 'ConditionalCheckFailedException') return 'taken';
      throw thrown;
    }
  }

  /** Sets attributes of a document and leaves its others as they are; creates it if need be. */
  async merge(table: TableName, key: Document, attributes: Document = {}): Promise<void> {
    const entries = Object.entries(writable(attributes));
    const command = new this.#sdk.UpdateCommand({
      TableName: this.#name(table),
      Key: key,
      ...(entries.length > 0 && {
        UpdateExpression: `SET ${entries.map((_, index) => `#a${index} = :v${index}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(entries.map(([name], index) => [`#a${index}`, name])),
        ExpressionAttributeValues: Object.fromEntries(entries.map(([, value], index) => [`:v${index}`, value])),
      }),
    });
    await this.#send(table, () => this.#documents.send(command));
  }

  /** Writes documents whose keys are distinct. */
  async putAll(table: TableName, documents: readonly Document[]): Promise<void> {
    await this.#batch(
      table,
      documents.map((document) => ({ PutRequest: { Item: writable(document) } })),
    );
  }

  /** Deletes the documents; only their keys are looked at. */
  async deleteAll(table: TableName, documents: readonly Document[]): Promise<void> {
    const { partitionKey, sortKey } = TABLES[table];
    await this.#batch(
      table,
      documents.map((document) => ({
        DeleteRequest: { Key: { [partitionKey]: document[partitionKey], [sortKey]: document[sortKey] } },
      })),
    );
  }

  /** Creates the tables that do not exist. On AWS the stack does that. */
  async createTables(): Promise<void> {
    const { TableNames = [] } = await this.#client.send(
      new this.#sdk.ListTablesCommand({ ExclusiveStartTableName: this.#prefix, Limit: 100 }),
    );
    const existing = new Set(TableNames);
    const missing = (Object.keys(TABLES) as TableName[]).filter((table) => !existing.has(this.#name(table)));
    await Promise.all(missing.map((table) => this.#create(table)));
  }

  async #create(table: TableName): Promise<void> {
    const TableName = this.#name(table);
    try {
      await this.#client.send(new this.#sdk.CreateTableCommand({ TableName, ...createInput(TABLES[table]) }));
    } catch (thrown) {
      if (!(thrown instanceof Error && thrown.name === 'ResourceInUseException')) throw thrown;
    }
    for (let delayMs = 2; ; delayMs = Math.min(delayMs * 2, 1000)) {
      const { Table } = await this.#client.send(new this.#sdk.DescribeTableCommand({ TableName }));
      if (Table?.TableStatus === 'ACTIVE') return;
      await realClock.sleep(delayMs);
    }
  }

  async #batch(table: TableName, requests: WriteRequest[]): Promise<void> {
    const chunks: WriteRequest[][] = [];
    for (let at = 0; at < requests.length; at += BATCH_WRITE_ITEMS)
      chunks.push(requests.slice(at, at + BATCH_WRITE_ITEMS));
    await mapLimit(chunks, CONCURRENCY, (chunk) => this.#writeChunk(table, chunk));
  }

  /** What the service leaves unprocessed is sent again after a growing pause with jitter. */
  async #writeChunk(table: TableName, chunk: WriteRequest[]): Promise<void> {
    const name = this.#name(table);
    let left = chunk;
    for (let attempt = 0; attempt < UNPROCESSED.attempts; attempt++) {
      if (attempt > 0) {
        const longest = Math.min(UNPROCESSED.firstDelayMs * 2 ** attempt, UNPROCESSED.maxDelayMs);
        await realClock.sleep(Math.random() * longest);
      }
      const requests = left;
      const answer = await this.#send(table, () =>
        this.#documents.send(new this.#sdk.BatchWriteCommand({ RequestItems: { [name]: requests } })),
      );
      left = answer.UnprocessedItems?.[name] ?? [];
      if (left.length === 0) return;
    }
    throw new RetryableToolError(
      'store_throttled',
      `DynamoDB left ${left.length} writes to ${name} unprocessed ${UNPROCESSED.attempts} times; try again later`,
    );
  }

  async #send<Answer>(table: TableName, send: () => Promise<Answer>): Promise<Answer> {
    try {
      return await send();
    } catch (thrown) {
      throw this.#translated(table, thrown);
    }
  }

  #translated(table: TableName, thrown: unknown): unknown {
    const name = thrown instanceof Error ? thrown.name : '';
    if (name === 'ResourceNotFoundException') {
      return new PermanentToolError(
        'no_store',
        `there is no table ${this.#name(table)}: load data first (stepweave data import), or deploy the stack`,
        { cause: thrown },
      );
    }
    if (/^(ProvisionedThroughputExceeded|Throttling|RequestLimitExceeded)/.test(name)) {
      return new RetryableToolError('store_throttled', `DynamoDB throttled ${this.#name(table)}`, { cause: thrown });
    }
    return thrown;
  }

  #name(table: TableName): string {
    return tableName(table, this.#prefix);
  }
}

async function loadSdk() {
  const [client, lib] = await Promise.all([import('@aws-sdk/client-dynamodb'), import('@aws-sdk/lib-dynamodb')]);
  return { ...client, ...lib };
}

type WriteRequest = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

function queryInput({ table, index, partition, from, to }: Query) {
  const definition: TableDefinition = TABLES[table];
  const keys = index === undefined ? definition : definition.indexes.find(({ name }) => name === index);
  if (keys === undefined) throw new StepweaveError('unknown_index', 'internal', `${table} has no index ${index}`);
  const range = rangeCondition(from, to);
  return {
    ...(index !== undefined && { IndexName: index }),
    ...(index === undefined && { ConsistentRead: true }),
    KeyConditionExpression: `#partition = :partition${range && ` AND ${range}`}`,
    ExpressionAttributeNames: { '#partition': keys.partitionKey, ...(range && { '#sort': keys.sortKey }) },
    ExpressionAttributeValues: {
      ':partition': partition,
      ...(from !== undefined && { ':from': from }),
      ...(to !== undefined && { ':to': to }),
    },
  };
}

function rangeCondition(from: string | undefined, to: string | undefined): string {
  if (from !== undefined && to !== undefined) return '#sort BETWEEN :from AND :to';
  if (from !== undefined) return '#sort >= :from';
  return to === undefined ? '' : '#sort <= :to';
}

function createInput({ partitionKey, sortKey, indexes }: TableDefinition) {
  const keys = [partitionKey, sortKey, ...indexes.flatMap((index) => [index.partitionKey, index.sortKey])];
  const schema = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  return {
    BillingMode: 'PAY_PER_REQUEST' as const,
    AttributeDefinitions: [...new Set(keys)].map((name) => ({ AttributeName: name, AttributeType: 'S' as const })),
    KeySchema: schema(partitionKey, sortKey),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: schema(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: 'ALL' as const },
      })),
    }),
  };
}

/** DynamoDB has neither undefined nor NaN nor infinity; a field that is one of them is a field that is absent. */
function writable(document: Document): Document {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => isWritable(value)));
}

function isWritable(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'number' || Number.isFinite(value));
}

function clientConfiguration(endpoint: string | undefined) {
  if (endpoint === undefined) return {};
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(endpoint).hostname)) return { endpoint };
  return { endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}
