/** `tls`: one row a handshake, with its steps, certificates and findings. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Decryptor, type Keys } from '../app/tls/decryptor.ts';
import { nodeRoots } from '../app/tls/node-roots.ts';
import { TlsConnections } from '../app/tls/run.ts';
import { TrustStore, certificatesOfPem, pemOf } from '../app/tls/trust.ts';
import type { Analysis } from '../analysis.ts';
import { detectAll } from '../detect/index.ts';
import { tlsDetectors } from '../detect/tls-and-ssh.ts';
import type { Finding } from '../detect/finding.ts';
import { Observers } from '../flow/observers.ts';
import { type NameOf, namedEnd, namedFindings } from '../report/naming.ts';
import { forTerminal } from '../report/sanitize.ts';
import { tlsDocument, tlsRows } from '../report/tls/document.ts';
import type { TlsRow } from '../report/tls/model.ts';
import { DnsRun } from './dns-run.ts';
import { OutputError, UsageError } from './exit-codes.ts';
import { makeFolder } from './make-folder.ts';
import type { CommonOptions } from './options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';
import { type RawKeyOptions, readKeys, readText } from './tls-keys.ts';
import { TlsRun } from './tls-run.ts';
import { type Layout, writeRows } from './write-rows.ts';

export interface RawTlsOptions extends RawKeyOptions {
  full?: true;
  ca?: string;
  certs?: string;
  names?: true;
}

interface TlsOptions {
  readonly full: boolean;
  readonly trust: TrustStore;
  readonly keys: Keys;
  /** Folder that certificates are written to. */
  readonly certs: string | undefined;
  /** Text has the names that DNS answers in the capture gave to addresses. */
  readonly names: boolean;
}

export function tlsOptions(raw: RawTlsOptions): TlsOptions {
  return {
    full: raw.full === true,
    trust: readRoots(raw.ca),
    keys: readKeys(raw),
    certs: raw.certs,
    names: raw.names === true,
  };
}

/** Throws UsageError. Without a file, the roots that come with Node. */
export function readRoots(path: string | undefined): TrustStore {
  const text = path === undefined ? nodeRoots() : readText('--ca', path);
  const roots = certificatesOfPem(text);
  if (roots.length === 0) throw new UsageError(`--ca ${forTerminal(path ?? '')}: no certificate in PEM`);
  return new TrustStore(roots);
}

export function runTls(options: CommonOptions & TlsOptions): Promise<number> {
  const { keys } = options;
  const tls = new TlsConnections((_, handshake) =>
    keys.log.isEmpty && keys.rsa.length === 0 ? null : new Decryptor(handshake, keys, null),
  );
  const run = new TlsRun(tls);
  const dns = options.names ? new DnsRun() : null;
  const observer = dns === null ? run.observer : new Observers(run.observer, dns.observer);
  return runOnCaptures(
    { ...options, observer, onOpen: ({ secrets }) => keys.log.watch(secrets) },
    async (analysis, output) => {
      for (const limit of dns?.finish() ?? []) analysis.facts.limits.add(limit);
      const reached = [...run.finish(), ...tls.limits, ...(keys.log.limitReached ? ['key-log'] : [])];
      for (const limit of reached) analysis.facts.limits.add(limit);
      if (options.certs !== undefined) writeCertificates(options.certs, tls);
      return writeTls(analysis, tls, output, { ...options, nameOf: dns?.names() ?? null });
    },
  );
}

/** One file a certificate, named by its SHA-256. What is there already stays as it is. */
function writeCertificates(folder: string, { store }: TlsConnections): void {
  try {
    makeFolder(folder);
    for (const each of store.all()) {
      const path = join(folder, `${each.sha256}.pem`);
      if (!existsSync(path)) writeFileSync(path, pemOf(each), { flag: 'wx' });
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new OutputError(`--certs ${forTerminal(folder)}: cannot be written (${code})`);
  }
}

const columns = [
  'connection',
  'originator.address',
  'originator.port',
  'responder.address',
  'responder.port',
  'client',
  'startTime',
  'durationSeconds',
  'version',
  'cipher',
  'group',
  'serverName',
  'alpn',
  'ja3',
  'ja3s',
  'ja4',
  'resumption',
  'helloRetry',
  'roundTrips',
  'outcome',
  'stopped.after',
  'stopped.waitingFor',
  'chain.verdict',
  'chain.matchesName',
];

async function writeTls(
  { facts }: Analysis,
  run: TlsConnections,
  output: Output,
  options: CommonOptions & TlsOptions & { readonly nameOf: NameOf | null },
): Promise<readonly Finding[]> {
  const found = { connections: run.found, trust: options.trust };
  const findings = detectAll({ ...facts, tls: found }, tlsDetectors);
  const rows = tlsRows(facts, found);
  const { given, log, rsa } = options.keys;
  const hasKeys = given || !log.isEmpty;
  const doc = tlsDocument(facts, found, findings, hasKeys ? { secrets: log.size, rsaKeys: rsa.length } : null);
  const text = async (layout: Layout): Promise<Iterable<string>> => {
    const { tlsText } = await import('../report/text/tls.ts');
    const how = { ...layout, full: options.full };
    const { nameOf } = options;
    if (nameOf === null) return tlsText(rows, doc, how);
    return tlsText(namedRows(rows, nameOf), { ...doc, findings: namedFindings(findings, nameOf) }, how);
  };
  await writeRows({ doc, key: 'handshakes', type: 'handshake', rows, columns, text }, output, options);
  return findings;
}

function* namedRows(rows: Iterable<TlsRow>, nameOf: NameOf): Generator<TlsRow> {
  for (const row of rows) {
    yield { ...row, originator: namedEnd(row.originator, nameOf), responder: namedEnd(row.responder, nameOf) };
  }
}
