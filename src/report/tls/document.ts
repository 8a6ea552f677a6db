/** The document of `tls`, but for its rows, which are made one at a time. */
import { lifeAtEnd } from '../../flow/life/life.ts';
import { alertName, alertReason } from '../../app/tls/alerts.ts';
import type { Certificate } from '../../app/tls/certificates.ts';
import { hashHex } from '../../app/crypto.ts';
import { whyNotDecrypted } from '../../app/tls/decryptable.ts';
import type { Alert, Handshake, Step } from '../../app/tls/handshake.ts';
import { groupName, signatureName, versionName } from '../../app/tls/names.ts';
import { tlsOutcome, turnOf } from '../../app/tls/outcome.ts';
import type { TlsConnection } from '../../app/tls/run.ts';
import { suiteName } from '../../app/tls/suites.ts';
import { type TrustStore, matchesName, validityAt } from '../../app/tls/trust.ts';
import type { Facts } from '../../detect/facts.ts';
import type { Finding } from '../../detect/finding.ts';
import { otherSide } from '../../stream/segment.ts';
import { heading, limitsReached } from '../documents.ts';
import { sideNames } from '../ladder/model.ts';
import { isoTime, secondsBetween } from '../times.ts';
import { clientHelloRow, serverHelloRow } from './hellos.ts';
import { statisticsOf } from './statistics.ts';
import type { AlertRow, CertificateRow, ChainRow, KeysRow, TlsDocument, TlsRow, TlsStep } from './model.ts';

const isOpen = (h: Handshake): boolean => h.decryption !== null && whyNotDecrypted(h) === null;

/** `keys`: how many were given; null for none. */
export function tlsDocument(
  facts: Facts,
  found: TlsRows,
  findings: readonly Finding[],
  keys: Omit<KeysRow, 'decrypted'> | null,
): TlsDocument {
  const handshakes = countedOf(facts, found).map(({ handshake }) => handshake);
  return {
    ...heading(facts),
    limitsReached: limitsReached(facts),
    statistics: statisticsOf(handshakes),
    keys: keys && { ...keys, decrypted: handshakes.filter(isOpen).length },
    findings,
  };
}

export interface TlsRows {
  readonly connections: readonly TlsConnection[];
  readonly trust: TrustStore;
}

/** Connections with frames that take part, in their order. */
const countedOf = (facts: Facts, { connections }: TlsRows): readonly TlsConnection[] =>
  connections.filter(({ id }) => facts.connections.isCounted(id)).toSorted((a, b) => a.id - b.id);

/** In order of connections. */
export function* tlsRows(facts: Facts, found: TlsRows): Generator<TlsRow> {
  for (const each of countedOf(facts, found)) yield tlsRow(facts, each, found.trust);
}

/** What a table does not show is made when it is asked for. */
function tlsRow({ connections: c }: Facts, { id, handshake: h }: TlsConnection, trust: TrustStore): TlsRow {
  const [first] = h.steps;
  const end = h.isComplete ? lastOfHandshake(h) : h.steps.at(-1);
  const seconds = first?.seconds ?? 0;
  const chain = h.certificates[otherSide(h.client)];
  return {
    connection: `${c.isUdp(id) ? 'udp' : 'tcp'}:${c.indexes()[id]!}`,
    originator: { address: c.address(id, 0), port: c.port(id, 0) },
    responder: { address: c.address(id, 1), port: c.port(id, 1) },
    client: sideNames[h.client],
    startTime: first === undefined ? null : isoTime(first.seconds, first.nanoseconds),
    durationSeconds:
      first === undefined || end === undefined
        ? null
        : secondsBetween(first.seconds, first.nanoseconds, end.seconds, end.nanoseconds),
    version: h.version === null ? null : versionName(h.version),
    cipher: h.suite === null ? null : suiteName(h.suite),
    group: groupOf(h),
    serverName: h.clientHello?.serverName ?? null,
    alpn: h.alpn,
    ja3: h.ja3,
    ja3s: h.ja3s,
    ja4: h.ja4,
    resumed: h.resumption !== null,
    resumption: h.resumption,
    helloRetry: h.retry !== null,
    earlyData: h.earlyData,
    roundTrips: h.roundTrips,
    outcome: tlsOutcome(h),
    stopped: stoppedOf(c, id, h),
    get steps() {
      return h.steps.map(stepRow);
    },
    stepCount: h.stepCount,
    get clientHello() {
      return h.clientHello && clientHelloRow(h.clientHello);
    },
    get serverHello() {
      return h.serverHello && serverHelloRow(h.serverHello);
    },
    keyExchange: h.keyExchange && {
      dhBits: h.keyExchange.dhBits,
      signature: h.keyExchange.signature === null ? null : signatureName(h.keyExchange.signature),
    },
    get certificates() {
      return chain.map((each) => certificateRow(each, seconds));
    },
    get clientCertificates() {
      return h.certificates[h.client].map((each) => certificateRow(each, seconds));
    },
    get chain() {
      return chain.length === 0 ? null : chainRow(chain, h, trust);
    },
    alerts: h.alerts.map(alertRow),
    anomalies: h.anomalies.map(({ id: anomaly, side, frame }) => ({ id: anomaly, side: sideNames[side], frame })),
    notDecrypted: whyNotDecrypted(h),
    decryption: h.decryption && {
      source: h.decryption.source,
      originatorBytes: h.decryption.bytes[0],
      responderBytes: h.decryption.bytes[1],
      originatorFinished: h.decryption.finished[0],
      responderFinished: h.decryption.finished[1],
      failedRecords: h.decryption.failed,
    },
  };
}

/** The second Finished: tickets, key updates, alerts and renegotiations may come long after. */
function lastOfHandshake({ steps }: Handshake): Step | undefined {
  const finished = steps.filter(({ message }) => message.endsWith('Finished'));
  return finished.find(({ side }) => side !== finished[0]!.side) ?? finished.at(-1);
}

function groupOf({ keyExchange, serverHello }: Handshake): string | null {
  const group = serverHello?.group ?? keyExchange?.group ?? null;
  return group === null ? null : groupName(group);
}

function stoppedOf(c: Facts['connections'], id: number, h: Handshake): TlsRow['stopped'] {
  const outcome = tlsOutcome(h);
  if (outcome === 'complete') return null;
  // Nobody knows whose turn it was where the capture lacks a part.
  const turn = outcome === 'partial' ? null : turnOf(h);
  const close = lifeAtEnd(c, id)?.close;
  return {
    after: h.steps.findLast(({ message }) => message !== 'alert')?.message ?? null,
    waitingFor: turn === null ? null : sideNames[turn],
    tcp: close?.shape ?? null,
    tcpBy: close === undefined || close.initiator === null ? null : sideNames[close.initiator],
  };
}

const stepRow = ({ message, side, frame, seconds, nanoseconds, encrypted }: Step): TlsStep => ({
  message,
  side: sideNames[side],
  frame,
  time: isoTime(seconds, nanoseconds),
  encrypted,
});

function certificateRow(certificate: Certificate, seconds: number): CertificateRow {
  const { facts, sha256, der, isSelfSigned } = certificate;
  return {
    subject: facts.subject,
    issuer: facts.issuer,
    serial: facts.serial,
    notBefore: facts.notBefore === null ? null : isoTime(facts.notBefore, 0),
    notAfter: facts.notAfter === null ? null : isoTime(facts.notAfter, 0),
    keyType: facts.keyType,
    keyBits: facts.keyBits,
    curve: facts.curve,
    signature: facts.signature,
    sans: facts.sans,
    isCa: facts.isCa,
    selfSigned: isSelfSigned,
    sha256,
    sha1: hashHex('sha1', der),
    bytes: der.length,
    validity: validityAt(certificate, seconds),
    anomalies: facts.anomalies,
  };
}

function chainRow(chain: readonly Certificate[], { clientHello }: Handshake, trust: TrustStore): ChainRow {
  const { verdict, inOrder, path } = trust.judge(chain);
  return {
    verdict,
    inOrder,
    matchesName: matchesName(chain[0]!, clientHello?.serverName ?? null),
    path: path.map(({ facts }) => facts.subject),
  };
}

const alertRow = ({ side, frame, seconds, nanoseconds, level, description }: Alert): AlertRow => ({
  side: sideNames[side],
  frame,
  time: isoTime(seconds, nanoseconds),
  level: level === null ? null : level === 1 ? 'warning' : 'fatal',
  description: description === null ? null : alertName(description),
  why: description === null ? null : alertReason(description),
});
