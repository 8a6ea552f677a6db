/** Least and greatest TTL (hop limit) and DSCP that an endpoint's packets carried, packed into one integer. */
import type { Frame } from '../wire/frame.ts';
import * as ip4 from '../wire/ipv4.ts';
import * as ip6 from '../wire/ipv6.ts';

const SEEN = 1 << 28;

/** The summary of one packet. */
export const oneHop = (ttl: number, dscp: number): number => SEEN | ttl | (ttl << 8) | (dscp << 16) | (dscp << 22);

/** The summary of a frame's packet. */
export function hopsOf(f: Frame): number {
  return f.ipVersion === 4
    ? oneHop(ip4.timeToLive(f.bytes, f.network), ip4.dscp(f.bytes, f.network))
    : oneHop(ip6.hopLimit(f.bytes, f.network), ip6.dscp(f.view, f.network));
}

/** A TTL outside what the endpoint's packets had so far. */
export function isOddTtl(summary: number, packet: number): boolean {
  const ttl = packet & 255;
  return summary !== 0 && (ttl < (summary & 255) || ttl > ((summary >> 8) & 255));
}

/** `summary` (0 for none yet) with one more packet counted in, given as its own summary. */
export function addHops(summary: number, packet: number): number {
  // Nearly every packet is like the ones before it.
  if (summary === packet || summary === 0) return packet;
  const ttl = packet & 255;
  const dscp = (packet >> 16) & 63;
  return (
    SEEN |
    Math.min(summary & 255, ttl) |
    (Math.max((summary >> 8) & 255, ttl) << 8) |
    (Math.min((summary >> 16) & 63, dscp) << 16) |
    (Math.max((summary >> 22) & 63, dscp) << 22)
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
