/**
 * Which application protocol a connection speaks: asked of the first payloads of each end, kept in the `seen` word of its
 * record, with the number of payloads that were asked.
 */
import type { Frame } from '../wire/frame.ts';

/** Says which application protocol a payload belongs to: 0 when it cannot tell. */
export type Identify = (frame: Frame) => number;

/** Payloads of each end that are shown to `Identify` before it gives up. */
const PROBES_PER_END = 2;
const PROBES_SHIFT = 24;
const SERVICE_SHIFT = 16;

/** 0 when unknown. */
export const serviceOf = (seen: number): number => (seen >>> SERVICE_SHIFT) & 255;

/** The service is unknown and this end has a probe left. */
export const mayProbe = (seen: number, side: number): boolean =>
  serviceOf(seen) === 0 && ((seen >>> (PROBES_SHIFT + 2 * side)) & 3) < PROBES_PER_END;

/** The word after a payload of `side` was asked, where it might be. */
export function probed(seen: number, side: number, service: number): number {
  const shift = PROBES_SHIFT + 2 * side;
  const used = (seen >>> shift) & 3;
  return (seen & ~(3 << shift)) | ((used + 1) << shift) | (service << SERVICE_SHIFT);
}
