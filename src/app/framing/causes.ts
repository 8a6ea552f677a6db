/** Why a message shares a segment, or takes several: inferred from how its segments came to be sent. */
import type { Span } from './boundaries.ts';

export const causeTexts = {
  coalesced: 'small writes that waited for an acknowledgment and went out together (Nagle)',
  pipelined: 'several messages were ready when the segment was sent',
  mss: 'larger than what was left of a segment (MSS)',
  window: "the receiver's window was full",
  'super-segment': 'larger than the MSS: joined or not yet cut by a network card (GRO, TSO)',
  resent: 'sent again together with other bytes',
  'written-apart': 'the sender sent it in parts, although a segment had room',
  unknown: 'the handshake is not in the capture, so the size of segments is not known',
} as const;
export type Cause = keyof typeof causeTexts;

export const causes = Object.keys(causeTexts) as Cause[];

/** Of a segment that other messages share. */
export function stickyCause({ sent, segmentStart, start }: Span): Cause {
  if (sent.size === 'super') return 'super-segment';
  if (segmentStart < start) return 'resent';
  // Nagle's algorithm holds back what is less than a segment or the window would take.
  return sent.moment === 'after-ack' && sent.size !== 'full' && !sent.fillsWindow ? 'coalesced' : 'pipelined';
}

/** By the first segment that ends inside of the message. */
export function splitCause(spans: readonly Span[]): Cause {
  const { sent, segmentStart, start } = spans[0]!;
  if (sent.size === 'super') return 'super-segment';
  if (spans.some((span) => span.segmentStart < span.start) || segmentStart < start) return 'resent';
  if (sent.fillsWindow) return 'window';
  if (sent.size === 'full') return 'mss';
  return sent.size === 'unknown' ? 'unknown' : 'written-apart';
}
