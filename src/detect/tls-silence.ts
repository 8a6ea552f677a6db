/** How long the capture went on after a step of a handshake. */
import type { Facts } from './facts.ts';

interface Moment {
  readonly seconds: number;
  readonly nanoseconds: number;
}

export function secondsSince({ connections }: Facts, { seconds, nanoseconds }: Moment): number {
  const end = connections.captureEnd;
  return end.seconds - seconds + (end.nanoseconds - nanoseconds) / 1e9;
}
