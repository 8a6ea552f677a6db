/** What the time of a connection goes to, and why nothing was sent for a while. */

/** Shares of a connection's time, in the order of `Share`. */
export const shareNames = [
  'handshake',
  'server',
  'client',
  'receiverWindow',
  'recovery',
  'path',
  'pacing',
  'idle',
] as const;
export type ShareName = (typeof shareNames)[number];

export const Share = {
  /** Until both ends are established. */
  handshake: 0,
  /** The responder's application has to say something. */
  server: 1,
  /** The originator's. */
  client: 2,
  /** The receiver takes no more. */
  receiverWindow: 3,
  /** Something was lost, and is sent again. */
  recovery: 4,
  /** Round trips and what the path carries: the sender waits for ACKs, or data come as fast as the path lets them. */
  path: 5,
  /** The sender sends at a pace of its own, with window to spare. */
  pacing: 6,
  /** Nobody waits for anything. */
  idle: 7,
} as const satisfies Record<ShareName, number>;

/** Causes of silences, in the order of `Cause`. */
export const stallCauses = [
  'handshake',
  'server-thinking',
  'client-thinking',
  'zero-window',
  'window-full',
  'lost-window-update',
  'retransmission-timeout',
  'tail-loss-probe',
  'loss-recovery',
  'delayed-ack',
  'idle',
  'keep-alive',
  'capture-gap',
  'unknown',
  'clock-step',
  'path-delay',
] as const;
export type StallCause = (typeof stallCauses)[number];

export const Cause = {
  handshake: 0,
  serverThinking: 1,
  clientThinking: 2,
  zeroWindow: 3,
  windowFull: 4,
  lostWindowUpdate: 5,
  retransmissionTimeout: 6,
  tailLossProbe: 7,
  lossRecovery: 8,
  delayedAck: 9,
  idle: 10,
  keepAlive: 11,
  captureGap: 12,
  unknown: 13,
  clockStep: 14,
  pathDelay: 15,
} as const;
