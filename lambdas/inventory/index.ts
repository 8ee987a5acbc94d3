import { inventoryTools } from '../../lib/supply-chain/inventory/index.ts';
import { toolHandler } from '../../lib/tools/handler.ts';

export const handler = toolHandler(inventoryTools);
