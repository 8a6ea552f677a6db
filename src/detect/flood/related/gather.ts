/** The connections that may be pieces of floods without SYNs, by what they are and the host that they are about. */
import type { Connections } from '../../../flow/connections.ts';
import { Meta, WORDS, Word } from '../../../flow/records.ts';
import { Completeness } from '../../../flow/completeness.ts';
import { Attempt, type Clock } from '../attempts.ts';
import { type Columns, ColumnsBuilder } from '../columns.ts';
import { MAX_HOSTS, MAX_SUSPECTS } from '../limits.ts';
import { ATTEMPT_BITS, UNASKED_SHIFT, surveyOf } from '../targets.ts';
import { Unasked, senderOf } from './unasked.ts';

/** `sent-answers` are grouped by who sent the SYN-ACKs and RSTs, `got-answers` by who got them. */
export type GroupName = 'ack' | 'rst' | 'fin' | 'sent-answers' | 'got-answers' | 'idle';

export interface Group {
  readonly name: GroupName;
  readonly ipv6: boolean;
  /** Table word of the host's address. */
  readonly host: number;
  /** The source is the end that is not the host. Kinds: `unanswered`, `refused` where a RST was seen, or `completed`. */
  readonly columns: Columns;
}

interface OpenGroup {
  readonly name: GroupName;
  readonly ipv6: boolean;
  readonly host: number;
  members: number;
  bin: ColumnsBuilder | null;
}

class Groups {
  readonly map = new Map<string, OpenGroup>();
  full = false;
  #last: OpenGroup | undefined;

  find(name: GroupName, ipv6: boolean, host: number, mayAdd: boolean): OpenGroup | undefined {
    const last = this.#last;
    if (last !== undefined && last.host === host && last.name === name && last.ipv6 === ipv6) return last;
    const key = `${name} ${ipv6 ? 6 : 4} ${host}`;
    let group = this.map.get(key);
    if (group === undefined && mayAdd) {
      if (this.map.size >= MAX_HOSTS) this.full = true;
      else this.map.set(key, (group = { name, ipv6, host, members: 0, bin: null }));
    }
    if (group !== undefined) this.#last = group;
    return group;
  }
}

type Visitor = (group: GroupName, id: number, hostSide: number) => void;

/** Groups with at least `least` members, the largest first. */
export function gather(c: Connections, clock: Clock, limits: Set<string>, least: number, idleSeconds: number): Group[] {
  const { unasked } = surveyOf(c);
  if (unasked < least) return [];
  const groups = new Groups();
  const w = c.words;
  const isIpv6 = (id: number): boolean => (w[id * WORDS + Word.meta]! & Meta.ipv6) !== 0;
  const wordOf = (id: number, side: number): number => w[id * WORDS + Word.addressA + side]!;
  const each = (visit: Visitor): void => visitAll(c, clock, idleSeconds, visit);
  each((name, id, side) => {
    const group = groups.find(name, isIpv6(id), wordOf(id, side), true);
    if (group !== undefined) group.members++;
  });
  if (groups.full) limits.add('flood-hosts');
  const large = [...groups.map.values()].filter(({ members }) => members >= least);
  if (large.length > MAX_SUSPECTS) limits.add('flood-victims');
  const chosen = large.toSorted((a, b) => b.members - a.members).slice(0, MAX_SUSPECTS);
  if (chosen.length === 0) return [];
  for (const group of chosen) group.bin = new ColumnsBuilder(group.members);
  each((name, id, side) => {
    const bin = groups.find(name, isIpv6(id), wordOf(id, side), false)?.bin;
    if (bin) bin.add(w, id, kindOf(w, id), true, clock, side ^ 1);
  });
  addOthers(c, clock, groups);
  return chosen.map(({ name, ipv6, host, bin }) => ({ name, ipv6, host, columns: bin!.columns }));
}

const kindOf = (w: Int32Array, id: number): Attempt =>
  (w[id * WORDS + Word.meta]! & (Completeness.rst << Meta.completenessShift)) === 0
    ? Attempt.unanswered
    : Attempt.refused;

function visitAll(c: Connections, clock: Clock, idleSeconds: number, visit: Visitor): void {
  const { kinds } = surveyOf(c);
  const { records } = c.tracker.table;
  for (let id = 0; id < kinds.length; id++) {
    const what = (kinds[id]! >>> UNASKED_SHIFT) as Unasked;
    if (what === Unasked.none) continue;
    const sender = senderOf(records, id);
    switch (what) {
      case Unasked.ack:
        visit('ack', id, sender ^ 1);
        break;
      case Unasked.rst:
        visit('rst', id, sender ^ 1);
        break;
      case Unasked.fin:
        visit('fin', id, sender ^ 1);
        break;
      case Unasked.answer:
        visit('sent-answers', id, sender);
        visit('got-answers', id, sender ^ 1);
        break;
      case Unasked.idle:
        if (isIdle(c, clock, id, idleSeconds)) visit('idle', id, 1);
        break;
    }
  }
}

const CLOSED = (Completeness.fin | Completeness.rst) << Meta.completenessShift;

/** Open for so long without a byte: to its end, or to that of the capture. */
function isIdle(c: Connections, clock: Clock, id: number, seconds: number): boolean {
  const isOpen = (c.words[id * WORDS + Word.meta]! & CLOSED) === 0;
  return (isOpen ? clock.end : clock.last(id)) - clock.start(id) >= seconds;
}

/** Other handshakes that came up at hosts with idle ones: what is usual there. */
function addOthers(c: Connections, clock: Clock, groups: Groups): void {
  if (![...groups.map.values()].some(({ name, bin }) => name === 'idle' && bin !== null)) return;
  const { kinds } = surveyOf(c);
  const w = c.words;
  for (let id = 0; id < kinds.length; id++) {
    if ((kinds[id]! & ATTEMPT_BITS) !== Attempt.completed || kinds[id]! >>> UNASKED_SHIFT === Unasked.idle) continue;
    const ipv6 = (w[id * WORDS + Word.meta]! & Meta.ipv6) !== 0;
    const bin = groups.find('idle', ipv6, w[id * WORDS + Word.addressB]!, false)?.bin;
    if (bin) bin.add(w, id, Attempt.completed, false, clock, 0);
  }
}
