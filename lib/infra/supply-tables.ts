/** The tables of supply-chain data, and which of them each specialist reads and writes. */
import type { RemovalPolicy } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { TABLES, type TableName, tableName } from '../supply-chain/store/tables.ts';
import { constructId } from './prefix.ts';
import { createTable, tableArns } from './table.ts';
import type { ToolFunction } from './tool-function.ts';

export type Specialist = 'inventory' | 'logistics' | 'supplier';

type Access = 'read' | 'write' | 'read-write';

/** A test runs every tool and holds this against what it asked of DynamoDB. */
export const TABLE_ACCESS: Record<Specialist, Partial<Record<TableName, Access>>> = {
  inventory: {
    catalog: 'read',
    inventory: 'read',
    demand: 'read',
    quotes: 'read',
    shipments: 'read',
    orders: 'read',
  },
  logistics: { catalog: 'read', shipments: 'read', stops: 'read', docks: 'read-write', notes: 'write' },
  supplier: { catalog: 'read', quotes: 'read', shipments: 'read', orders: 'read-write' },
};

/** What the store asks for when tools read and write. Loading data takes more, and is done by a person with other rights. */
export const TABLE_ACTIONS: Record<Access, string[]> = {
  read: ['dynamodb:GetItem', 'dynamodb:Query'],
  write: ['dynamodb:PutItem'],
  'read-write': ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem'],
};

export interface SupplyTablesProps {
  prefix: string;
  removalPolicy: RemovalPolicy;
}

export class SupplyTables extends Construct {
  readonly #tables: ReadonlyMap<TableName, Table>;

  constructor(scope: Construct, id: string, { prefix, removalPolicy }: SupplyTablesProps) {
    super(scope, id);
    const names = Object.keys(TABLES) as TableName[];
    this.#tables = new Map(
      names.map((name) => {
        const props = { name: tableName(name, prefix), keys: TABLES[name], removalPolicy };
        return [name, createTable(this, constructId(name), props)];
      }),
    );
  }

  /** Lets a specialist do what its tools do. */
  grant(specialist: Specialist, to: ToolFunction): void {
    for (const [name, access] of Object.entries(TABLE_ACCESS[specialist]) as [TableName, Access][]) {
      const arns = tableArns(this.#tables.get(name)!, TABLES[name]);
      // Indexes are read by Query; writes go to the table.
      to.allow(TABLE_ACTIONS[access], access === 'write' ? arns.slice(0, 1) : arns);
    }
  }
}
