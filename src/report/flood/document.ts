/** Victims -> the document of `synoptic synflood`. */
import type { Facts } from '../../detect/facts.ts';
import type { Finding } from '../../detect/finding.ts';
import type { Affected } from '../../detect/flood/clients.ts';
import type { Backing } from '../../detect/flood/evidence.ts';
import type { Victim } from '../../detect/flood/flood.ts';
import type { HalfOpen } from '../../detect/flood/half-open.ts';
import type { Related } from '../../detect/flood/related/related.ts';
import type { WhatIf } from '../../detect/flood/remedies.ts';
import type { Sources } from '../../detect/flood/sources.ts';
import type { Clock } from '../../detect/flood/attempts.ts';
import { heading, limitsReached } from '../documents.ts';
import { isoTime } from '../times.ts';
import type { RelatedRow, SourcesRow, SynfloodDocument, VictimRow } from './model.ts';

/** A victim with what only the command works out. */
export interface Judged {
  readonly victim: Victim;
  readonly backing: Backing;
  readonly address: string;
  readonly whatIf: WhatIf | null;
}

/** Points of a curve. */
const POINTS = 240;

export function synfloodDocument(
  facts: Facts,
  judged: readonly Judged[],
  related: readonly Related[],
  findings: Finding[],
  sampling: number,
): SynfloodDocument {
  const rows = {
    sampling,
    victims: judged.map((one) => victimRow(one, sampling)),
    related: related.map(relatedRow),
  };
  return { ...heading(facts), limitsReached: limitsReached(facts), ...rows, findings };
}

function relatedRow({ measured: m, clock, isReceiver, ...rest }: Related): RelatedRow {
  return {
    id: rest.id,
    address: rest.address,
    port: rest.port,
    role: rest.id !== 'syn-ack-backscatter' ? 'target' : isReceiver ? 'receiver' : 'sender',
    confidence: rounded(rest.confidence),
    reasons: rest.reasons,
    against: rest.against,
    onsetTime: timeOf(clock, m.onset),
    endTime: timeOf(clock, m.end),
    durationSeconds: rounded(m.durationSeconds),
    connectionCount: m.count,
    segmentCount: m.segments,
    peakPerSecond: Math.round(m.peakPerSecond),
    answeredWithReset: m.answered,
    mostOpen: m.mostAtOnce,
    sources: sourcesRow(m.sources, m.topFrames),
    frames: m.frames,
  };
}

const sourcesRow = (sources: Sources, frames: readonly (readonly number[])[]): SourcesRow => ({
  ...sources,
  entropyBits: rounded(sources.entropyBits),
  maxEntropyBits: rounded(sources.maxEntropyBits),
  top: sources.top.map(({ address, attempts }, i) => ({ address, attempts, frames: frames[i] ?? [] })),
});

/** Of a sample, numbers of handshakes are those of the wire, as far as they can be told. */
function victimRow({ victim, backing, address, whatIf }: Judged, sampling: number): VictimRow {
  const { target, judgement, clock, onset, end, outcomes, sources, spoofing, queue, defence } = victim;
  const view = viewOf(victim);
  return {
    address,
    port: target.port,
    kind: target.kind,
    verdict: judgement.verdict,
    confidence: rounded(judgement.confidence),
    reasons: judgement.reasons,
    against: judgement.against,
    onsetTime: timeOf(clock, onset),
    endTime: timeOf(clock, end),
    durationSeconds: rounded(Math.max(0, end - onset)),
    handshakeCount: victim.rows.length * sampling,
    synCount: outcomes.syns * sampling,
    peakPerSecond: Math.round(victim.peakRate * sampling),
    sourceCount: sources.count,
    sourceCountEstimated: sources.estimated || sampling > 1,
    spoofed: spoofing.spoofed,
    peakHalfOpen: queue.peak,
    peakHalfOpenTime: queue.peak === 0 ? null : timeOf(clock, queue.peakAt),
    peakHalfOpenFrames: backing.peakFrames,
    cookies: defence.cookies,
    halfOpen: depthPoints(queue, clock, view),
    acceptQueue: depthPoints(victim.acceptance.entries, clock, view),
    rate: ratePoints(victim, view, backing.arrivals),
    newSourcesEstimated: backing.arrivalsEstimated,
    evidence: evidenceOf(victim, backing),
    legitimate: { ...victim.fares, affectedCount: victim.affected.count, affected: affectedRows(victim) },
    whatIf: whatIf === null ? null : whatIfRow(whatIf, clock),
  };
}

const affectedRows = ({ affected }: Victim): Affected[] =>
  affected.worst.map(({ longestSeconds, frames, ...row }) => ({
    ...row,
    longestSeconds: rounded(longestSeconds),
    frames,
  }));

const whatIfRow = ({ rows, ...rest }: WhatIf, clock: Clock): VictimRow['whatIf'] => ({
  ...rest,
  rows: rows.map(({ prediction: { peak, fullAt, ...prediction }, ...row }) => ({
    ...row,
    prediction: { peak, fullTime: fullAt === null ? null : timeOf(clock, fullAt), ...prediction },
  })),
});

function evidenceOf(rest: Victim, { topFrames, signFrames }: Backing): VictimRow['evidence'] {
  const { frames, outcomes, change, series, clock, sources } = rest;
  const { score, signs } = rest.spoofing;
  const { cookieScore, answeredOnce, droppedShare, firstDropFrame, fullDepth, why } = rest.defence;
  return {
    frames,
    outcomes,
    change: {
      phases: change.phases.map(({ first, last }) => ({
        onsetTime: timeOf(clock, series.from + first * series.width),
        endTime: timeOf(clock, series.from + (last + 1) * series.width),
      })),
      intervalSeconds: series.width,
      usual: rounded(change.usual),
      slack: rounded(change.slack),
      peakSum: rounded(change.peakSum),
    },
    sources: sourcesRow(sources, topFrames),
    spoofing: {
      score: rounded(score),
      signs: signs.map((sign, i) => Object.assign({ ...sign }, { frames: signFrames[i] ?? [] })),
    },
    shapes: rest.shapes,
    acceptQueue: rest.acceptance.told,
    defence: {
      cookieScore: rounded(cookieScore),
      answeredOnce,
      droppedShare: rounded(droppedShare),
      firstDropFrame,
      fullDepth,
      why,
    },
  };
}

/** The part of the capture that curves are of, seconds from its beginning. */
interface View {
  readonly from: number;
  readonly to: number;
}

/** SYN-ACKs are sent again for a minute after the last SYN (RFC 6298 section 2). */
const MARGIN_SECONDS = 75;
/** An attack of which, with what is around it, the capture has more than this share is shown with the whole of it. */
const WHOLE_SHARE = 0.25;

/** Of a long capture the attack alone, with as much before and behind it: else it would be a single point. */
function viewOf({ onset, end, clock }: Victim): View {
  const margin = Math.max(MARGIN_SECONDS, end - onset);
  const [from, to] = [Math.max(0, onset - margin), Math.min(clock.end, end + margin)];
  return to - from > WHOLE_SHARE * clock.end ? { from: 0, to: clock.end } : { from, to };
}

/** The deepest moment of each stretch is kept: a peak must not fall between two points. */
function depthPoints(queue: HalfOpen, clock: Clock, { from, to }: View): VictimRow['halfOpen'] {
  if (queue.peak === 0) return [];
  const step = Math.max(to - from, 1e-9) / POINTS;
  return Array.from({ length: POINTS + 1 }, (_, i) => {
    const at = from + i * step;
    const isPeak = queue.peakAt >= at && queue.peakAt < at + step;
    return { time: timeOf(clock, at), depth: isPeak ? queue.peak : queue.depth(at) };
  });
}

function ratePoints({ series, clock }: Victim, view: View, arrivals: Float64Array): VictimRow['rate'] {
  const { width, failed, completed } = series;
  const first = Math.max(0, Math.floor((view.from - series.from) / width));
  const end = Math.min(failed.length, Math.floor((view.to - series.from) / width) + 1);
  const merge = Math.max(1, Math.ceil((end - first) / POINTS));
  const points: VictimRow['rate'] = [];
  for (let i = first; i < end; i += merge) {
    const sum = (values: Float64Array): number =>
      values.subarray(i, Math.min(end, i + merge)).reduce((total, n) => total + n, 0);
    points.push({
      time: timeOf(clock, series.from + i * width),
      failed: sum(failed),
      completed: sum(completed),
      newSources: sum(arrivals),
    });
  }
  return points;
}

/** Seconds from the capture's beginning as a time. */
function timeOf(clock: Clock, at: number): string | null {
  const nanoseconds = clock.nanoseconds + Math.round((at - Math.floor(at)) * 1e9);
  const carry = Math.floor(nanoseconds / 1e9);
  return isoTime(clock.seconds + Math.floor(at) + carry, nanoseconds - carry * 1e9);
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
