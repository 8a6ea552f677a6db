/** Whether a group of segments that nobody asked for is a flood, and how sure that is. Rules on counts, to be quoted. */
import type { Thresholds } from '../thresholds.ts';
import type { GroupName } from './gather.ts';
import type { Measured } from './measured.ts';

export type RelatedId = 'ack-flood' | 'rst-flood' | 'fin-flood' | 'syn-ack-backscatter' | 'connection-flood';

export interface RelatedJudgement {
  readonly id: RelatedId;
  /** 0 to 1. */
  readonly confidence: number;
  readonly reasons: readonly string[];
  readonly against: readonly string[];
  readonly unknowable: readonly string[];
}

type Rule = (m: Measured, t: Thresholds) => RelatedJudgement | null;

const judgement = (
  id: RelatedId,
  confidence: number,
  reasons: readonly string[],
  against: readonly string[] = [],
  unknowable: readonly string[] = [],
): RelatedJudgement => ({ id, confidence, reasons, against, unknowable });

/** Connections of one source that no client had at the same time. */
const MANY_EACH = 50;
const RESTARTED = 'a host that was restarted answers the segments of its old connections in the same way';
const MISSED = 'the capture may have missed the handshakes';

/** Made-up sources, or RSTs of a host that knows no such connections. */
const acks: Rule = (m, t) => {
  if (isScan(m, t)) return null;
  const answered = m.answered >= 0.5 * m.count;
  if (m.madeUp) return judgement('ack-flood', answered ? 0.95 : 0.85, [m.madeUpText, answersText(m)]);
  // A restarted host resets what its clients send as well: they are many, or have something to say.
  if (t.sampling > 1 || !answered || m.bare < 0.9 * m.count || m.count < MANY_EACH * m.sources.count) return null;
  return judgement('ack-flood', 0.5, [answersText(m), m.sourcesText], [RESTARTED]);
};

/** A host never answers a RST, so that only made-up sources tell. */
const rsts: Rule = (m) => (m.madeUp ? judgement('rst-flood', 0.85, [m.madeUpText], [MISSED]) : null);

/** No stack sends a FIN without ACK (RFC 9293 section 3.10.7.4 has it dropped); tools do. */
const fins: Rule = (m, t) => {
  if (isScan(m, t)) return null;
  if (m.madeUp) return judgement('fin-flood', 0.9, [m.madeUpText, answersText(m)]);
  if (m.withoutAck < 0.9 * m.count) return null;
  return judgement('fin-flood', 0.7, [`${m.withoutAck} FINs without ACK, which no stack sends`, m.sourcesText]);
};

/** The host was attacked in the name of those who got its answers: what a telescope sees (Corsaro's rules). */
const sentAnswers: Rule = (m, t) => {
  const perMinute = m.peakPerMinute;
  const isLasting = m.durationSeconds >= t.backscatterSeconds && perMinute >= t.backscatterPerMinute;
  if (m.segments < t.backscatterPackets || !(isLasting || m.hasOnset)) return null;
  // Answers to all the world are those of a victim, seen from its own side: syn-flood tells of it.
  if (m.sources.widePrefixes > MOST_PREFIXES) return null;
  return backscatter(m, `${m.count} answers to ${m.sources.count} addresses of ours that asked nothing`);
};

/** Many hosts answer one that asked none of them: its address was used to bounce SYNs off them. */
const gotAnswers: Rule = (m, t) => {
  if (m.sources.count < t.backscatterPackets || !m.hasOnset) return null;
  return backscatter(m, `${m.count} answers from ${m.sources.count} hosts that were not asked`);
};

const MOST_PREFIXES = 2;

function backscatter(m: Measured, text: string): RelatedJudgement {
  const objected = m.answered >= 0.1 * m.count;
  const reasons = [text, ...(objected ? [`${m.answered} of them were reset: nobody there had sent a SYN`] : [])];
  const unknowable = objected ? [] : ['whether the SYNs were sent from here, past the capture'];
  return judgement('syn-ack-backscatter', objected ? 0.9 : 0.5, reasons, [], unknowable);
}

/** Real hosts, whole handshakes, and then silence: every one of them takes a place in the application. */
const idle: Rule = (m, t) => {
  if (!m.hasOnset || m.mostAtOnce < t.handshakes || m.count < 0.5 * (m.count + m.completedMeanwhile)) return null;
  const reasons = [`${m.mostAtOnce} connections open at once on which nothing was ever sent`, m.sourcesText];
  const against = m.completedMeanwhile > 0 ? [`${m.completedMeanwhile} other connections were used`] : [];
  return judgement('connection-flood', m.completedMeanwhile < 0.1 * m.count ? 0.8 : 0.6, reasons, against);
};

/** Few sources that ask each port or host hardly more than once. */
const isScan = (m: Measured, t: Thresholds): boolean =>
  m.sources.count <= t.scanSources && m.ports > t.scanSources && m.count <= t.scanRepeats * m.ports;

const answersText = ({ answered, count }: Measured): string => `${answered} of ${count} were answered with RST`;

const rules: Readonly<Record<GroupName, Rule>> = {
  ack: acks,
  rst: rsts,
  fin: fins,
  'sent-answers': sentAnswers,
  'got-answers': gotAnswers,
  idle,
};

export const judgeGroup = (name: GroupName, measured: Measured, t: Thresholds): RelatedJudgement | null =>
  rules[name](measured, t);
