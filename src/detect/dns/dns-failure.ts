/** The one detector of DNS. */
import { rcodeName } from '../../app/dns/names.ts';
import type { Exchange } from '../../app/dns/pairing.ts';
import { type Claim, type Detector, type Finding, bySeverity, findingOf, framesFilter } from '../finding.ts';

/** Exchanges of one run. */
export interface DnsFacts {
  readonly exchanges: readonly Exchange[];
  /** Address of the end that was asked. */
  readonly serverOf: (exchange: Exchange) => string;
  /** Seconds since 1970 of the last frame: what was asked just before may still be answered. */
  readonly captureEnd: number;
}

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
export const dnsFailures: ReadonlySet<number> = new Set([2, 4, 5]);

function kindOf({ protocol, query, queryAt, answer }: Exchange, captureEnd: number): string | null {
  // Many questions of mDNS and LLMNR are never answered, and nothing is wrong.
  if (protocol !== 'dns' || query === null) return null;
  if (answer !== null) return dnsFailures.has(answer.rcode) ? rcodeName(answer.rcode) : null;
  return captureEnd - queryAt!.seconds >= PATIENCE_SECONDS ? 'no answer' : null;
}

export function detectDns({ exchanges, serverOf, captureEnd }: DnsFacts): Finding[] {
  const groups = new Map<string, { kind: string; server: string; all: Exchange[] }>();
  const answering = new Set<string>();
  for (const exchange of exchanges) {
    const server = serverOf(exchange);
    if (exchange.answer !== null) answering.add(server);
    const kind = kindOf(exchange, captureEnd);
    if (kind === null) continue;
    const key = `${kind} ${server}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { kind, server, all: [exchange] });
    else group.all.push(exchange);
  }
  return bySeverity(
    [...groups.values()].map(({ kind, server, all }) =>
      findingOf(dnsFailure, claim(kind, server, all, answering.has(server))),
    ),
  );
}

function claim(kind: string, server: string, all: readonly Exchange[], answers: boolean): Claim {
  const names = [...new Set(all.map(({ query }) => query!.questions[0]?.name ?? '?'))];
  const frames = all
    .flatMap(({ queryAt, answerAt }) => [queryAt!.frame, ...(answerAt === null ? [] : [answerAt.frame])])
    .slice(0, 100);
  const retries = all.reduce((sum, { resentCount }) => sum + resentCount, 0);
  const isSilent = kind === 'no answer';
  const more = names.length > 1 ? ` and ${names.length - 1} more` : '';
  return {
    severity: isSilent && !answers ? 'notice' : 'warning',
    confidence: isSilent && !answers ? 0.6 : 0.9,
    summary: `${server}  ${kind} to ${all.length} ${all.length === 1 ? 'query' : 'queries'} (${names[0]!}${more})`,
    frameCount: frames.length,
    frames,
    measured: { queries: all.length, names: names.length, retries, outcome: kind },
    unknowable: isSilent && !answers ? ['whether the capture sees answers at all: none of this server is in it'] : [],
    displayFilter: framesFilter(frames),
    about: `${kind} ${server}`,
  };
}
