/** Floods without SYNs of their own: where segments that nobody asked for come in number. */
import type { Connections } from '../../../flow/connections.ts';
import { addressText } from '../../../flow/addresses.ts';
import type { Facts } from '../../facts.ts';
import { Clock } from '../attempts.ts';
import { type Thresholds, defaults, leastOf } from '../thresholds.ts';
import { type Group, type GroupName, gather } from './gather.ts';
import { type RelatedId, type RelatedJudgement, judgeGroup } from './judge.ts';
import { type Measured, measure } from './measured.ts';

export interface Related extends RelatedJudgement {
  readonly clock: Clock;
  /** Of the victim; of backscatter the host that sent the answers, or the only one that got them. */
  readonly address: string;
  readonly port: number | null;
  /** It got answers that it had not asked for: it is the one whose address was used. */
  readonly isReceiver: boolean;
  readonly measured: Measured;
}

const known = new WeakMap<Connections, { readonly thresholds: Thresholds; readonly related: readonly Related[] }>();

/** With the same thresholds they are worked out once for a run. */
export function relatedOf(
  facts: Facts,
  thresholds: Thresholds = facts.floodThresholds ?? defaults,
): readonly Related[] {
  const before = known.get(facts.connections);
  if (before?.thresholds === thresholds) return before.related;
  const related = findRelated(facts, thresholds);
  known.set(facts.connections, { thresholds, related });
  return related;
}

/** Those with the most connections first. */
function findRelated({ connections: c, totals, limits }: Facts, t: Thresholds): Related[] {
  const clock = new Clock(c, totals.firstSeconds, totals.firstNanoseconds);
  const least = t.sampling === 1 ? Math.min(t.handshakes, t.backscatterPackets) : leastOf(t);
  const groups = gather(c, clock, limits, least, t.idleSeconds);
  const found = groups.flatMap((group) => relatedAt(c, clock, group, t) ?? []);
  return withoutTwins(found).toSorted((a, b) => b.measured.count - a.measured.count);
}

function relatedAt(c: Connections, clock: Clock, group: Group, t: Thresholds): Related | null {
  if (t.sampling > 1 && !madeUpGroups.has(group.name)) return null;
  const measured = measure(c, clock, group, t);
  const isAnswer = group.name === 'sent-answers' || group.name === 'got-answers';
  if (!isAnswer && !measured.hasOnset) return null;
  const judgement = judgeGroup(group.name, measured, t);
  if (judgement === null) return null;
  const address = addressText(c.tracker.table.keys.addresses, group.host, group.ipv6);
  const port = group.name === 'got-answers' ? null : measured.port;
  const told = t.sampling === 1 ? measured : scaled(measured, t.sampling);
  return { ...judgement, clock, address, port, isReceiver: group.name === 'got-answers', measured: told };
}

/**
 * A sample is full of segments without their handshakes, and of answers whose question was left out: what it can tell
 * rests on addresses that are made up.
 */
const madeUpGroups: ReadonlySet<GroupName> = new Set<GroupName>(['ack', 'rst', 'fin']);

/** From the sample to the wire, as far as that goes: sources are those that were seen. */
function scaled(m: Measured, sampling: number): Measured {
  const { count, segments, answered, peakPerSecond, peakPerMinute } = m;
  return {
    ...m,
    count: count * sampling,
    segments: segments * sampling,
    answered: answered * sampling,
    peakPerSecond: peakPerSecond * sampling,
    peakPerMinute: peakPerMinute * sampling,
    sources: { ...m.sources, estimated: true },
  };
}

/** One sender and one receiver: told of the sender alone. */
function withoutTwins(found: readonly Related[]): Related[] {
  const sent: ReadonlySet<RelatedId> = new Set(found.filter(({ isReceiver }) => !isReceiver).map(({ id }) => id));
  return found.filter(({ id, isReceiver }) => !isReceiver || !sent.has(id));
}
