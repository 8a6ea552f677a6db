/** Findings about SSH servers: what the same server does in many sessions is told once. */
import type { SshConnection } from '../app/ssh/run.ts';
import type { Session } from '../app/ssh/session.ts';
import { MAX_EVIDENCE_FRAMES } from '../flow/limits.ts';
import { otherSide } from '../stream/segment.ts';
import type { Facts } from './facts.ts';
import { type Claim, type Severity, framesFilter } from './finding.ts';
import { plural, socketText } from './groups.ts';

export interface SshVerdict {
  readonly severity: Severity;
  readonly confidence: number;
  /** Sessions of a server with the same words are one finding. */
  readonly text: string;
  readonly frame: number;
  readonly measured?: Record<string, number | string>;
  readonly against?: readonly string[];
  readonly unknowable?: readonly string[];
}

interface Group {
  readonly id: number;
  readonly server: string;
  readonly verdict: SshVerdict;
  readonly frames: number[];
  count: number;
}

export function* sshClaims(facts: Facts, judge: (connection: SshConnection) => SshVerdict | null): Generator<Claim> {
  const { ssh, connections: c } = facts;
  const groups = new Map<string, Group>();
  for (const connection of ssh?.connections ?? []) {
    const { id, session } = connection;
    const judged = c.isCounted(id) ? judge(connection) : null;
    if (judged === null) continue;
    const verdict = { ...judged, text: short(judged.text) };
    const server = socketText(c, id, otherSide(session.client));
    const key = `${server} ${verdict.text}`;
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { id, server, verdict, frames: [], count: 0 }));
    group.count++;
    if (group.frames.length < MAX_EVIDENCE_FRAMES) group.frames.push(verdict.frame);
  }
  for (const { id, server, verdict, frames, count } of groups.values()) {
    yield {
      severity: verdict.severity,
      confidence: verdict.confidence,
      ...(count === 1 ? { connection: `tcp:${c.indexes()[id]!}` } : {}),
      summary: `${server}  ${verdict.text}${count === 1 ? '' : `, ${plural(count, 'session')}`}`,
      frameCount: count,
      frames,
      measured: { sessions: count, ...verdict.measured },
      against: [...(verdict.against ?? [])],
      unknowable: [...(verdict.unknowable ?? [])],
      displayFilter: framesFilter(frames),
      about: `${server} ${verdict.text}`,
    };
  }
}

/** Names in packets may be as long as packets. */
const MAX_TEXT = 400;
const short = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text);

/** The frame of a message; of the first one where that was not seen. */
export function sshFrameOf({ steps }: Session, message: RegExp): number {
  return (steps.find((step) => message.test(step.message)) ?? steps[0])?.frame ?? 1;
}
