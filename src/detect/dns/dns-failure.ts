/** The one detector of DNS. It counts on the way what exchanges come to, and keeps none of them. */
import { rcodeName } from '../../app/dns/names.ts';
import type { Exchange } from '../../app/dns/exchange.ts';
import { type Claim, type Detector, type Finding, bySeverity, findingOf, framesFilter } from '../finding.ts';

export const dnsFailure: Omit<Detector, 'detect'> = {
  id: 'dns-failure',
  title: 'Names that could not be resolved',
  why: 'A resolver answered that it failed (SERVFAIL) or refuses, or did not answer at all. Whatever needed the name waits, and then fails. That a name does not exist (NXDOMAIN) is an answer, and not told here.',
  references: [
    { spec: 'RFC 1035', section: '4.1.1' },
    { spec: 'RFC 2308', section: '7' },
  ],
};

/** A stub resolver asks again after five seconds. */
const PATIENCE_SECONDS = 5;
/** SERVFAIL, NOTIMP, REFUSED. */
const failures: ReadonlySet<number> = new Set([2, 4, 5]);

/** Servers that something is told of, servers that are known to answer, and names that are counted, of all together. */
const MAX_FAILING = 10_000;
const MAX_ANSWERING = 100_000;
const MAX_NAMES = 500_000;
const MAX_FRAMES = 100;

/** Queries of one server that came to the same. */
interface Failed {
  readonly kind: string;
  readonly server: string;
  queries: number;
  retries: number;
  /** Of the one that was asked first: its index, and what was asked for. */
  first: number;
  name: string;
  readonly names: Set<string>;
  readonly frames: number[];
}

export class DnsFailures {
  readonly #groups = new Map<string, Failed>();
  readonly #answering = new Set<string>();
  #names = 0;
  limitReached = false;

  /**
   * Takes an exchange that nothing changes any more. `server`: address and port of the end that was asked; `now`:
   * seconds since 1970 up to which the capture was read: what was asked just before may still be answered.
   */
  add(exchange: Exchange, server: string, now: number): void {
    if (exchange.answer !== null) {
      if (this.#answering.size < MAX_ANSWERING) this.#answering.add(server);
      else this.limitReached ||= !this.#answering.has(server);
    }
    const kind = kindOf(exchange, now);
    if (kind === null) return;
    const group = this.#groupOf(kind, server);
    if (group !== null) this.#count(group, exchange);
  }

  findings(): Finding[] {
    const groups = [...this.#groups.values()].toSorted((a, b) => a.first - b.first);
    return bySeverity(groups.map((group) => findingOf(dnsFailure, claim(group, this.#answering.has(group.server)))));
  }

  #groupOf(kind: string, server: string): Failed | null {
    const key = `${kind} ${server}`;
    let group = this.#groups.get(key);
    if (group !== undefined) return group;
    if (this.#groups.size >= MAX_FAILING) {
      this.limitReached = true;
      return null;
    }
    group = { kind, server, queries: 0, retries: 0, first: Infinity, name: '', names: new Set(), frames: [] };
    this.#groups.set(key, group);
    return group;
  }

  #count(group: Failed, exchange: Exchange): void {
    const { queryAt, answerAt, resentCount, earlier, earlierCount } = exchange;
    group.queries++;
    group.retries += resentCount + earlierCount;
    const name = nameOf(exchange);
    if (exchange.index < group.first) Object.assign(group, { first: exchange.index, name });
    if (!group.names.has(name)) {
      if (this.#names++ < MAX_NAMES) group.names.add(name);
      else this.limitReached = true;
    }
    for (const frame of [...earlier, queryAt!.frame, ...(answerAt === null ? [] : [answerAt.frame])]) {
      if (group.frames.length < MAX_FRAMES) group.frames.push(frame);
    }
  }
}

const nameOf = ({ query }: Exchange): string => query!.questions[0]?.name ?? '?';

function kindOf({ protocol, query, queryAt, answer, isRepeated }: Exchange, now: number): string | null {
  // Many questions of mDNS and LLMNR are never answered, and nothing is wrong.
  if (protocol !== 'dns' || query === null) return null;
  if (answer !== null) return failures.has(answer.rcode) ? rcodeName(answer.rcode) : null;
  // What was asked again from another port comes to what that one comes to.
  return !isRepeated && now - queryAt!.seconds >= PATIENCE_SECONDS ? 'no answer' : null;
}

function claim({ kind, server, queries, retries, name, names, ...group }: Failed, answers: boolean): Claim {
  const frames = group.frames.toSorted((a, b) => a - b);
  const isSilent = kind === 'no answer';
  const more = names.size > 1 ? ` and ${names.size - 1} more` : '';
  return {
    severity: isSilent && !answers ? 'notice' : 'warning',
    confidence: isSilent && !answers ? 0.6 : 0.9,
    summary: `${server}  ${kind} to ${queries} ${queries === 1 ? 'query' : 'queries'} (${name}${more})`,
    frameCount: frames.length,
    frames,
    measured: { queries, names: names.size, retries, outcome: kind },
    unknowable: isSilent && !answers ? ['whether the capture sees answers at all: none of this server is in it'] : [],
    displayFilter: framesFilter(frames),
    about: `${kind} ${server}`,
  };
}
