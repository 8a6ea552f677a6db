/**
 * The state of each end as Zeek keeps it, and the connState that follows (Zeek's conn.log `conn_state`). This is the
 * coarse view that other tools share; it needs flags only, no sequence numbers.
 */
import { ACK, FIN, RST, SYN } from '../wire/tcp.ts';
import { Meta } from './records.ts';

export const End = {
  inactive: 0,
  synSent: 1,
  synAckSent: 2,
  partial: 3,
  established: 4,
  closed: 5,
  reset: 6,
} as const;

export const connStates = [
  'S0',
  'S1',
  'SF',
  'REJ',
  'S2',
  'S3',
  'RSTO',
  'RSTR',
  'RSTOS0',
  'RSTRH',
  'SH',
  'SHR',
  'OTH',
] as const;
export type ConnState = (typeof connStates)[number];

const BITS = Meta.stateB - Meta.stateA;

/** State of the originator (side 0) or the responder (1) in a meta word. */
export const stateOf = (meta: number, side: number): number => (meta >>> (Meta.stateA + BITS * side)) & 7;
export const previousOf = (meta: number, side: number): number => (meta >>> (Meta.previousA + BITS * side)) & 7;

function setState(meta: number, side: number, state: number): number {
  const old = stateOf(meta, side);
  if (old === state) return meta;
  const cleared = meta & ~((7 << (Meta.stateA + BITS * side)) | (7 << (Meta.previousA + BITS * side)));
  return cleared | (state << (Meta.stateA + BITS * side)) | (old << (Meta.previousA + BITS * side));
}

/** The meta word after `side` sent a segment with these flags. */
export function advance(meta: number, side: number, flags: number, payloadLength: number): number {
  switch (stateOf(meta, side)) {
    case End.inactive:
      return fromInactive(meta, side, flags, payloadLength);
    case End.synSent:
    case End.synAckSent:
      return fromSyn(meta, side, flags);
    case End.established:
    case End.partial:
      return fromEstablished(meta, side, flags);
    case End.closed:
      return (flags & RST) !== 0 && stateOf(meta, side ^ 1) !== End.closed ? setState(meta, side, End.reset) : meta;
    default:
      return meta;
  }
}

function fromInactive(meta: number, side: number, flags: number, payloadLength: number): number {
  const peer = side ^ 1;
  let next = meta;
  if ((flags & SYN) !== 0) next = side === 0 ? openActively(next, flags) : answer(next);
  if ((flags & FIN) !== 0) next = setState(next, side, End.closed);
  if ((flags & RST) !== 0) next = setState(next, side, End.reset);
  if (stateOf(next, side) !== End.inactive) return next;
  // Some hosts acknowledge a SYN before they answer it: that alone is no partial connection.
  if (side === 1 && payloadLength === 0 && stateOf(next, 0) === End.synSent) return next;
  const synMissed = (flags & ACK) !== 0 && stateOf(next, peer) === End.established;
  return setState(next, side, synMissed ? End.established : End.partial);
}

function openActively(meta: number, flags: number): number {
  return setState(meta, 0, (flags & ACK) !== 0 ? End.synAckSent : End.synSent);
}

function answer(meta: number): number {
  const opened = stateOf(meta, 0) === End.synSent ? setState(meta, 0, End.established) : meta;
  return setState(opened, 1, End.established);
}

function fromSyn(meta: number, side: number, flags: number): number {
  let next = meta;
  if ((flags & FIN) !== 0) next = setState(next, side, End.closed);
  if ((flags & RST) !== 0) next = setState(next, side, End.reset);
  return next;
}

function fromEstablished(meta: number, side: number, flags: number): number {
  const peer = side ^ 1;
  let next = meta;
  if ((flags & (SYN | ACK)) === SYN && stateOf(next, side) === End.partial && stateOf(next, peer) === End.inactive) {
    next = setState(next, side, End.synSent);
  }
  if ((flags & (FIN | RST)) === FIN) {
    next = setState(next, side, End.closed);
    // The peer sent FIN, then RST: that was an orderly end all the same.
    if (stateOf(next, peer) === End.reset && previousOf(next, peer) === End.closed) {
      next = setState(next, peer, End.closed);
    }
  }
  if ((flags & RST) !== 0) next = setState(next, side, End.reset);
  return next;
}

/** connState of a TCP connection. `hasPayload`: either end sent any. RSTOS0 is subject to `unansweredReset`. */
export function tcpConnState(meta: number, hasPayload: boolean): ConnState {
  const a = stateOf(meta, 0);
  const b = stateOf(meta, 1);
  const noA = a === End.inactive || a === End.partial;
  const noB = b === End.inactive || b === End.partial;
  if (b === End.reset) {
    if (a === End.synSent || a === End.synAckSent || (a === End.reset && !hasPayload)) return 'REJ';
    return noA ? 'RSTRH' : 'RSTR';
  }
  if (a === End.reset) return noB ? 'RSTOS0' : 'RSTO';
  if (a === End.closed && b === End.closed) return 'SF';
  if (a === End.closed) return noB ? 'SH' : 'S2';
  if (b === End.closed) return noA ? 'SHR' : 'S3';
  if (a === End.synSent && b === End.inactive) return 'S0';
  if (a === End.established && b === End.established) return 'S1';
  return 'OTH';
}

/** A SYN before the RST, and nothing between them that more than a SYN could bring. As Zeek reads its own history. */
const ATTEMPT_GIVEN_UP = /^\^?S[^HAFGIQ]*R/;

/** connState of an originator that reset without any answer; `history` is the connection's. */
export const unansweredReset = (history: string): ConnState => (ATTEMPT_GIVEN_UP.test(history) ? 'RSTOS0' : 'OTH');

/** connState of a UDP "connection": which ends sent anything. */
export function udpConnState(fromOriginator: boolean, fromResponder: boolean): ConnState {
  if (fromOriginator) return fromResponder ? 'SF' : 'S0';
  return fromResponder ? 'SHR' : 'OTH';
}
