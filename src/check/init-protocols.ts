/** Rules of a first policy about HTTP, TLS, SSH, WebSocket and DNS: what all rows of the capture have in common. */
import { versionNames } from '../app/tls/names.ts';
import type { QueryRow } from '../report/dns/document.ts';
import type { TransactionRow } from '../report/http/model.ts';
import type { SshRow } from '../report/ssh/model.ts';
import type { TlsRow } from '../report/tls/model.ts';
import type { WebSocketRow } from '../report/websocket/document.ts';

/** Each is read once. */
export interface ProtocolRows {
  readonly http: Iterable<TransactionRow>;
  readonly tls: Iterable<TlsRow>;
  readonly ssh: Iterable<SshRow>;
  readonly dns: Iterable<QueryRow>;
  readonly websocket: Iterable<WebSocketRow>;
}

/** Longer lists say nothing to a reader, and those of a hostile capture have no end. */
export const MAX_LISTED = 40;

export const protocolRules = (rows: ProtocolRows): string[] => [
  ...httpRules(rows.http),
  ...tlsRules(rows.tls),
  ...sshRules(rows.ssh),
  ...dnsRules(rows.dns),
  ...webSocketRules(rows.websocket),
];

function* httpRules(rows: Iterable<TransactionRow>): Generator<string> {
  let count = 0;
  let unanswered = 0;
  let errors = 0;
  for (const { status } of rows) {
    count++;
    if (status === null) unanswered++;
    else if (status >= 500) errors++;
  }
  if (count === 0) return;
  const what = `# There ${count === 1 ? 'was 1 HTTP request' : `were ${count} HTTP requests`}; encrypted ones are not among them.`;
  if (unanswered === 0) yield* rule(what, 'HTTP requests are answered', 'http', 'every: {status: {present: true}}');
  if (errors === 0) yield* rule(what, 'no server errors', 'http', 'none: {status: {atLeast: 500}}');
}

function* tlsRules(rows: Iterable<TlsRow>): Generator<string> {
  const versions = new Few();
  const ciphers = new Few();
  const outcomes = new Few();
  for (const { version, cipher, outcome } of rows) {
    versions.add(version);
    ciphers.add(cipher);
    outcomes.add(outcome);
  }
  const known = versionNames.filter((name) => versions.has(name));
  if (known.length > 0 && versions.words.every((word) => word === null || versionNames.includes(word))) {
    const why =
      '# No older version than those in the capture; handshakes that failed before one was chosen do not count.';
    const test = `every: {version: {atLeast: ${known[0]!}}}`;
    yield* rule(why, 'TLS versions', 'tls', test, 'where: {version: {present: true}}');
  }
  if (outcomes.size > 0) yield* listRule('# How handshakes may end.', 'TLS outcomes', 'tls', 'outcome', outcomes);
  if (ciphers.size > 0) yield* listRule('# Cipher suites that were chosen.', 'TLS ciphers', 'tls', 'cipher', ciphers);
}

function* sshRules(rows: Iterable<SshRow>): Generator<string> {
  const outcomes = new Few();
  const keys = new Few();
  for (const { outcome, hostKey } of rows) {
    outcomes.add(outcome);
    keys.add(hostKey?.sha256 ?? null);
  }
  if (outcomes.size === 0) return;
  yield* listRule('# How far sessions may get.', 'SSH outcomes', 'ssh', 'outcome', outcomes);
  if (keys.has(null)) return;
  const why = '# Host keys; hostKey.knownHosts holds them against a known_hosts file instead.';
  yield* listRule(why, 'SSH host keys', 'ssh', 'hostKey.sha256', keys);
}

function* dnsRules(rows: Iterable<QueryRow>): Generator<string> {
  const codes = new Few();
  for (const { rcode } of rows) codes.add(rcode);
  if (codes.size > 0) yield* listRule('# Answers of DNS; null: none came.', 'DNS answers', 'dns', 'rcode', codes);
}

function* webSocketRules(rows: Iterable<WebSocketRow>): Generator<string> {
  let count = 0;
  for (const { problems } of rows) {
    if (problems.length > 0) return;
    count++;
  }
  if (count === 0) return;
  const why = '# Frames that break RFC 6455 have problems.';
  yield* rule(why, 'sound WebSocket messages', 'websocket', 'none: {problems: {present: true}}');
}

/** Different words, as long as there are few. */
class Few {
  readonly #words = new Set<string | null>();

  add(word: string | null): void {
    if (this.#words.size <= MAX_LISTED) this.#words.add(word);
  }

  has(word: string | null): boolean {
    return this.#words.has(word);
  }

  get size(): number {
    return this.#words.size;
  }

  get words(): (string | null)[] {
    return [...this.#words];
  }
}

function* listRule(why: string, name: string, over: string, field: string, few: Few): Generator<string> {
  if (few.size > MAX_LISTED) return;
  const words = few.words.map(scalar).toSorted();
  yield* rule(why, name, over, `every: {${field}: [${words.join(', ')}]}`);
}

/** Words as YAML reads them back. */
const scalar = (word: string | null): string =>
  word === null || /^[A-Za-z][A-Za-z_-]*(?: ?[\w.]+)*$/.test(word) ? String(word) : JSON.stringify(word);

const rule = (why: string, name: string, over: string, test: string, where?: string): string[] => [
  '',
  `  ${why}`,
  `  - name: ${name}`,
  `    over: ${over}`,
  ...(where === undefined ? [] : [`    ${where}`]),
  `    ${test}`,
];
