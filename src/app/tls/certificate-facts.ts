/** What an X.509 certificate says (RFC 5280 section 4): DER -> facts. Bytes that lie are facts as well. */
import { addressOf } from './alternative-names.ts';
import { DerError, type Element, keyOf, oidText, readDer, stringText, timeSeconds } from './der.ts';
import { attributeName, curveOf, keyTypeName, signatureAlgorithmName } from './oids.ts';
import { bitLength } from './key-exchange.ts';
import { toHex } from '../cursor.ts';

/** Extensions that are read, and names of one certificate that are kept. */
export const MAX_EXTENSIONS = 100;
export const MAX_NAMES = 500;
/** Longest serial number: RFC 5280 section 4.1.2.2. */
const MAX_SERIAL_BYTES = 20;
/** Largest modulus that is in use. */
const MAX_KEY_BITS = 16_384;

export const certificateAnomalies = [
  'certificate_too_deep',
  'certificate_too_many_elements',
  'certificate_length_wrong',
  'certificate_trailing_bytes',
  'certificate_structure_wrong',
  'certificate_too_many_extensions',
  'certificate_duplicate_extension',
  'certificate_extension_malformed',
  'certificate_nul_in_name',
  'certificate_serial_wrong',
  'certificate_time_malformed',
  'certificate_too_many_names',
  'certificate_key_too_large',
] as const;
export type CertificateAnomaly = (typeof certificateAnomalies)[number];

export interface CertificateFacts {
  version: number;
  /** Hexadecimal, upper case, as openssl prints it. */
  serial: string;
  subject: string;
  issuer: string;
  /** The names' elements, to compare them by. */
  subjectKey: string;
  issuerKey: string;
  commonName: string | null;
  /** Seconds since 1970. */
  notBefore: number | null;
  notAfter: number | null;
  keyType: string;
  keyBits: number | null;
  curve: string | null;
  signature: string;
  sans: string[];
  dnsNames: string[];
  ipAddresses: string[];
  /** Basic constraints; null where the extension is missing. */
  isCa: boolean | null;
  anomalies: CertificateAnomaly[];
}

const unknown = (): CertificateFacts => ({
  version: 0,
  serial: '',
  subject: '',
  issuer: '',
  subjectKey: '',
  issuerKey: '',
  commonName: null,
  notBefore: null,
  notAfter: null,
  keyType: '',
  keyBits: null,
  curve: null,
  signature: '',
  sans: [],
  dnsNames: [],
  ipAddresses: [],
  isCa: null,
  anomalies: [],
});

const derFaults = {
  depth: 'certificate_too_deep',
  elements: 'certificate_too_many_elements',
  length: 'certificate_length_wrong',
  structure: 'certificate_structure_wrong',
} as const;

export function readCertificate(der: Uint8Array): CertificateFacts {
  const facts = unknown();
  try {
    const { root, trailing } = readDer(der);
    if (trailing > 0) note(facts, 'certificate_trailing_bytes');
    readBody(root, facts);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    note(facts, derFaults[error.fault]);
  }
  return facts;
}

function note(facts: CertificateFacts, anomaly: CertificateAnomaly): void {
  if (!facts.anomalies.includes(anomaly)) facts.anomalies.push(anomaly);
}

/** Context tags of TBSCertificate: version [0], extensions [3]. */
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;

function readBody(root: Element, facts: CertificateFacts): void {
  const tbs = root.children[0];
  if (tbs === undefined) return note(facts, 'certificate_structure_wrong');
  const hasVersion = tbs.children[0]?.tag === VERSION;
  const [serial, signature, issuer, validity, subject, key, ...rest] = tbs.children.slice(hasVersion ? 1 : 0);
  if (key === undefined) return note(facts, 'certificate_structure_wrong');
  const version = hasVersion ? tbs.children[0]!.children[0] : undefined;
  facts.version = version === undefined ? 1 : (version.bytes[0] ?? 0) + 1;
  readSerial(serial!, facts);
  const algorithm = signature!.children[0];
  facts.signature = algorithm === undefined ? '' : signatureAlgorithmName(oidText(algorithm));
  facts.issuer = nameText(issuer!, facts).text;
  facts.issuerKey = keyOf(issuer!);
  const { text, commonName } = nameText(subject!, facts);
  facts.subject = text;
  facts.commonName = commonName;
  facts.subjectKey = keyOf(subject!);
  const [from, to] = validity!.children;
  facts.notBefore = from === undefined ? null : timeSeconds(from);
  facts.notAfter = to === undefined ? null : timeSeconds(to);
  if (facts.notBefore === null || facts.notAfter === null) note(facts, 'certificate_time_malformed');
  readKey(key, facts);
  const extensions = rest.find(({ tag }) => tag === EXTENSIONS)?.children[0];
  if (extensions !== undefined) readExtensions(extensions, facts);
}

function readSerial({ bytes }: Element, facts: CertificateFacts): void {
  const isPadded = bytes.length > 1 && bytes[0] === 0;
  facts.serial = toHex(bytes.subarray(isPadded ? 1 : 0, 64)).toUpperCase();
  // Negative, or longer than allowed.
  if (bytes.length > MAX_SERIAL_BYTES + 1 || bytes.length === 0 || (bytes[0]! & 0x80) !== 0)
    note(facts, 'certificate_serial_wrong');
}

/** `C=US, O=Example, CN=www.example.com`, in the certificate's order, with what RFC 4514 section 2.4 escapes. */
function nameText(name: Element, facts: CertificateFacts): { text: string; commonName: string | null } {
  const parts: string[] = [];
  let commonName: string | null = null;
  for (const set of name.children) {
    for (const { children } of set.children) {
      const [type, value] = children;
      if (type === undefined || value === undefined || parts.length >= MAX_NAMES) continue;
      const key = attributeName(oidText(type));
      const text = stringText(value);
      if (text.includes('\0')) note(facts, 'certificate_nul_in_name');
      if (key === 'CN') commonName = text;
      parts.push(`${key}=${text.replaceAll(/[,+"\\<>;]/g, String.raw`\$&`)}`);
    }
  }
  return { text: parts.join(', '), commonName };
}

function readKey(key: Element, facts: CertificateFacts): void {
  const [algorithm, value] = key.children;
  const [type, parameters] = algorithm?.children ?? [];
  if (type === undefined || value === undefined) return note(facts, 'certificate_structure_wrong');
  facts.keyType = keyTypeName(oidText(type));
  if (facts.keyType.startsWith('RSA')) {
    // A BIT STRING with no unused bits, and in it modulus and exponent (RFC 8017 appendix A.1.1).
    const modulus = readDer(value.bytes.subarray(1)).root.children[0];
    facts.keyBits = modulus === undefined ? null : bitLength(modulus.bytes);
    if ((facts.keyBits ?? 0) > MAX_KEY_BITS) note(facts, 'certificate_key_too_large');
  } else if (facts.keyType === 'EC' && parameters !== undefined) {
    const [curve, bits] = curveOf(parameters.tag === OID ? oidText(parameters) : 'explicit');
    facts.curve = curve;
    facts.keyBits = bits === 0 ? null : bits;
  } else if (facts.keyType === 'DSA' && parameters?.children[0] !== undefined) {
    facts.keyBits = bitLength(parameters.children[0].bytes);
  } else if (facts.keyType === 'Ed25519') facts.keyBits = 256;
  else if (facts.keyType === 'Ed448') facts.keyBits = 456;
}

const OID = 0x06;
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';

function readExtensions(list: Element, facts: CertificateFacts): void {
  const seen = new Set<string>();
  for (const [i, { children }] of list.children.entries()) {
    if (i >= MAX_EXTENSIONS) return note(facts, 'certificate_too_many_extensions');
    const [type] = children;
    const value = children.at(-1);
    if (type === undefined || value === undefined || value === type) {
      note(facts, 'certificate_extension_malformed');
      continue;
    }
    const oid = oidText(type);
    if (seen.has(oid)) note(facts, 'certificate_duplicate_extension');
    seen.add(oid);
    try {
      if (oid === SUBJECT_ALTERNATIVE_NAME) readNames(readDer(value.bytes).root, facts);
      if (oid === BASIC_CONSTRAINTS) {
        const flag = readDer(value.bytes).root.children[0];
        facts.isCa = flag !== undefined && flag.tag === 0x01 && flag.bytes[0] !== 0;
      }
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
      note(facts, 'certificate_extension_malformed');
    }
  }
}

/** RFC 5280 section 4.2.1.6: names by their context tags. */
function readNames(list: Element, facts: CertificateFacts): void {
  for (const name of list.children) {
    if (facts.sans.length >= MAX_NAMES) return note(facts, 'certificate_too_many_names');
    const text = stringText(name);
    if (name.tag !== 0x87 && text.includes('\0')) note(facts, 'certificate_nul_in_name');
    if (name.tag === 0x82) {
      facts.dnsNames.push(text);
      facts.sans.push(text);
    } else if (name.tag === 0x87) {
      const address = addressOf(name.bytes);
      if (address === null) note(facts, 'certificate_extension_malformed');
      else {
        facts.ipAddresses.push(address);
        facts.sans.push(address);
      }
    } else if (name.tag === 0x81) facts.sans.push(`email:${text}`);
    else if (name.tag === 0x86) facts.sans.push(`URI:${text}`);
  }
}
