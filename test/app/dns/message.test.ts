/** DNS byte by byte: messages of RFC 1035 in, questions and records out, whatever the cut of a stream and whatever they are. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_DNS_RECORDS } from '../../../src/app/limits.ts';
import { type DnsMessage, readDns } from '../../../src/app/dns/message.ts';
import { type Exchange, rttSeconds } from '../../../src/app/dns/exchange.ts';
import { DnsPairing } from '../../../src/app/dns/pairing.ts';
import { DnsStream } from '../../../src/app/dns/tcp.ts';
import type { Carrier, Side } from '../../../src/stream/segment.ts';

const u16 = (...values: number[]): Buffer => Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));
/** `a.example` as labels, without compression. */
const name = (text: string): Buffer =>
  Buffer.concat([
    ...text.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)])),
    Buffer.of(0),
  ]);
const pointer = (to: number): Buffer => u16(0xc000 | to);

interface Shape {
  readonly id?: number;
  readonly flags?: number;
  readonly counts?: readonly [questions: number, answers: number];
}

const RESPONSE = 0x8180;

function message(parts: readonly Uint8Array[], { id = 7, flags = 0x0100, counts = [1, 0] }: Shape = {}): Buffer {
  return Buffer.concat([u16(id, flags, ...counts, 0, 0), ...parts]);
}

const question = (text: string, type = 1): Buffer => Buffer.concat([name(text), u16(type, 1)]);
/** Of a name that stands at offset 12, where the question is. */
const record = (type: number, data: Uint8Array, owner: Uint8Array = pointer(12), length = data.length): Buffer =>
  Buffer.concat([owner, u16(type, 1, 0, 60, length), data]);
const answer = (records: readonly Uint8Array[], shape: Shape = {}): Buffer =>
  message([question('a.example'), ...records], { flags: RESPONSE, counts: [1, records.length], ...shape });

/** `a.example A -> A 10.0.0.1`: one line for each message. */
function line(each: DnsMessage | null): string {
  if (each === null) return 'none';
  const asked = each.questions.map((one) => `${one.name} ${one.type}`).join(' ');
  const records = each.answers
    .map((one) => ` ${one.name === 'a.example' ? '' : `${one.name} `}${one.type} ${one.data}`)
    .join(',');
  return `${asked} ${each.isResponse ? '->' : '?'}${records}${each.truncated ? ' TC' : ''}${each.damaged ? ' damaged' : ''}`;
}

const read = (bytes: Uint8Array): DnsMessage | null => readDns(bytes, 0, bytes.length);

const rows: readonly (readonly [what: string, bytes: Buffer, found: string])[] = [
  ['a question', message([question('a.example')]), 'a.example A ?'],
  ['the root', message([Buffer.concat([Buffer.of(0), u16(2, 1)])]), '. NS ?'],
  [
    'a dot and a backslash in a label',
    message([Buffer.concat([Buffer.of(3), Buffer.from('a.\\'), Buffer.of(0), u16(1, 1)])]),
    'a\\.\\\\ A ?',
  ],
  ['an address', answer([record(1, Buffer.of(10, 0, 0, 1))]), 'a.example A -> A 10.0.0.1'],
  [
    'an address of IPv6',
    answer([record(28, Buffer.from('20010db8000000000000000000000001', 'hex'))]),
    'a.example A -> AAAA 2001:db8::1',
  ],
  ['an address of the wrong size', answer([record(1, Buffer.of(10, 0, 0))]), 'a.example A -> A 3 bytes'],
  [
    'an alias, in part by a pointer',
    answer([record(5, Buffer.concat([Buffer.of(1), Buffer.from('b'), pointer(14)]))]),
    'a.example A -> CNAME b.example',
  ],
  ['mail', answer([record(15, Buffer.concat([u16(10), name('m.example')]))]), 'a.example A -> MX 10 m.example'],
  [
    'a service',
    answer([record(33, Buffer.concat([u16(1, 2, 443), name('s.example')]))]),
    'a.example A -> SRV 1 2 443 s.example',
  ],
  [
    'texts',
    answer([record(16, Buffer.concat([Buffer.of(2), Buffer.from('hi'), Buffer.of(1), Buffer.from('"')]))]),
    'a.example A -> TXT "hi" "\\""',
  ],
  [
    'a text longer than its record',
    answer([record(16, Buffer.of(200, 0x61)), record(1, Buffer.of(1, 2, 3, 4))]),
    'a.example A -> TXT "a", A 1.2.3.4',
  ],
  ['what is not known here', answer([record(4711, Buffer.alloc(3))]), 'a.example A -> TYPE4711 3 bytes'],
  [
    'a record behind one whose data ends early',
    answer([record(5, Buffer.concat([name('b.example'), Buffer.alloc(4)])), record(1, Buffer.of(1, 2, 3, 4))]),
    'a.example A -> CNAME b.example, A 1.2.3.4',
  ],
  [
    'more announced than there is',
    answer([record(1, Buffer.of(1, 2, 3, 4))], { counts: [1, 2] }),
    'a.example A -> A 1.2.3.4 damaged',
  ],
  [
    'a record longer than the message',
    answer([record(1, Buffer.of(1, 2, 3, 4), pointer(12), 5)]),
    'a.example A -> damaged',
  ],
  ['a pointer to itself', message([u16(0xc00c, 1, 1)]), ' ? damaged'],
  ['a pointer ahead', message([u16(0xc012, 1, 1), name('a.example')]), ' ? damaged'],
  ['a pointer at the end', message([Buffer.of(0xc0)]), ' ? damaged'],
  [
    'a name that is too long',
    message([question(Array.from({ length: 5 }, () => 'x'.repeat(60)).join('.'))]),
    ' ? damaged',
  ],
  ['a kind of label that was given up', message([Buffer.concat([Buffer.of(0x41, 0), u16(1, 1)])]), ' ? damaged'],
  ['truncated on purpose', message([question('a.example')], { flags: RESPONSE | 0x200 }), 'a.example A -> TC'],
  ['too short', Buffer.alloc(11), 'none'],
];

describe('messages', () => {
  test.each(rows)('%s', (_, bytes, found) => {
    expect(line(read(bytes))).toBe(found);
    // In a block with other bytes around it, as captures have them.
    const block = Buffer.concat([Buffer.alloc(9, 0xc0), bytes, Buffer.alloc(20, 0xc0)]);
    expect(line(readDns(block.subarray(2), 7, 7 + bytes.length))).toBe(found);
  });

  test('cut anywhere, no more is told than was there', () => {
    for (const [what, bytes] of rows) {
      const whole = read(bytes);
      for (let end = 12; end < bytes.length; end++) {
        const part = readDns(bytes, 0, end)!;
        expect(part.questions, what).toEqual(whole!.questions.slice(0, part.questions.length));
        expect(part.answers, what).toEqual(whole!.answers.slice(0, part.answers.length));
      }
    }
  });

  test('changed bytes never throw, and what is read is bounded', () => {
    const change = fc.record({ at: fc.nat(120), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.constantFrom(...rows), fc.array(change, { minLength: 1, maxLength: 5 }), ([, bytes], changes) => {
        const changed = Buffer.from(bytes);
        for (const { at, value } of changes) changed[at % changed.length] = value;
        const found = read(changed);
        for (const { name: own, data } of found?.answers ?? []) {
          expect(own.length).toBeLessThanOrEqual(2 * 255);
          expect(data.length).toBeLessThanOrEqual(6 * changed.length + 2 * 255 + 20);
        }
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void read(bytes)),
      { numRuns: 2000 },
    );
  });

  test('pointers to pointers to pointers cost little', () => {
    // A chain in the data of a first record, behind its root name and ten bytes, that all others follow from its end.
    const first = 12 + 11;
    const links = Array.from({ length: 8000 }, (_, i) => pointer(i === 0 ? 12 : first + 2 * (i - 1)));
    const chain = record(4711, Buffer.concat(links), Buffer.of(0));
    const others = Array.from({ length: MAX_DNS_RECORDS }, () => record(1, Buffer.alloc(4), pointer(first + 2 * 7999)));
    const bytes = message([chain, ...others], { flags: RESPONSE, counts: [0, MAX_DNS_RECORDS] });
    const before = performance.now();
    for (let i = 0; i < 100; i++) read(bytes);
    expect(performance.now() - before).toBeLessThan(500);
  });
});

const framed = (bytes: Uint8Array): Buffer => Buffer.concat([u16(bytes.length), bytes]);

describe('over TCP', () => {
  type Told = readonly [side: Side, frame: number, line: string];

  function hear(
    said: readonly (readonly [Side, Uint8Array | number])[],
    cut: (length: number) => number = (length) => length,
  ): { told: Told[]; done: boolean } {
    const told: Told[] = [];
    const stream = new DnsStream((side, each, at) => void told.push([side, at.frame, line(each)]));
    for (const [i, [side, bytes]] of said.entries()) {
      const at = { frame: i + 1, seconds: 0, nanoseconds: 0 };
      if (typeof bytes === 'number') {
        stream.gap(side, 0, bytes, 'lost');
        continue;
      }
      for (let from = 0; from < bytes.length;) {
        const to = Math.min(bytes.length, from + Math.max(1, cut(bytes.length - from)));
        stream.data(side, bytes.subarray(from, to), from, at as unknown as Carrier, at);
        from = to;
      }
    }
    return { told, done: stream.done };
  }

  const two: readonly (readonly [Side, Uint8Array | number])[] = [
    [0, Buffer.concat([framed(message([question('a.example')])), framed(message([question('b.example')]))])],
    [1, framed(rows[3]![1])],
    [1, framed(rows[4]![1])],
  ];

  test('several in a segment', () => {
    expect(hear(two)).toEqual({
      told: [
        [0, 1, 'a.example A ?'],
        [0, 1, 'b.example A ?'],
        [1, 2, 'a.example A -> A 10.0.0.1'],
        [1, 3, 'a.example A -> AAAA 2001:db8::1'],
      ],
      done: false,
    });
  });

  test('a gap ends its side, and with the other side all', () => {
    expect(hear([two[0]!, [0, 5], two[0]!, two[1]!]).told).toHaveLength(3);
    expect(hear([[0, 5], two[1]!, [1, 1]]).done).toBe(true);
  });

  test('what is no DNS, or has no length, ends its side', () => {
    expect(hear([[0, u16(0)], two[0]!, [1, framed(Buffer.alloc(12))], two[1]!])).toEqual({ told: [], done: true });
    expect(hear([[0, framed(Buffer.alloc(5))], two[0]!]).told).toEqual([]);
  });

  test('any cut of the bytes gives the same messages, of changed bytes too', () => {
    const cuts = fc.infiniteStream(fc.integer({ min: 1, max: 30 }));
    const change = fc.record({ at: fc.nat(60), value: fc.nat(255) });
    const piece = fc.tuple(fc.constantFrom<Side>(0, 1), fc.constantFrom(...rows.map(([, bytes]) => framed(bytes))));
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.array(change, { maxLength: 3 }),
        cuts,
        (pieces, changes, sizes) => {
          const said = pieces.map(([side, bytes]): [Side, Uint8Array] => [side, Uint8Array.from(bytes)]);
          for (const { at, value } of said.length === 0 ? [] : changes) {
            const [, bytes] = said[at % said.length]!;
            bytes[at % bytes.length] = value;
          }
          expect(hear(said, () => sizes.next().value as number)).toEqual(hear(said));
          expect(hear(said, () => 1)).toEqual(hear(said));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

const at = (frame: number, seconds: number) => ({ frame, seconds, nanoseconds: 0 });

describe('pairing', () => {
  test('any order of any messages: each query and each answer is counted once', () => {
    const parts = fc.record({
      connection: fc.nat(2),
      side: fc.constantFrom<Side>(0, 1),
      id: fc.nat(2),
      isAnswer: fc.boolean(),
      asked: fc.constantFrom('a.example', 'A.EXAMPLE', 'b.example', null),
      seconds: fc.nat(200),
    });
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 40 }), (all) => {
        const exchanges: Exchange[] = [];
        const pairing = new DnsPairing({ settled: (each) => exchanges.push(each), ends: () => '' });
        for (const [i, { connection, side, id, isAnswer, asked, seconds }] of all.entries()) {
          const counts = [asked === null ? 0 : 1, 0] as const;
          const bytes = message(asked === null ? [] : [question(asked)], {
            id,
            flags: isAnswer ? RESPONSE : 0,
            counts,
          });
          pairing.add(connection, 'udp', 'dns', side, read(bytes)!, at(i + 1, seconds));
        }
        pairing.finish(0);
        const sum = (of: (each: Exchange) => number): number => exchanges.reduce((total, each) => total + of(each), 0);
        expect(sum((each) => (each.query === null ? 0 : 1) + each.resentCount)).toBe(
          all.filter(({ isAnswer }) => !isAnswer).length,
        );
        expect(sum((each) => (each.answer === null ? 0 : 1) + each.duplicates)).toBe(
          all.filter(({ isAnswer }) => isAnswer).length,
        );
        for (const each of exchanges) {
          const rtt = rttSeconds(each);
          if (rtt !== null) expect(rtt).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
