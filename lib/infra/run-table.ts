/** The table of runs. */
import type { RemovalPolicy } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { RUN_TABLE } from '../engine/run-store/table.ts';
import type { NodeFunction } from './node-function.ts';
import { createTable, tableArns } from './table.ts';

export interface RunTableProps {
  prefix: string;
  removalPolicy: RemovalPolicy;
}

export class RunTable extends Construct {
  readonly table: Table;
  readonly #arns: string[];

  constructor(scope: Construct, id: string, { prefix, removalPolicy }: RunTableProps) {
    super(scope, id);
    this.table = createTable(this, 'Table', { name: `${prefix}runs`, keys: RUN_TABLE, removalPolicy });
    this.#arns = tableArns(this.table, RUN_TABLE);
  }

  /** Only what the index of all runs holds. */
  grantList(to: NodeFunction): void {
    to.allow(['dynamodb:Query'], [`${this.table.tableArn}/index/${RUN_TABLE.indexes[0].name}`]);
  }

  grantRead(to: NodeFunction): void {
    to.allow(['dynamodb:GetItem', 'dynamodb:Query'], this.#arns);
  }

  grantReadWrite(to: NodeFunction): void {
    this.grantRead(to);
    to.allow(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'], [this.table.tableArn]);
  }
}
