/** What it was: a flood, or one of the things that look like one. Told from counts, so that every rule can be quoted. */
import type { Outcomes } from './outcomes.ts';
import type { Sources } from './sources.ts';
import type { Spoofing } from './spoofing.ts';
import type { Thresholds } from './thresholds.ts';
import { RESEND_SECONDS } from './thresholds.ts';

export type Verdict = 'flood' | 'burst' | 'scan' | 'sweep' | 'dead-server' | 'overload' | 'probes' | 'backscatter';

export interface Judgement {
  readonly verdict: Verdict;
  /** 0 to 1. */
  readonly confidence: number;
  /** What decided it. */
  readonly reasons: readonly string[];
  readonly against: readonly string[];
}

export interface Case {
  readonly kind: 'listener' | 'host' | 'prefix';
  readonly failed: number;
  readonly sources: Sources;
  readonly outcomes: Outcomes;
  readonly spoofing: Spoofing;
  readonly hosts: number;
  /** Ports that were tried, of each host. */
  readonly places: number;
  readonly durationSeconds: number;
  readonly peakRate: number;
  /** Sources of failed attempts that completed others. */
  readonly completers: number;
  /** Handshakes that completed there at any time. */
  readonly completed: number;
  /** Seconds that the capture goes on after half of the attempts. */
  readonly watchedSeconds: number;
  readonly toolShare: number;
}

type Rule = (c: Case, t: Thresholds) => Judgement | null;

export function judgeCase(one: Case, t: Thresholds): Judgement {
  for (const rule of rules) {
    const judgement = rule(one, t);
    if (judgement !== null) return judgement;
  }
  return flood(one, t);
}

const verdict = (
  name: Verdict,
  confidence: number,
  reasons: readonly string[],
  against: readonly string[] = [],
): Judgement => ({ verdict: name, confidence, reasons, against });

/** Few sources, each place asked hardly more than once. */
const scanned: Rule = ({ kind, sources, hosts, places, failed }, t) => {
  if (kind === 'listener' || sources.count > t.scanSources || failed / places > t.scanRepeats) return null;
  const what =
    kind === 'host' ? `${places} ports` : `${hosts} hosts${places > hosts ? `, ${places} ports in all` : ''}`;
  const text = `${failed} attempts by ${sources.count} source${sources.count === 1 ? '' : 's'} at ${what}`;
  return verdict(kind === 'host' ? 'scan' : 'sweep', 0.9, [text]);
};

/** Kernels send a SYN again that is not answered; tools that flood do not. */
const retried: Rule = ({ outcomes: o, completed }, t) => {
  // Of a SYN that is in a sample, the next one is only sometimes.
  const least =
    t.sampling === 1 ? t.resentShare * o.couldResend : Math.max(3, (t.resentShare * o.couldResend) / t.sampling);
  if (o.couldResend === 0 || o.resent < least) return null;
  const text = `${o.resent} of ${o.couldResend} SYNs were sent again, as clients do`;
  return completed > 0 || o.halfOpen > 0
    ? verdict('overload', 0.8, [text, `${completed} handshakes completed there`])
    : verdict('dead-server', 0.9, [text, 'nobody got an answer']);
};

/** Those who failed also got through: people at a server that is too slow. */
const people: Rule = ({ sources, completers, failed }) => {
  if (completers < 0.5 * sources.count || sources.count < 2) return null;
  return verdict('overload', 0.7, [
    `${completers} of ${sources.count} sources of ${failed} failed attempts also completed some`,
  ]);
};

/** Reset by their own senders right after the SYN-ACK: they hold no place in the queue. */
const probes: Rule = ({ outcomes: o, sources, failed, peakRate }, t) => {
  if (o.reset < 0.8 * failed || sources.count > t.scanSources || peakRate > 100) return null;
  return verdict('probes', 0.8, [`${o.reset} of ${failed} attempts were reset by their senders, as health checks are`]);
};

/** Too short to see whether anybody tries again, and nothing else that tells. */
const burst: Rule = ({ watchedSeconds, spoofing, durationSeconds, sources }, t) => {
  const isShort = watchedSeconds <= RESEND_SECONDS || (durationSeconds < 1 && sources.count <= t.scanSources);
  if (!isShort || spoofing.spoofed === 'yes') return null;
  return verdict(
    'burst',
    0.3,
    [`all within ${durationSeconds.toFixed(1)} s`],
    ['clients of a server that does not answer look the same until their second SYN'],
  );
};

/** Answers without SYNs, to few networks: somebody else sent the SYNs in their names. Of all the world it is a victim's own side. */
const answersOnly: Rule = ({ outcomes: o, failed, sources }) => {
  if (o.synAckOnly < 0.9 * failed || sources.widePrefixes > 2) return null;
  const text = `${o.synAckOnly} SYN-ACKs to ${sources.count} addresses whose SYNs are not in the capture`;
  return verdict('backscatter', 0.8, [text], ['SYNs that took a path past the capture would look the same']);
};

const rules: readonly Rule[] = [answersOnly, scanned, probes, retried, people, burst];

function flood({ spoofing, outcomes: o, completers, toolShare, failed, sources }: Case, t: Thresholds): Judgement {
  const reasons: string[] = [];
  let confidence = 0.6;
  const add = (isSo: boolean, weight: number, text: string): void => {
    if (!isSo) return;
    confidence += weight;
    reasons.push(text);
  };
  add(
    o.couldResend > 0 && o.resent < 0.05 * o.couldResend,
    0.15,
    `${o.resent} of ${o.couldResend} SYNs were sent again`,
  );
  add(spoofing.spoofed === 'yes', 0.15, `${sources.count} sources, made up`);
  add(toolShare > 0.8, 0.1, 'the headers are those of a tool');
  add(o.halfOpen >= 20 && o.reset < 0.05 * failed, 0.05, `${o.halfOpen} handshakes were answered and never finished`);
  const against: string[] = [];
  if (t.sampling > 1)
    against.push(`one frame in ${t.sampling} only: whether handshakes were finished is told by their other segments`);
  if (completers > 0) against.push(`${completers} of the sources also completed handshakes`);
  if (o.synAckOnly > 0.9 * failed)
    against.push('only the answers were captured: the SYNs may have been for somebody else');
  return verdict('flood', Math.min(0.99, confidence), reasons, against);
}
