/** The document of `synoptic tls --json`. */
import { certificateAnomalies } from '../../app/tls/certificate-facts.ts';
import { type Resumption, tlsAnomalies } from '../../app/tls/handshake.ts';
import { MAX_ALERTS, MAX_CHAIN, MAX_LIST, MAX_STEPS } from '../../app/tls/limits.ts';
import { tlsOutcomes } from '../../app/tls/outcome.ts';
import { type Validity, chainVerdicts } from '../../app/tls/trust.ts';
import { shapes } from '../../flow/life/close.ts';
import { sideNames } from '../ladder/model.ts';
import { MAX_TOP } from '../tls/statistics.ts';
import { connectionId, finding, heading, headingDefinitions } from './definitions.ts';
import {
  type Schema,
  arrayOf,
  count,
  flag,
  frameNumber,
  membersOf,
  object,
  oneOf,
  orNull,
  port,
  ref,
  seconds,
  text,
  whole,
} from './parts.ts';

const side = oneOf(sideNames);
const end = object({ address: text, port });
const hex = (digits: number): Schema => ({ type: 'string', pattern: `^[0-9a-f]{${digits}}$` });
const anyHex: Schema = { type: 'string', pattern: '^([0-9a-f]{2})*$' };
const names = arrayOf(text, { maxItems: MAX_LIST });
const time = orNull(ref('time'));
const downgrade = orNull(oneOf(['TLS 1.2', 'TLS 1.1']));
const resumptions = membersOf<Resumption>({ 'session-id': true, ticket: true, psk: true });
const validities = membersOf<Validity>({ valid: true, expired: true, 'not-yet-valid': true, unknown: true });

const clientHello = object({
  version: text,
  random: anyHex,
  sessionId: anyHex,
  versions: names,
  suites: names,
  compressions: arrayOf(count, { maxItems: MAX_LIST }),
  extensions: names,
  groups: names,
  pointFormats: arrayOf(count, { maxItems: MAX_LIST }),
  signatureAlgorithms: names,
  keyShares: names,
  alpn: names,
  pskModes: arrayOf(count, { maxItems: MAX_LIST }),
  pskIdentities: count,
  earlyData: flag,
  ticketBytes: orNull(count),
  encryptedClientHello: orNull(oneOf(['outer', 'inner'])),
  grease: flag,
  ssl2: flag,
});

const serverHello = object({
  legacyVersion: text,
  random: anyHex,
  sessionId: anyHex,
  compression: count,
  extensions: names,
  downgrade,
});

const certificate = object({
  subject: text,
  issuer: text,
  serial: { type: 'string', pattern: '^([0-9A-F]{2})*$' },
  notBefore: time,
  notAfter: time,
  keyType: text,
  keyBits: orNull(count),
  curve: orNull(text),
  signature: text,
  sans: arrayOf(text),
  isCa: orNull(flag),
  selfSigned: flag,
  sha256: hex(64),
  sha1: hex(40),
  bytes: count,
  validity: oneOf(validities),
  anomalies: arrayOf(oneOf(certificateAnomalies), { uniqueItems: true }),
});

export const handshake = object({
  connection: connectionId,
  originator: end,
  responder: end,
  client: side,
  startTime: time,
  durationSeconds: orNull(seconds),
  version: orNull(text),
  cipher: orNull(text),
  group: orNull(text),
  serverName: orNull(text),
  alpn: orNull(text),
  ja3: orNull(hex(32)),
  ja3s: orNull(hex(32)),
  ja4: orNull(text),
  resumed: flag,
  resumption: orNull(oneOf(resumptions)),
  helloRetry: flag,
  earlyData: orNull(flag),
  roundTrips: count,
  outcome: oneOf(tlsOutcomes),
  stopped: orNull(
    object({ after: orNull(text), waitingFor: orNull(side), tcp: orNull(oneOf(shapes)), tcpBy: orNull(side) }),
  ),
  steps: arrayOf(object({ message: text, side, frame: frameNumber, time, encrypted: flag }), { maxItems: MAX_STEPS }),
  stepCount: count,
  clientHello: orNull(clientHello),
  serverHello: orNull(serverHello),
  keyExchange: orNull(object({ dhBits: orNull(count), signature: orNull(text) })),
  certificates: arrayOf(certificate, { maxItems: MAX_CHAIN }),
  clientCertificates: arrayOf(certificate, { maxItems: MAX_CHAIN }),
  chain: orNull(
    object({ verdict: oneOf(chainVerdicts), inOrder: flag, matchesName: orNull(flag), path: arrayOf(text) }),
  ),
  alerts: arrayOf(
    object({
      side,
      frame: frameNumber,
      time,
      level: orNull(oneOf(['warning', 'fatal'])),
      description: orNull(text),
      why: orNull(text),
    }),
    { maxItems: MAX_ALERTS },
  ),
  anomalies: arrayOf(object({ id: oneOf(tlsAnomalies), side, frame: frameNumber }), { maxItems: MAX_ALERTS }),
  notDecrypted: orNull(text),
  decryption: orNull(
    object({
      source: oneOf(['key-log', 'rsa-key']),
      originatorBytes: count,
      responderBytes: count,
      originatorFinished: orNull(flag),
      responderFinished: orNull(flag),
      failedRecords: count,
    }),
  ),
});

const frequencies = object({
  distinct: count,
  top: arrayOf(object({ value: orNull(text), count: whole(1) }), { maxItems: MAX_TOP }),
});

const statistics = object({
  handshakes: count,
  outcomes: frequencies,
  versions: frequencies,
  ciphers: frequencies,
  serverNames: frequencies,
  alpn: frequencies,
  resumptions: frequencies,
  ja3: frequencies,
  ja3s: frequencies,
  ja4: frequencies,
});

export const tlsSchema: Schema = {
  ...object({
    ...heading,
    limitsReached: arrayOf(text, { uniqueItems: true }),
    statistics,
    keys: orNull(object({ secrets: count, rsaKeys: count, decrypted: count })),
    findings: arrayOf(finding),
    handshakes: arrayOf(handshake),
  }),
  $defs: headingDefinitions,
};
