import { supplierTools } from '../../lib/supply-chain/supplier/index.ts';
import { toolHandler } from '../../lib/tools/handler.ts';

export const handler = toolHandler(supplierTools);
