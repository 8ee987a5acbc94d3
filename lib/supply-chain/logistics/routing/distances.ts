/** Matrices of distances between places. */

export interface Geographic {
  latitude: number;
  longitude: number;
}

export interface Planar {
  x: number;
  y: number;
}

/** Mean radius of the earth, IUGG 1980. */
const EARTH_RADIUS_KM = 6371.0088;

/** Great-circle distance in km by the haversine formula (R. W. Sinnott, "Virtues of the Haversine", 1984). */
export function haversineKm(a: Geographic, b: Geographic): number {
  const radians = Math.PI / 180;
  const dLatitude = Math.sin(((b.latitude - a.latitude) * radians) / 2);
  const dLongitude = Math.sin(((b.longitude - a.longitude) * radians) / 2);
  const h = dLatitude ** 2 + Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * dLongitude ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

export function euclidean(a: Planar, b: Planar): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

export function distanceMatrix<Place>(places: readonly Place[], distance: (a: Place, b: Place) => number): number[][] {
  return places.map((from) => places.map((to) => (from === to ? 0 : distance(from, to))));
}
