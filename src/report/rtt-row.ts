/** Round trips of an end, those of the handshake among them. */
import type { Handshake } from '../flow/life/handshake.ts';
import type { Side } from '../flow/life/story.ts';
import type { Measured } from '../flow/measure/read.ts';
import type { RttRow } from './model.ts';

type Times = Pick<Measured, 'samples' | 'untimed' | 'least' | 'total' | 'most'>;

const NONE: Times = { samples: 0, untimed: 0, least: 0, total: 0, most: 0 };

/** Null where nothing was measured. */
export function rttRow(measured: Measured | null, handshake: Handshake, side: Side): RttRow | null {
  const { samples, untimed, least, total, most } = measured ?? NONE;
  const opening = openingTime(handshake, side);
  const extra = opening === null || opening < 0 ? [] : [opening];
  const count = samples + extra.length;
  if (count === 0) return null;
  const known = samples === 0 ? extra : [least, most, ...extra];
  return {
    samples: count,
    minSeconds: inSeconds(Math.min(...known)),
    averageSeconds: inSeconds(extra.reduce((sum, time) => sum + time, total) / count),
    maxSeconds: inSeconds(Math.max(...known)),
    ...(untimed > 0 ? { untimed } : {}),
  };
}

/**
 * Nanoseconds from the SYN to the SYN-ACK (originator), or from the SYN-ACK to the ACK (responder); null where it was not
 * seen or sent more than once. A SYN with data is measured with those.
 */
function openingTime(h: Handshake, side: Side): number | null {
  const sent = side === 0 ? h.syn : h.synAck;
  if (sent?.transmissions !== 1 || h.synAckSeconds === null || h.simultaneousOpen) return null;
  if (side === 0) return h.fastOpen ? null : nanoseconds(h.synAckSeconds);
  return h.rttSeconds === null ? null : nanoseconds(h.rttSeconds) - nanoseconds(h.synAckSeconds);
}

const nanoseconds = (seconds: number): number => Math.round(seconds * 1e9);
const inSeconds = (nanosecond: number): number => Math.round(nanosecond) / 1e9;
