/** Ends of connections that lost, resent or overtook something: gathered once for all detectors that judge them. */
import type { CauseName } from '../flow/recovery/causes.ts';
import { Completeness } from '../flow/completeness.ts';
import type { Connections } from '../flow/connections.ts';
import { lifeAtEnd } from '../flow/life/life.ts';
import type { RecoveryEvent } from '../flow/recovery/events.ts';
import type { Recovery } from '../flow/recovery/summary.ts';
import { Word } from '../flow/records.ts';
import type { Facts } from './facts.ts';
import { type Group, Groups } from './groups.ts';

/** Ends kept; about half a kilobyte each. */
const MAX_LOSSES = 100_000;

export interface Loss extends Recovery {
  readonly id: number;
  readonly side: 0 | 1;
  readonly payloadBytes: number;
}

const known = new WeakMap<Connections, readonly Loss[]>();

/** In order of connections. Adds `losses` to the limits when there were too many. */
export function lossesOf({ connections: c, limits }: Facts): readonly Loss[] {
  const before = known.get(c);
  if (before !== undefined) return before;
  const losses: Loss[] = [];
  for (const id of c.digest().eventful) {
    if (losses.length >= MAX_LOSSES) break;
    if (c.word(id, Word.analysis) <= 0 || c.isUdp(id) || !c.isCounted(id)) continue;
    for (const side of [0, 1] as const) {
      const recovery = c.recovery(id, side);
      if (recovery === null) continue;
      // A SYN that opened nothing has numbers of its own: what goes on around it only looks old.
      if (isStraySyn(c, id)) break;
      losses.push(Object.assign(recovery, { id, side, payloadBytes: c.payloadBytes(id, side) }));
    }
  }
  if (losses.length >= MAX_LOSSES) limits.add('losses');
  known.set(c, losses);
  return losses;
}

/** One that opened and closed in order needs no replay to say so. */
function isStraySyn(c: Connections, id: number): boolean {
  const seen = c.completeness(id);
  if ((seen & Completeness.syn) === 0 || ((seen & ANSWERED) === ANSWERED && c.connState(id) === 'SF')) return false;
  return lifeAtEnd(c, id)?.handshake.outcome === 'partial';
}

const ANSWERED = Completeness.synAck | Completeness.ack;

/** Losses of what one end of the connections of a listener sends: `0` the originators, `1` the responders. */
type SideKind = '0' | '1';

export interface LossGroup extends Group<SideKind> {
  readonly losses: readonly Loss[];
}

/** Groups of those that are `wanted`; `weight`: of which the most is kept. `frames` gives the evidence of one. */
export function lossGroups(
  facts: Facts,
  wanted: (loss: Loss) => boolean,
  frames: (loss: Loss) => readonly number[],
  weight: (loss: Loss) => number = () => 1,
): LossGroup[] {
  const { connections: c, limits } = facts;
  const groups = new Groups<SideKind>(c, limits);
  const byEnd = new Map<string, Loss>();
  for (const loss of lossesOf(facts)) {
    if (!wanted(loss)) continue;
    byEnd.set(`${loss.id} ${loss.side}`, loss);
    groups.add(`${loss.side}`, loss.id, frames(loss), weight(loss));
  }
  return groups.all().map(({ kind, ids, clients, frames: all, most, hosts }) => {
    const ordered = all.toSorted((a, b) => a - b);
    return { kind, ids, clients, frames: ordered, most, hosts, losses: ids.map((id) => byEnd.get(`${id} ${kind}`)!) };
  });
}

export const senderOf = ({ kind }: LossGroup): 'originator' | 'responder' =>
  kind === '0' ? 'originator' : 'responder';

export const sumOf = (losses: readonly Loss[], of: (loss: Loss) => number): number =>
  losses.reduce((sum, loss) => sum + of(loss), 0);

/** Events of the end with one of these causes, as far as they are kept. */
export const eventsWith = (c: Connections, { id, side }: Loss, causes: readonly CauseName[]): RecoveryEvent[] =>
  c.recoveryEvents(id, side).filter(({ cause }) => causes.includes(cause));

export const repairs = ['fast-retransmit', 'sack-recovery', 'partial-ack'] as const;

/** `lost between ... `: where, seen from the point of capture. */
export function placeText(c: Connections, losses: readonly Loss[]): string {
  const before = sumOf(losses, ({ lostBeforeTap }) => lostBeforeTap);
  const after = sumOf(losses, ({ lostAfterTap }) => lostAfterTap);
  if (before === 0 && after === 0) return 'none of it lost as far as this capture tells';
  if (after === 0) return 'lost before the point of capture';
  // Without ACKs nobody knows whether what was seen and is sent again had arrived.
  const needless = losses.some((loss) => loss.lostAfterTap > 0 && isOneSided(c, loss)) ? ', or needless' : '';
  return `${before === 0 ? 'lost behind' : 'lost on both sides of'} the point of capture${needless}`;
}

const isOneSided = (c: Connections, { id, side }: Loss): boolean => c.frames(id, side ^ 1) === 0;

/** No ACKs were captured, and so nothing that says why. */
export function oneSided(c: Connections, losses: readonly Loss[]): string[] {
  const count = losses.filter((loss) => isOneSided(c, loss)).length;
  if (count === 0) return [];
  const which = count === losses.length ? '' : ` of ${count} of the ${losses.length} connections`;
  return [`what the receiver acknowledged: only one direction${which} is in the capture`];
}
