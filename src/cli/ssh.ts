/** `ssh`: one row a session: software, algorithms, host keys, and what lengths say of logins. */
import { type Service, services } from '../app/identify.ts';
import { MAX_KNOWN_HOSTS_BYTES } from '../app/ssh/limits.ts';
import { KnownHosts } from '../app/ssh/known-hosts.ts';
import { SshConnections } from '../app/ssh/run.ts';
import type { Analysis } from '../analysis.ts';
import { detectAll } from '../detect/index.ts';
import { sshDetectors } from '../detect/tls-and-ssh.ts';
import type { Finding } from '../detect/finding.ts';
import { forTerminal } from '../report/sanitize.ts';
import { type SshRows, sshDocument, sshRows } from '../report/ssh/document.ts';
import { ServiceTap } from '../stream/service-tap.ts';
import { UsageError } from './exit-codes.ts';
import type { CommonOptions } from './options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';
import { readText } from './tls-keys.ts';
import { type Layout, writeRows } from './write-rows.ts';

export interface RawSshOptions {
  full?: true;
  knownHosts?: string;
}

interface SshOptions {
  readonly full: boolean;
  readonly knownHosts: KnownHosts | null;
}

export function sshOptions(raw: RawSshOptions): SshOptions {
  return { full: raw.full === true, knownHosts: readKnownHosts(raw.knownHosts) };
}

/** Null where no file is named. Throws UsageError. */
export function readKnownHosts(path: string | undefined): KnownHosts | null {
  if (path === undefined) return null;
  const text = readText('--known-hosts', path);
  if (text.length > MAX_KNOWN_HOSTS_BYTES) {
    throw new UsageError(`--known-hosts ${forTerminal(path)}: longer than ${MAX_KNOWN_HOSTS_BYTES} bytes`);
  }
  return new KnownHosts(text);
}

/** SSH itself, what a proxy's answer or a request may come before, and what the first payload does not tell. */
const mayBecomeSsh: readonly (Service | '')[] = ['ssh', 'http', ''];

export function runSsh(options: CommonOptions & SshOptions): Promise<number> {
  const run = new SshConnections();
  const tap = new ServiceTap(
    mayBecomeSsh.map((name) => services.indexOf(name)),
    (_, id) => run.conversation(id),
  );
  return runOnCaptures({ ...options, observer: tap }, async (analysis, output) => {
    tap.finish();
    const reached = [
      ...run.limits,
      ...(tap.budget.limitReached ? ['held-bytes'] : []),
      ...(tap.unfollowed > 0 ? ['followed-connections'] : []),
    ];
    for (const limit of reached) analysis.facts.limits.add(limit);
    return writeSsh(analysis, { connections: run.found, knownHosts: options.knownHosts }, output, options);
  });
}

const columns = [
  'connection',
  'originator.address',
  'originator.port',
  'responder.address',
  'responder.port',
  'startTime',
  'outcome',
  'banners.originator',
  'banners.responder',
  'algorithms.kex',
  'algorithms.hostKey',
  'algorithms.cipher.toServer',
  'algorithms.cipher.toClient',
  'algorithms.mac.toServer',
  'algorithms.mac.toClient',
  'hostKey.type',
  'hostKey.bits',
  'hostKey.sha256',
  'hostKey.knownHosts',
  'hassh',
  'hasshServer',
  'auth.outcome',
  'auth.method',
  'auth.failures',
  'auth.activity',
];

async function writeSsh(
  { facts }: Analysis,
  found: SshRows,
  output: Output,
  options: CommonOptions & SshOptions,
): Promise<readonly Finding[]> {
  const findings = detectAll({ ...facts, ssh: found }, sshDetectors);
  const rows = sshRows(facts, found);
  const doc = sshDocument(facts, found, findings);
  const text = async (layout: Layout): Promise<Iterable<string>> => {
    const { sshText } = await import('../report/text/ssh.ts');
    return sshText(rows, doc, { ...layout, full: options.full });
  };
  await writeRows({ doc, key: 'sessions', type: 'session', rows, columns, text }, output, options);
  return findings;
}
