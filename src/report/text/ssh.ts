/** SSH sessions for people: a row each, or their steps; and what is to be said of them. */
import { forTerminal } from '../sanitize.ts';
import type { SshDocument, SshRow } from '../ssh/model.ts';
import * as say from './format.ts';
import { type RowsTextOptions, rowsText } from './rows-text.ts';
import type { Style } from './style.ts';
import type { Column } from './table.ts';

/** `OpenSSH_9.2p1`: what stands behind the version of the protocol. */
const software = (banner: string | null): string => (banner ?? '').replace(/^SSH-(2\.0|1\.99)-/, '');

/** What lengths tell; a question mark says so. */
export function authText({ auth, outcome }: SshRow): string {
  if (outcome !== 'encrypted') return outcome;
  if (auth === null) return 'encrypted';
  const failed = auth.failures === 0 ? '' : `, ${auth.failures} refused`;
  if (auth.outcome === 'success') return `in by ${auth.method}${failed}, ${auth.activity}?`;
  return auth.outcome === 'failure' ? `${auth.failures} refused?` : 'encrypted';
}

function hostKeyText({ hostKey }: SshRow): string {
  if (hostKey === null) return '';
  const known = hostKey.knownHosts === null ? '' : ` ${hostKey.knownHosts.toUpperCase()}`;
  return `${hostKey.type.replace(/^(ssh|ecdsa-sha2)-/, '')}${known}`;
}

const columns: readonly Column<SshRow>[] = [
  { title: 'id', width: 8, text: (row) => row.connection },
  { title: 'client', width: 15, gives: true, text: (row) => row.originator.address },
  { title: 'server', width: 18, gives: true, text: ({ responder }) => say.endpoint(responder.address, responder.port) },
  { title: 'client software', width: 14, drop: 2, gives: true, text: (row) => software(row.banners.originator) },
  { title: 'server software', width: 14, drop: 1, gives: true, text: (row) => software(row.banners.responder) },
  { title: 'kex', width: 10, drop: 3, gives: true, text: (row) => row.algorithms?.kex ?? '' },
  { title: 'cipher', width: 10, drop: 4, gives: true, text: (row) => row.algorithms?.cipher.toServer ?? '' },
  { title: 'host key', width: 10, text: hostKeyText },
  { title: 'outcome', width: 12, text: authText },
];

export const sshText = (
  rows: Iterable<SshRow>,
  { knownHosts, findings }: SshDocument,
  options: RowsTextOptions,
): Generator<string> => {
  const unreadable = knownHosts?.unreadable ?? 0;
  const lines = unreadable === 1 ? '1 line' : `${say.count(unreadable)} lines`;
  const summary = unreadable === 0 ? [] : [`\n${lines} of known_hosts cannot be read and are left out\n`];
  return rowsText(rows, findings, { columns, fullText, none: 'no SSH in this capture', summary }, options);
};

/** What both directions use, once where it is the same. */
const both = ({ toServer, toClient }: { toServer: string | null; toClient: string | null }): string =>
  forTerminal(
    toServer === toClient
      ? (toServer ?? 'nothing in common')
      : `${toServer ?? 'nothing'} out, ${toClient ?? 'nothing'} back`,
  );

function* fullText(row: SshRow, style: Style): Generator<string> {
  const { originator, responder } = row;
  const ends = `${say.endpoint(originator.address, originator.port)} > ${say.endpoint(responder.address, responder.port)}`;
  yield `${style.strong(row.connection)}  ${ends}   ${authText(row)}\n`;
  yield* agreedLines(row);
  yield '\n';
  for (const { message, side, frame } of row.steps) {
    const name = forTerminal(message);
    const arrow = side === 'originator' ? `--- ${name} `.padEnd(34, '-') + '>' : '<' + ` ${name} ---`.padStart(34, '-');
    yield `  ${String(frame).padStart(7)}  ${arrow}\n`;
  }
  if (row.disconnect !== null) yield `  ${row.disconnect.side} disconnected: ${forTerminal(row.disconnect.text)}\n`;
  yield '\n';
}

/** Names, algorithms, the host key and fingerprints. */
export function* agreedLines(row: SshRow): Generator<string> {
  const { algorithms: a, hostKey } = row;
  yield `  ${forTerminal(row.banners.originator ?? '-')}  |  ${forTerminal(row.banners.responder ?? '-')}\n`;
  if (a !== null) {
    yield `  kex ${forTerminal(a.kex ?? 'nothing in common')}  host key ${forTerminal(a.hostKey ?? 'nothing in common')}${row.strictKex ? '  strict' : ''}\n`;
    yield `  cipher ${both(a.cipher)}  mac ${both(a.mac)}  compression ${both(a.compression)}\n`;
  }
  if (hostKey !== null) {
    const known = hostKey.knownHosts === null ? '' : `  known_hosts: ${hostKey.knownHosts}`;
    yield `  ${hostKey.bits ?? '?'} ${hostKey.sha256} (${forTerminal(hostKey.type)})${known}\n  ${hostKey.md5}\n`;
    for (const expected of hostKey.expected) yield `  expected ${expected}\n`;
  }
  yield `  HASSH ${row.hassh ?? '-'}  HASSHServer ${row.hasshServer ?? '-'}\n`;
}
