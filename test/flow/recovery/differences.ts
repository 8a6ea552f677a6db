/** Where our cause of a resend is not the kernel's, by recording, capture and frame, with the reason. */
export interface Difference {
  readonly recording: string;
  readonly capture: string;
  readonly frame: number;
  readonly kernel: string;
  readonly ours: string;
  readonly reason: string;
}

const handshake = 'SYNs that are sent again are told with the handshake (docs/life.md)';

export const differences: readonly Difference[] = [
  { recording: 'loss-syn', capture: 'client', frame: 2, kernel: 'timeout', ours: 'none', reason: handshake },
  { recording: 'loss-syn-ack', capture: 'client', frame: 2, kernel: 'timeout', ours: 'none', reason: handshake },
];

/** Recordings whose receiver itself dropped segments: they lay beyond its window. The log of the line has none of them. */
export const droppedByReceiver: readonly string[] = ['shrinking-window'];

/**
 * Frames that were sent again, as the capture at their sender shows, and that the kernel's trace does not tell of: a FIN
 * behind the end of the trace.
 */
export const notTraced: Readonly<Record<string, readonly number[]>> = {
  'loss-acks server': [211],
};

/**
 * Recordings in which what was only late looks lost at its sender, to the kernel as well: without timestamps no ACK says
 * which of two transmissions it answers.
 */
export const lateLooksLost: readonly string[] = ['spurious-timeout-no-timestamps'];
