import { logisticsTools } from '../../lib/supply-chain/logistics/index.ts';
import { toolHandler } from '../../lib/tools/handler.ts';

export const handler = toolHandler(logisticsTools);
