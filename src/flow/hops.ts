/** Least and greatest TTL (hop limit) and DSCP that an endpoint's packets carried, packed into one integer. */

const SEEN = 1 << 28;

/** `summary` with one more packet counted in. */
export function addHops(summary: number, ttl: number, dscp: number): number {
  // Nearly every packet is like the ones before it.
  const alike = SEEN | ttl | (ttl << 8) | (dscp << 16) | (dscp << 22);
  if (summary === alike || summary === 0) return alike;
  const low = summary & 255;
  const high = (summary >> 8) & 255;
  const dscpLow = (summary >> 16) & 63;
  const dscpHigh = (summary >> 22) & 63;
  if (ttl >= low && ttl <= high && dscp >= dscpLow && dscp <= dscpHigh) return summary;
  return (
    SEEN |
    Math.min(low, ttl) |
    (Math.max(high, ttl) << 8) |
    (Math.min(dscpLow, dscp) << 16) |
    (Math.max(dscpHigh, dscp) << 22)
  );
}

export interface Hops {
  readonly ttlMin: number;
  readonly ttlMax: number;
  readonly dscpMin: number;
  readonly dscpMax: number;
}

/** Null when the endpoint sent nothing. */
export function readHops(summary: number): Hops | null {
  if (summary === 0) return null;
  return {
    ttlMin: summary & 255,
    ttlMax: (summary >> 8) & 255,
    dscpMin: (summary >> 16) & 63,
    dscpMax: (summary >> 22) & 63,
  };
}
