/** A table as all of a stack are: billed per request, and restorable to any second of the last 35 days. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';

/** What the stores declare of their tables. All keys are strings. */
export interface TableKeys {
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly ttlAttribute?: string;
  readonly indexes: readonly TableIndex[];
}

interface TableIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  /** That it holds beside the keys. Default: all. */
  readonly attributes?: readonly string[];
}

/** A table that is retained cannot be deleted by anything but a person who takes its protection away first. */
export function createTable(
  scope: Construct,
  id: string,
  { name, keys, removalPolicy }: { name: string; keys: TableKeys; removalPolicy: RemovalPolicy },
): Table {
  const { ttlAttribute, indexes } = keys;
  const table = new Table(scope, id, {
    tableName: name,
    ...keyAttributes(keys),
    billingMode: BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    ...(ttlAttribute !== undefined && { timeToLiveAttribute: ttlAttribute }),
    removalPolicy,
    deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
  });
  for (const index of indexes) {
    table.addGlobalSecondaryIndex({
      indexName: index.name,
      ...keyAttributes(index),
      ...(index.attributes === undefined
        ? { projectionType: ProjectionType.ALL }
        : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...index.attributes] }),
    });
  }
  return table;
}

/** The table and its indexes, each by name: a wildcard would reach indexes that do not exist yet. */
export function tableArns(table: Table, { indexes }: TableKeys): string[] {
  return [table.tableArn, ...indexes.map(({ name }) => `${table.tableArn}/index/${name}`)];
}

function keyAttributes({ partitionKey, sortKey }: { readonly partitionKey: string; readonly sortKey: string }) {
  return {
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: sortKey, type: AttributeType.STRING },
  };
}
