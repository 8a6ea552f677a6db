/** What an end lost and sent again, and the events behind that. */
import type { Recovery } from '../../flow/recovery/summary.ts';
import { causes, proofs } from '../../flow/recovery/causes.ts';
import { sideNames } from '../ladder/model.ts';
import { type Schema, count, flag, frameNumber, object, oneOf, orNull, ref, seconds, whole } from './parts.ts';

const duration: Schema = { ...seconds, minimum: 0 };

export const recovery: Schema = object({
  resentSegments: count,
  resentBytes: count,
  fastRetransmits: count,
  sackRetransmits: count,
  partialAckRetransmits: count,
  timeouts: count,
  afterTimeout: count,
  tailLossProbes: count,
  pathMtuResends: count,
  unexplained: count,
  spurious: count,
  lostBeforeTap: count,
  lostAfterTap: count,
  reordered: count,
  reorderDistanceSegments: count,
  reorderDistanceBytes: count,
  reorderDistanceSeconds: duration,
  reorderedBehindTap: count,
  behindTapDistanceSegments: count,
  behindTapDistanceBytes: count,
  behindTapDistanceSeconds: duration,
  behindTapFrame: count,
  captureDuplicates: count,
  networkDuplicates: count,
  captureGaps: count,
  captureGapBytes: count,
  recoverySeconds: duration,
  timeoutSeconds: duration,
  longestWaitSeconds: duration,
  holesForgotten: flag,
} satisfies Record<keyof Recovery, Schema>);

/** One entry of `recoveryEvents` of `conn`. */
export const recoveryEvent: Schema = object({
  frame: frameNumber,
  time: orNull(ref('time')),
  side: oneOf(sideNames),
  cause: oneOf(causes),
  triggerFrame: orNull(frameNumber),
  waitSeconds: duration,
  backoff: count,
  relativeSequence: whole(0, 0xffff_ffff),
  payloadBytes: count,
  overtakenBySegments: count,
  lost: orNull(oneOf(['before', 'after'])),
  spurious: orNull(oneOf(proofs)),
});
