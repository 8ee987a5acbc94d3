/** The tools of the supplier Lambda. */
import { allocateOrders } from './allocate-orders.ts';
import { analyzeSupplierPerformance } from './analyze-supplier-performance.ts';
import { compareSupplierCosts } from './compare-supplier-costs.ts';
import { placePurchaseOrders } from './place-purchase-orders.ts';

export { allocateOrders, analyzeSupplierPerformance, compareSupplierCosts, placePurchaseOrders };

export const supplierTools = [
  analyzeSupplierPerformance,
  compareSupplierCosts,
  allocateOrders,
  placePurchaseOrders,
] as const;
