/** Floods without SYNs of their own: where segments that nobody asked for come in number. */
import type { Connections } from '../../../flow/connections.ts';
import { addressText } from '../../../flow/addresses.ts';
import type { Facts } from '../../facts.ts';
import { Clock } from '../attempts.ts';
import { type Thresholds, defaults } from '../thresholds.ts';
import { type Group, gather } from './gather.ts';
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

const known = new WeakMap<Connections, readonly Related[]>();

/** With the default thresholds; worked out once for a run. */
export function relatedOf(facts: Facts): readonly Related[] {
  const before = known.get(facts.connections);
  if (before !== undefined) return before;
  const related = findRelated(facts, defaults);
  known.set(facts.connections, related);
  return related;
}

/** Those with the most connections first. */
export function findRelated({ connections: c, totals, limits }: Facts, t: Thresholds): Related[] {
  const clock = new Clock(c, totals.firstSeconds, totals.firstNanoseconds);
  const least = Math.min(t.handshakes, t.backscatterPackets);
  const groups = gather(c, clock, limits, least, t.idleSeconds);
  const found = groups.flatMap((group) => relatedAt(c, clock, group, t) ?? []);
  return withoutTwins(found).toSorted((a, b) => b.measured.count - a.measured.count);
}

function relatedAt(c: Connections, clock: Clock, group: Group, t: Thresholds): Related | null {
  const measured = measure(c, clock, group, t);
  const isAnswer = group.name === 'sent-answers' || group.name === 'got-answers';
  if (!isAnswer && !measured.hasOnset) return null;
  const judgement = judgeGroup(group.name, measured, t);
  if (judgement === null) return null;
  const address = addressText(c.tracker.table.keys.addresses, group.host, group.ipv6);
  const port = group.name === 'got-answers' ? null : measured.port;
  return { ...judgement, clock, address, port, isReceiver: group.name === 'got-answers', measured };
}

/** One sender and one receiver: told of the sender alone. */
function withoutTwins(found: readonly Related[]): Related[] {
  const sent: ReadonlySet<RelatedId> = new Set(found.filter(({ isReceiver }) => !isReceiver).map(({ id }) => id));
  return found.filter(({ id, isReceiver }) => !isReceiver || !sent.has(id));
}
