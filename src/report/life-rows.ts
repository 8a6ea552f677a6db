/** How a connection opened and closed -> fields of its row. What is not known is left out. */
import type { Close } from '../flow/life/close.ts';
import type { Handshake } from '../flow/life/handshake.ts';
import type { Life } from '../flow/life/life.ts';
import { type Story, isSyn, isSynAck } from '../flow/life/story.ts';
import type { CloseRow, HandshakeRow } from './model.ts';

const ends = ['originator', 'responder'] as const;

export function handshakeRow({ story, handshake }: Life): HandshakeRow {
  const { outcome, rttSeconds, synAckSeconds, syn, synAck, simultaneousOpen, fastOpen, notes } = handshake;
  const row: HandshakeRow = {
    outcome,
    ...(rttSeconds === null ? {} : { rttSeconds }),
    ...(synAckSeconds === null ? {} : { synAckSeconds }),
    synTransmissions: syn?.transmissions ?? 0,
    synAckTransmissions: synAck?.transmissions ?? 0,
    simultaneousOpen,
    fastOpen,
    ecn: negotiatedEcn(story),
    notes: [...notes],
  };
  if (syn !== null && syn.fits.length > 0) row.synSchedules = [...syn.fits];
  if (synAck !== null && synAck.fits.length > 0) row.synAckSchedules = [...synAck.fits];
  const unexpectedAck = unexpected(handshake);
  if (unexpectedAck !== null) row.unexpectedAck = unexpectedAck;
  return row;
}

/** A SYN scan ends like that, too: it is told only where another SYN explains the number. */
function unexpected({ outcome, unexpectedAck }: Handshake): Required<HandshakeRow>['unexpectedAck'] | null {
  if (unexpectedAck === null) return null;
  const { frame, acknowledgment, expected, resetFrame } = unexpectedAck;
  if (expected === null && outcome !== 'old-duplicate-syn') return null;
  return { frame, acknowledgment, expected, resetFrame };
}

const ECE = 0x40;
const CWR = 0x80;

/** RFC 3168 section 6.1.1: the SYN sets ECE and CWR, the SYN-ACK only ECE. */
function negotiatedEcn({ segments }: Story): boolean {
  const offered = segments.some((s) => isSyn(s) && (s.flags & (ECE | CWR)) === (ECE | CWR));
  return offered && segments.some((s) => isSynAck(s) && (s.flags & (ECE | CWR)) === ECE);
}

export function closeRow({ shape, initiator, reset, waiting }: Close): CloseRow {
  const row: CloseRow = { shape, initiator: initiator === null ? null : ends[initiator] };
  if (reset !== null) {
    const { frame, side, cause, idleSeconds } = reset;
    row.reset = { frame, by: ends[side], cause, idleSeconds };
  }
  if (waiting !== null) row.waiting = ends[waiting];
  return row;
}
