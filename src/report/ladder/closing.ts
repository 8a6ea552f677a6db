/** What is to be said of the FINs and RSTs of a connection, by frame. */
import type { Reset } from '../../flow/life/close.ts';
import type { Life } from '../../flow/life/life.ts';
import { isFin, isReset } from '../../flow/life/story.ts';
import { duration } from '../text/format.ts';
import { readHops } from '../../flow/hops.ts';
import { Word } from '../../flow/records.ts';
import { type Tell, unexpectedOf } from './opening.ts';
import type { Subject } from './subject.ts';

/** A shorter silence before a RST tells nothing. */
const TOLD_IDLE_SECONDS = 1;

export function tellClosing(subject: Subject, life: Life, tell: Tell): void {
  tellShape(life, tell);
  const { reset } = life.close;
  const refusal = unexpectedOf(life)?.resetFrame;
  if (reset !== null && reset.frame !== refusal) tell(reset.frame, 'reset', resetText(subject, reset));
  const { ignored } = life.close;
  if (ignored !== null) tell(ignored.frame, 'reset-ignored', `not believed: ${resetText(subject, ignored)}`);
  const known = new Set([reset?.frame, refusal, ignored?.frame]);
  for (const { frame } of life.story.segments.filter(isReset)) {
    const isKnown = known.has(frame) || life.transitions.some((t) => t.frame === frame);
    if (!isKnown) tell(frame, 'reset-ignored', 'RST without effect');
  }
}

function tellShape({ story, close }: Life, tell: Tell): void {
  const first = story.segments.find(isFin);
  const second = first && story.segments.find((s) => isFin(s) && s.side !== first.side);
  if (second === undefined) return;
  if (close.shape === 'three-way') tell(second.frame, 'three-way-close', 'three-way close: ACK and FIN merged');
  if (close.shape === 'simultaneous') {
    tell(second.frame, 'simultaneous-close', 'simultaneous close: sent before the FIN of the other end arrived');
  }
}

/** Why the RST was sent, and what says so. */
export function resetText(subject: Subject, reset: Reset): string {
  const isTold = reset.cause !== 'idle' && reset.idleSeconds >= TOLD_IDLE_SECONDS;
  const silence = isTold ? `, after ${duration(reset.idleSeconds)} of silence` : '';
  return causeText(subject, reset) + silence;
}

function causeText(subject: Subject, reset: Reset): string {
  switch (reset.cause) {
    case 'refused':
      return 'refused: nothing listens there, or a filter rejects';
    case 'handshake':
      return 'gives up the handshake';
    case 'after-close':
      return 'data came for a socket that was closed';
    case 'unread-data':
      return 'closed with data not read';
    case 'abort':
      return 'closed without FIN: aborted, or data not read';
    case 'idle':
      return `after ${duration(reset.idleSeconds)} of silence: an idle timer, here or on the way`;
    case 'no-socket':
      return 'knows no such connection: restarted, timed out, or never had it';
    case 'middlebox-like':
      return reset.odd === 'ttl' ? oddTtlText(subject, reset) : 'its number does not fit: forged, or from a middlebox';
  }
}

function oddTtlText({ connections, id }: Subject, { side, ttl }: Reset): string {
  const hops = readHops(connections.word(id, Word.hopsA + side));
  const own = hops === null ? '' : ` (its others: ${hops.ttlMin === ttl ? hops.ttlMax : hops.ttlMin})`;
  return `TTL ${ttl} is not the end's own${own}: forged, or from a middlebox`;
}
