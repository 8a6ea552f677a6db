/**
 * Why a segment was sent again. What its receiver reported comes first: duplicate ACKs (RFC 5681 section 3.2), SACK
 * blocks (RFC 6675), an ACK of a part (RFC 6582). What none of that explains was sent by a timer.
 */
import { seqDiff } from '../../bytes/sequence.ts';
import type { Case } from './case.ts';
import { Cause } from './causes.ts';
import { Resend, Told, causeOf as causeOfEntry, findResend } from './resends.ts';
import { At, State } from './rows.ts';

/** RFC 5681 section 3.2. */
const DUPLICATES = 3;
/** No timer of a common system is shorter: FreeBSD's least retransmission timeout is 30 ms, less a tick. */
const LEAST_TIMEOUT_NS = 25e6;
/** A probe waits for two round trips (RFC 8985 section 7.2), one of which may have grown since it was measured. */
const LEAST_PROBE_NS = 2e6;
const LEAST_PROBE_ROUND_TRIPS = 1.2;
/** For a lone segment it also waits for a delayed ACK, 200 ms with Linux; one fifth is for measuring. */
const PROBE_ROUND_TRIPS = 2;
const PROBE_DELAY_NS = 200e6;
const PROBE_SLACK = 1.2;
/** The second timeout takes twice as long as the first (RFC 6298 section 5.5), and never less than this. */
const BACKOFF = 1.7;

/** Number of the cause; the case learns the trigger, the wait and the step. */
export function causeOf(c: Case): number {
  const episode = episodeOf(c);
  const stalled = isStalled(c);
  if (episode === State.timeout) return stalled ? timeout(c) : Cause.afterTimeout;
  if (episode === State.open && isSecondTry(c)) return timeout(c);
  if (!c.isAcknowledged && isReported(c)) {
    return stalled ? timeout(c) : reported(c, episode);
  }
  if (wasReported(c)) {
    c.trigger = c.words[c.r + At.thirdFrame]!;
    return Cause.fast;
  }
  if (episode === State.open && !stalled) return goesOn(c);
  return timer(c);
}

/**
 * Without selective acknowledgments nobody learns that what a recovery sent again was lost as well: the same hole is sent
 * once more by the timer alone, however many duplicates came since (RFC 6582 section 3.2).
 */
function isSecondTry(c: Case): boolean {
  if (c.has(State.sackSeen) || !c.isEdge || c.isAcknowledged) return false;
  const at = findResend(c.words, c.r, c.from, c.to, isRepair);
  if (at < 0 || c.words[at + Resend.from] !== c.from) return false;
  return c.since(At.resentTime) >= Math.max(LEAST_TIMEOUT_NS, SECOND_TRY_ROUND_TRIPS * c.rttNs);
}

const isRepair = (kind: number): boolean => causeOfEntry(kind) === Cause.fast || causeOfEntry(kind) === Cause.partial;
/** A first one that is on its way for longer than that was lost. */
const SECOND_TRY_ROUND_TRIPS = 2;

/** Share of a stall in which no ACK came either: one that came lately may have had the segment sent. */
const SILENT_SHARE = 0.75;

const isStalled = (c: Case): boolean => c.quietNs >= c.stallNs && c.since(At.newestTime) >= SILENT_SHARE * c.stallNs;

/** The recovery that the segment belongs to: of the timer, of duplicate ACKs, or 0 for none. */
function episodeOf(c: Case): number {
  const { words, r } = c;
  if (!c.has(State.point) || seqDiff(c.from, words[r + At.recoverPoint]!) >= 0) return 0;
  // What was on its way when the recovery ended still belongs to it.
  const lingers = c.has(State.resent) && c.since(At.resentTime) <= c.promptNs;
  if (!c.has(State.open) && !lingers) return 0;
  if (c.has(State.timeout)) return State.timeout;
  return c.has(State.probe) ? 0 : State.open;
}

/** The receiver has something from behind the segment, and said so. */
function isReported(c: Case): boolean {
  const { words, r } = c;
  if (c.has(State.sacked) && seqDiff(words[r + At.highSack]!, c.to) >= 0) return true;
  return words[r + At.duplicates]! >= DUPLICATES && c.isEdge;
}

/** Three duplicates asked for it, and what they missed arrived while it was on its way. */
function wasReported(c: Case): boolean {
  const { words, r } = c;
  if (!c.isAcknowledged || words[r + At.thirdFrame] === 0 || words[r + At.duplicateAck] !== c.from) return false;
  return c.since(At.thirdTime) <= c.promptNs;
}

function reported(c: Case, episode: number): number {
  const { words, r } = c;
  if (words[r + At.duplicates]! > 0) c.waited(c.since(At.firstTime));
  if (words[r + At.duplicates]! >= DUPLICATES && c.isEdge && episode === 0) {
    c.trigger = words[r + At.thirdFrame]!;
    return Cause.fast;
  }
  c.trigger = words[r + At.newestFrame]!;
  if (episode !== 0) c.waitNs = 0;
  // Duplicates in a recovery ask for the hole that the ACK of a part has shown.
  return c.has(State.sacked) ? Cause.sack : Cause.partial;
}

/** In a recovery: the ACK of a part moved the edge, or the receiver acknowledged it while it was on its way. */
function goesOn(c: Case): number {
  const { words, r } = c;
  if (words[r + At.resentCause] === Cause.pathMtu) return Cause.pathMtu;
  // An ACK of the segment itself did not have it sent.
  if (!c.isAcknowledged) c.trigger = words[r + At.newestFrame]!;
  return c.has(State.sackSeen) ? Cause.sack : Cause.partial;
}

function timer(c: Case): number {
  const wait = c.isAcknowledged ? c.quietNs : c.timerNs();
  c.waited(Number.isFinite(wait) ? wait : 0);
  if (isProbe(c)) return Cause.probe;
  if (c.tooBig && c.waitNs < c.stallNs) return Cause.pathMtu;
  const couldBe = c.isEdge && c.waitNs >= Math.max(c.rttNs, LEAST_TIMEOUT_NS);
  return couldBe ? timeout(c) : Cause.unexplained;
}

/** The last segment, sent soon: with several on their way the retransmission timer would have sent the first of them. */
function isProbe(c: Case): boolean {
  if (!c.sackPermitted || !c.isTail || stepOf(c) > 0) return false;
  if (c.waitNs < Math.max(LEAST_PROBE_NS, LEAST_PROBE_ROUND_TRIPS * c.rttNs)) return false;
  if (!c.isAnswered) return false;
  if (!c.isEdge) return true;
  const again = findResend(c.words, c.r, c.from, c.to, isProbeEntry) >= 0;
  return !again && c.rttNs > 0 && c.waitNs <= PROBE_SLACK * (PROBE_ROUND_TRIPS * c.rttNs + PROBE_DELAY_NS);
}

const isProbeEntry = (kind: number): boolean => causeOfEntry(kind) === Cause.probe;

/** Timeouts in a row so far. */
const stepOf = (c: Case): number => (c.words[c.r + At.edge] === c.edge ? c.words[c.r + At.step]! : 0);

function timeout(c: Case): number {
  const wait = c.isAcknowledged ? c.quietNs : c.timerNs();
  c.waited(Number.isFinite(wait) ? wait : c.quietNs);
  c.step = stepOf(c) + 1;
  return Cause.timeout;
}

/** Offset of an entry that was taken for a probe, and was the first timeout: the wait has doubled since. -1 for none. */
export function firstTimeoutOf(c: Case): number {
  if (c.step !== 1) return -1;
  const at = findResend(c.words, c.r, c.from, c.to, (kind) => isProbeEntry(kind) && (kind & Told.alone) !== 0);
  return at >= 0 && c.waitNs >= BACKOFF * 1e6 * c.words[at + Resend.wait]! ? at : -1;
}
