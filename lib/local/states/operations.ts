/** The operations of the service: https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html */
import { executionOperations } from './execution-operations.ts';
import { machineOperations } from './machine-operations.ts';
import type { Operation } from './operation.ts';

export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([...machineOperations, ...executionOperations]);
