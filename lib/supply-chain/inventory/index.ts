/** The tools of the inventory Lambda. */
import { calculateReorderPoints } from './calculate-reorder-points.ts';
import { identifyStockoutRisk } from './identify-stockout-risk.ts';

export { calculateReorderPoints, identifyStockoutRisk };

export const inventoryTools = [calculateReorderPoints, identifyStockoutRisk] as const;
