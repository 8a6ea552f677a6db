import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identifyDatagram, identifyStream, services } from '../../src/app/identify.ts';

const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const padded = (bytes: Uint8Array, length: number): Uint8Array => {
  const whole = new Uint8Array(length);
  whole.set(bytes);
  return whole;
};

type Identify = typeof identifyStream;

/** The name found in `payload`, which stands in the middle of other bytes that must not be looked at. */
function nameOf(identify: Identify, payload: Uint8Array, source: number, destination: number): string {
  const whole = new Uint8Array(payload.length + 40).fill(0x20);
  whole.set(payload, 20);
  return services[identify(whole, 20, 20 + payload.length, { source, destination })]!;
}

const query = 'abcd 0100 0001 0000 0000 0000 07 6578616d706c65 03 636f6d 00 0001 0001';
const answer = 'abcd 8180 0001 0001 0000 0000 07 6578616d706c65 03 636f6d 00 0001 0001';
const clientHello = '16 0301 00c8 01 0000c4 0303';

describe('streams', () => {
  test.each<[name: string, payload: Uint8Array, port: number, expected: string]>([
    ['a GET', latin('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), 80, 'http'],
    ['on any port', latin('GET / HTTP/1.1\r\n'), 12_345, 'http'],
    ['a POST', latin('POST /a HTTP/1.1\r\n'), 80, 'http'],
    ['a CONNECT', latin('CONNECT example.org:443 HTTP/1.1\r\n'), 8080, 'http'],
    ['OPTIONS *', latin('OPTIONS * HTTP/1.1\r\n'), 80, 'http'],
    ['a response', latin('HTTP/1.1 200 OK\r\n'), 80, 'http'],
    ['a response of 1.0', latin('HTTP/1.0 404 Not Found\r\n'), 80, 'http'],
    ['the preface of HTTP/2', latin('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 80, 'http2'],
    ['a ClientHello', hex(clientHello), 443, 'tls'],
    ['a ServerHello', hex('16 0303 007a 02 000076 0303'), 443, 'tls'],
    ['TLS on any port', hex(clientHello), 5000, 'tls'],
    ['an SSL 2.0 ClientHello', hex('80 2e 01 0301 0015'), 443, 'tls'],
    ['an SSH banner', latin('SSH-2.0-OpenSSH_9.6\r\n'), 2222, 'ssh'],
    ['an SMTP greeting', latin('220 mx.example.org ESMTP Postfix\r\n'), 25, 'smtp'],
    ['an FTP greeting', latin('220 (vsFTPd 3.0.5)\r\n'), 21, 'ftp'],
    ['a DNS query with its length', hex(`001d ${query}`), 53, 'dns'],
    ['a DNS answer with its length', hex(`001d ${answer}`), 53, 'dns'],
  ])('%s', (_name, payload, port, expected) => {
    expect(nameOf(identifyStream, payload, 50_000, port)).toBe(expected);
    expect(nameOf(identifyStream, payload, port, 50_000)).toBe(expected);
  });

  test.each<[name: string, payload: Uint8Array, port: number]>([
    ['nothing', new Uint8Array(0), 80],
    ['three bytes', latin('GET'), 80],
    ['a method without a target', latin('GET '), 80],
    ['a method and a line end', latin('GET \r\n'), 80],
    ['a word that starts like a method', latin('GETTING there'), 80],
    ['lower case', latin('get / http/1.1'), 80],
    ['HTTP/2 in a status line', latin('HTTP/2 200'), 80],
    ['half a preface', latin('PRI * HTTP'), 80],
    ['TLS application data', hex('17 0303 0020 aabbccdd'), 443],
    ['a handshake record of an unknown version', hex('16 0305 00c8 01 0000c4'), 443],
    ['a handshake record that starts with no hello', hex('16 0303 00c8 0b 0000c4'), 443],
    ['a record cut before its type', hex('16 0301 00c8'), 443],
    ['0x80 and no ClientHello', hex('80 2e 02 0301 0015'), 443],
    ['SSH in lower case', latin('ssh-2.0-x'), 22],
    ['a greeting that does not say of what', latin('220 ready\r\n'), 21],
    ['SMTP only in the second line', latin('220 ready\r\nESMTP\r\n'), 25],
    ['the port of DNS with other bytes', latin('hello, world, how are you'), 53],
    ['a DNS message on another port', hex(`001d ${query}`), 5300],
    ['zeros', new Uint8Array(64), 80],
  ])('not %s', (_name, payload, port) => {
    expect(nameOf(identifyStream, payload, 50_000, port)).toBe('');
    expect(nameOf(identifyStream, payload, port, 50_000)).toBe('');
  });
});

const ntp = padded(hex('23 00 06 20'), 48);
const dhcp = padded(hex('01 01 06 00 3903f326'), 300);
dhcp.set(hex('63 82 53 63'), 236);
const quic = (version: string, first = 'c3'): Uint8Array =>
  padded(hex(`${first} ${version} 08 0001020304050607 00`), 1200);

describe('datagrams', () => {
  test.each<[name: string, payload: Uint8Array, port: number, expected: string]>([
    ['a DNS query', hex(query), 53, 'dns'],
    ['a DNS answer', hex(answer), 53, 'dns'],
    ['mDNS', hex('0000 8400 0000 0001 0000 0000 00'), 5353, 'dns'],
    ['LLMNR', hex(query), 5355, 'dns'],
    ['NTP', ntp, 123, 'ntp'],
    ['DHCP to the server', dhcp, 67, 'dhcp'],
    ['DHCP to the client', dhcp, 68, 'dhcp'],
    ['an SSDP search', latin('M-SEARCH * HTTP/1.1\r\n'), 1900, 'ssdp'],
    [
      'a DTLS hello',
      Uint8Array.from([22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 14, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0xfe, 0xfd]),
      4433,
      'dtls',
    ],
    ['an SSDP notice', latin('NOTIFY * HTTP/1.1\r\n'), 1900, 'ssdp'],
    ['QUIC version 1', quic('00000001'), 443, 'quic'],
    ['QUIC version 2', quic('6b3343cf'), 443, 'quic'],
    ['a draft of QUIC', quic('ff00001d'), 443, 'quic'],
  ])('%s', (_name, payload, port, expected) => {
    expect(nameOf(identifyDatagram, payload, 50_000, port)).toBe(expected);
    expect(nameOf(identifyDatagram, payload, port, 50_000)).toBe(expected);
  });

  test.each<[name: string, payload: Uint8Array, port: number]>([
    ['nothing', new Uint8Array(0), 53],
    ['DNS on another port', hex(query), 5300],
    ['a DNS header cut short', hex(query).subarray(0, 11), 53],
    ['an unknown DNS opcode', hex('abcd 3900 0001 0000 0000 0000 00'), 53],
    ['the Z bit set', hex('abcd 0140 0001 0000 0000 0000 00'), 53],
    ['33 questions', hex('abcd 0100 0021 0000 0000 0000 00'), 53],
    ['513 answers', hex('abcd 8180 0001 0201 0000 0000 00'), 53],
    ['neither question nor answer', hex('abcd 0100 0000 0000 0000 0000 00'), 53],
    ['NTP cut short', ntp.subarray(0, 47), 123],
    ['NTP on another port', ntp, 1234],
    ['NTP of version 5', padded(hex('2b'), 48), 123],
    ['DHCP without its cookie', padded(hex('01 01 06 00'), 300), 67],
    ['DHCP cut at its cookie', dhcp.subarray(0, 239), 67],
    ['another search', latin('M-SEARCH / HTTP/1.1\r\n'), 1900],
    ['QUIC with a short header', quic('00000001', '43'), 443],
    ['QUIC of an unknown version', quic('00000002'), 443],
    ['QUIC on another port', quic('00000001'), 8443],
    ['QUIC cut short', quic('00000001').subarray(0, 19), 443],
  ])('not %s', (_name, payload, port) => {
    expect(nameOf(identifyDatagram, payload, 50_000, port)).toBe('');
    expect(nameOf(identifyDatagram, payload, port, 50_000)).toBe('');
  });
});

test('any bytes on any port: an answer, never an error, and only from the bytes of the payload', () => {
  const port = fc.constantFrom(0, 53, 67, 80, 123, 443, 1900, 5353, 50_000);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), port, port, fc.nat(255), (payload, source, destination, around) => {
      for (const identify of [identifyStream, identifyDatagram]) {
        const whole = new Uint8Array(payload.length + 600).fill(around);
        whole.set(payload, 100);
        const found = identify(whole, 100, 100 + payload.length, { source, destination });
        expect(services[found]).toBeTypeOf('string');
        expect(identify(payload, 0, payload.length, { source, destination })).toBe(found);
      }
    }),
  );
});
