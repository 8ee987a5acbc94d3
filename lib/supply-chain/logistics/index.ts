/** The tools of the logistics Lambda. */
import { identifyDelayedShipments } from './identify-delayed-shipments.ts';
import { notifyPlanner } from './notify-planner.ts';
import { optimizeDeliveryRoutes } from './optimize-delivery-routes.ts';
import { reserveDockSlots } from './reserve-dock-slots.ts';

export { identifyDelayedShipments, notifyPlanner, optimizeDeliveryRoutes, reserveDockSlots };

export const logisticsTools = [
  optimizeDeliveryRoutes,
  identifyDelayedShipments,
  reserveDockSlots,
  notifyPlanner,
] as const;
