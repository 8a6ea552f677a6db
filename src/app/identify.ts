/**
 * The application protocol of a payload, from its first bytes. A port is a hint only where the bytes agree with it.
 * Enters: the first payload that an end sent. Leaves: an index into `services`, 0 when the bytes do not say.
 */

export const services = [
  '',
  'http',
  'tls',
  'ssh',
  'dns',
  'http2',
  'smtp',
  'ftp',
  'dhcp',
  'ntp',
  'quic',
  'ssdp',
  'dtls',
] as const;
export type Service = Exclude<(typeof services)[number], ''>;
const Id = {
  http: 1,
  tls: 2,
  ssh: 3,
  dns: 4,
  http2: 5,
  smtp: 6,
  ftp: 7,
  dhcp: 8,
  ntp: 9,
  quic: 10,
  ssdp: 11,
  dtls: 12,
} as const;

/** Payload `[start, end)` of a TCP segment. */
export function identifyStream(b: Uint8Array, start: number, end: number, ports: Ports): number {
  const length = end - start;
  if (length < 4) return 0;
  const first = b[start]!;
  if (first === 0x16 || first === 0x80) return isTls(b, start, length) ? Id.tls : 0;
  if (startsWith(b, start, end, 'SSH-')) return Id.ssh;
  if (startsWith(b, start, end, 'PRI * HTTP/2.0')) return Id.http2;
  if (startsWith(b, start, end, 'HTTP/1.') || isRequestLine(b, start, end)) return Id.http;
  if (startsWith(b, start, end, '220')) return greeting(b, start, end);
  if (hasPort(ports, 53) && length >= 14 && isDns(b, start + 2, end)) return Id.dns;
  return 0;
}

/** Payload of a UDP datagram. */
export function identifyDatagram(b: Uint8Array, start: number, end: number, ports: Ports): number {
  const length = end - start;
  if (isDnsPort(ports) && isDns(b, start, end)) return Id.dns;
  if (length >= 48 && hasPort(ports, 123) && ((b[start]! >> 3) & 7) <= 4) return Id.ntp;
  if (length >= 240 && (hasPort(ports, 67) || hasPort(ports, 68)) && isDhcp(b, start)) return Id.dhcp;
  if (startsWith(b, start, end, 'M-SEARCH * HTTP/1.1') || startsWith(b, start, end, 'NOTIFY * HTTP/1.1'))
    return Id.ssdp;
  if (isDtls(b, start, length)) return Id.dtls;
  if (hasPort(ports, 443) && isQuic(b, start, length)) return Id.quic;
  return 0;
}

export interface Ports {
  source: number;
  destination: number;
}

const hasPort = (ports: Ports, port: number): boolean => ports.source === port || ports.destination === port;
const isDnsPort = (ports: Ports): boolean => hasPort(ports, 53) || hasPort(ports, 5353) || hasPort(ports, 5355);

function startsWith(b: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start < text.length) return false;
  for (let i = 0; i < text.length; i++) if (b[start + i] !== text.charCodeAt(i)) return false;
  return true;
}

const methods = ['GET ', 'POST ', 'HEAD ', 'PUT ', 'DELETE ', 'OPTIONS ', 'PATCH ', 'CONNECT ', 'TRACE ', 'PROPFIND '];

/** A known method, then a target that starts as RFC 9112 section 3.2 allows (or anything printable for CONNECT). */
function isRequestLine(b: Uint8Array, start: number, end: number): boolean {
  for (const method of methods) {
    if (!startsWith(b, start, end, method)) continue;
    const next = b[start + method.length];
    return next !== undefined && start + method.length < end && next > 0x20 && next < 0x7f;
  }
  return false;
}

/** A handshake record of SSL 3.0 to TLS 1.3 that starts with a hello, or an SSL 2.0 ClientHello (RFC 5246 appendix E.2). */
function isTls(b: Uint8Array, start: number, length: number): boolean {
  if (b[start] === 0x80) return length >= 5 && b[start + 2] === 1 && b[start + 3]! <= 3;
  if (length < 6 || b[start + 1] !== 3 || b[start + 2]! > 4) return false;
  const type = b[start + 5]!;
  return type === 1 || type === 2;
}

/** A record of DTLS (RFC 6347 section 4.1) in epoch 0 with a hello, whose message has number 0 to 2 and begins at its start. */
function isDtls(b: Uint8Array, start: number, length: number): boolean {
  if (length < 25 || b[start] !== 22 || b[start + 1] !== 0xfe || b[start + 2]! < 0xfc) return false;
  const isEpochZero = b[start + 3] === 0 && b[start + 4] === 0;
  const type = b[start + 13]!;
  return isEpochZero && type >= 1 && type <= 3 && b[start + 17] === 0 && b[start + 18]! <= 2 && b[start + 19] === 0;
}

/** A `220` greeting: SMTP (RFC 5321 section 4.2) or FTP (RFC 959 section 5.4), where it says which. */
function greeting(b: Uint8Array, start: number, end: number): number {
  let line = '';
  for (let i = start; i < end && i < start + 200 && b[i] !== 0x0a; i++) line += String.fromCharCode(b[i]!);
  if (/smtp/i.test(line)) return Id.smtp;
  return /ftp/i.test(line) ? Id.ftp : 0;
}

/** RFC 1035 section 4.1.1: a known opcode, the Z bits clear, and believable counts. */
function isDns(b: Uint8Array, start: number, end: number): boolean {
  if (end - start < 12) return false;
  const opcode = (b[start + 2]! >> 3) & 15;
  const questions = (b[start + 4]! << 8) | b[start + 5]!;
  const answers = (b[start + 6]! << 8) | b[start + 7]!;
  return opcode <= 5 && (b[start + 3]! & 0x40) === 0 && questions <= 32 && answers <= 512 && questions + answers > 0;
}

/** RFC 2131 section 3: the magic cookie behind the fixed part. */
const isDhcp = (b: Uint8Array, start: number): boolean =>
  b[start + 236] === 0x63 && b[start + 237] === 0x82 && b[start + 238] === 0x53 && b[start + 239] === 0x63;

/** A long header (RFC 9000 section 17.2) of version 1, version 2 (RFC 9369) or a draft. */
function isQuic(b: Uint8Array, start: number, length: number): boolean {
  if (length < 20 || (b[start]! & 0x80) === 0) return false;
  const version = ((b[start + 1]! << 24) | (b[start + 2]! << 16) | (b[start + 3]! << 8) | b[start + 4]!) >>> 0;
  return version === 1 || version === 0x6b3343cf || version >>> 8 === 0xff0000;
}
