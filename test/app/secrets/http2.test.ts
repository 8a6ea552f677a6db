/** Secrets in header blocks of HTTP/2, coded or not, in one frame or several. */
import { describe, expect, test } from 'vitest';
import { SecretScanner } from '../../../src/app/secrets/scanner.ts';
import type { Side } from '../../../src/stream/segment.ts';
import { frame } from '../../support/http2-frames.ts';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const HEADERS = 1;
const SETTINGS = 4;
const CONTINUATION = 9;
const END_HEADERS = 4;

const settings = frame(SETTINGS, 0, 0, new Uint8Array(0));

/** RFC 7541 section 6.2.1: indexed name, value as it is. */
const literal = (index: number, value: string): Buffer =>
  Buffer.concat([Buffer.from([0x40 | index, value.length]), Buffer.from(value)]);
const COOKIE = 32;
const AUTHORIZATION = 23;
const USER_AGENT = 58;
const PATH = 4;
/** Four bytes that are some text in the code of RFC 7541 appendix B. */
const CODED_SECRET = Buffer.from('41496053', 'hex');

/** The bytes of one side with every secret as `<what>`, in Latin 1. */
function shown(bytes: Buffer, cut = Infinity, side: Side = 0): string {
  const scanner = new SecretScanner();
  for (let at = 0; at < bytes.length; at += cut) scanner.data(side, bytes.subarray(at, at + cut), at);
  scanner.end(side);
  return told(scanner, bytes, side);
}

function told(scanner: SecretScanner, bytes: Buffer, side: Side): string {
  let text = '';
  let at = 0;
  for (const { start, end, what } of scanner.ranges(side)) {
    expect(start).toBeGreaterThanOrEqual(at);
    text += `${bytes.toString('latin1', at, start)}<${what}>`;
    at = Math.min(end, bytes.length);
  }
  return text + bytes.toString('latin1', at);
}

const block = Buffer.concat([literal(USER_AGENT, 'curl'), literal(COOKIE, 'sid=geheim'), literal(PATH, '/a')]);

describe('values of fields', () => {
  test.each([Infinity, 1, 2, 7])('that are secrets are covered, others not; pieces of %d bytes', (cut) => {
    const bytes = Buffer.concat([PREFACE, settings, frame(HEADERS, END_HEADERS, 1, block)]);
    const text = shown(bytes, cut);
    expect(text).not.toContain('geheim');
    expect(text).toContain('curl');
    expect(text).toContain('/a');
    expect(text).toContain('<cookie>');
  });

  test('coded with Huffman, which anyone can undo', () => {
    const coded = Buffer.concat([Buffer.from([0x40 | AUTHORIZATION, 0x80 | CODED_SECRET.length]), CODED_SECRET]);
    const bytes = Buffer.concat([PREFACE, settings, frame(HEADERS, END_HEADERS, 1, coded)]);
    expect(shown(bytes)).toContain('<authorization>');
    expect(shown(bytes)).not.toContain(CODED_SECRET.toString('latin1'));
  });

  test('with a name that an earlier block brought', () => {
    const first = Buffer.concat([
      Buffer.from([0x40, 9]),
      Buffer.from('x-api-key'),
      Buffer.from([3]),
      Buffer.from('uno'),
    ]);
    const bytes = Buffer.concat([
      PREFACE,
      settings,
      frame(HEADERS, END_HEADERS, 1, first),
      frame(HEADERS, END_HEADERS, 3, literal(62, 'due')),
    ]);
    const text = shown(bytes);
    expect(text).not.toMatch(/uno|due/);
    expect(text.match(/<key>/g)).toHaveLength(2);
  });

  test.each([1, 8, 10, 14])('in a block that goes on in another frame after %d bytes', (cut) => {
    const bytes = Buffer.concat([
      PREFACE,
      settings,
      frame(HEADERS, 0, 1, block.subarray(0, cut)),
      frame(CONTINUATION, END_HEADERS, 1, block.subarray(cut)),
    ]);
    expect(shown(bytes)).not.toMatch(/g?e?h?eim|geh/);
    expect(shown(bytes)).toContain('/a');
  });

  test('a password in the query of a path', () => {
    const bytes = Buffer.concat([
      PREFACE,
      settings,
      frame(HEADERS, END_HEADERS, 1, literal(PATH, '/in?password=geheim')),
    ]);
    expect(shown(bytes)).not.toContain('geheim');
  });
});

describe('blocks that cannot be read', () => {
  test('one whose index is of nothing, and all after it', () => {
    const bad = Buffer.concat([Buffer.from([0xfe]), literal(COOKIE, 'sid=geheim')]);
    const bytes = Buffer.concat([
      PREFACE,
      settings,
      frame(HEADERS, END_HEADERS, 1, bad),
      frame(HEADERS, END_HEADERS, 3, block),
    ]);
    expect(shown(bytes)).not.toMatch(/geheim|curl/);
    expect(shown(bytes)).toContain('<headers>');
  });

  test('one of which the end is missing', () => {
    const whole = Buffer.concat([PREFACE, settings, frame(HEADERS, END_HEADERS, 1, block)]);
    expect(shown(whole.subarray(0, whole.length - 5))).not.toContain('geh');
  });

  test('what comes behind a gap in a block', () => {
    const bytes = Buffer.concat([
      PREFACE,
      settings,
      frame(HEADERS, END_HEADERS, 1, block),
      frame(HEADERS, 4, 3, block),
    ]);
    const scanner = new SecretScanner();
    const at = PREFACE.length + settings.length + 11;
    scanner.data(0, bytes.subarray(0, at), 0);
    scanner.gap(0, at, 3);
    scanner.data(0, bytes.subarray(at + 3), at + 3);
    scanner.end(0);
    expect(told(scanner, bytes, 0)).not.toContain('geheim');
  });
});

test.each([Infinity, 1, 5])(
  'a server, from the start and behind the head that changed to HTTP/2; pieces of %d bytes',
  (cut) => {
    const answer = frame(HEADERS, END_HEADERS, 1, literal(55, 'sid=geheim; Path=/'));
    const head = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    for (const before of [Buffer.alloc(0), head]) {
      const text = shown(Buffer.concat([before, settings, answer]), cut, 1);
      expect(text).not.toContain('geheim');
      expect(text).toContain('<cookie>');
    }
  },
);

test('what only looks like header blocks stays', () => {
  const text = `GET / HTTP/1.1\r\nHost: h\r\n\r\n${block.toString('latin1')}`;
  expect(shown(Buffer.from(text, 'latin1'))).toBe(text);
});
