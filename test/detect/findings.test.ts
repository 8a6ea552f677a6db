/** Every detector through the whole pipeline: where it speaks, what it says, and where it is silent. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fingerprint, framesFilter, severities, type Finding } from '../../src/detect/finding.ts';
import { detectors } from '../../src/detect/index.ts';
import {
  concat,
  enhancedPacket,
  interfaceDescription,
  interfaceStatistics,
  pcap,
  sectionHeader,
} from '../support/capture-bytes.ts';
import {
  ACK,
  RST_ACK,
  SYN,
  SYN_ACK,
  checksum,
  ethernet,
  findingsOf,
  findingsOfBytes,
  findingsOfFile,
  ipv4,
  tcpFrame,
  udp,
  udpFrame,
} from './packets.ts';
import { tcp as segment } from '../support/conversations.ts';
import { Talk } from '../support/talk.ts';

const fixture = (name: string): Promise<Finding[]> => findingsOfFile(join('fixtures', `${name}.pcap`));
const only = (findings: readonly Finding[], id: string): Finding[] => findings.filter((finding) => finding.id === id);

/** Where a finding stands in a report. */
const rank = ({ severity, id }: Finding): number =>
  -100 * severities.indexOf(severity) + detectors.findIndex((detector) => detector.id === id);

/** A handshake in good order. */
const good = (port: number): Uint8Array[] => [
  tcpFrame(SYN, port, 1),
  tcpFrame(SYN_ACK, port, 1, true),
  tcpFrame(ACK, port, 2),
];

/** A capture whose interface says that it lost so many frames. */
const capture = (dropped: bigint): Uint8Array =>
  concat(
    sectionHeader(),
    interfaceDescription({ name: 'eth7' }),
    enhancedPacket('little', 0, 1n, udpFrame()),
    interfaceStatistics('little', 0, 100n, dropped),
  );

describe('the registry', () => {
  test('ids are file names, unique, and of the form that never changes', () => {
    const ids = detectors.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
  });

  test.each(detectors.map((detector) => [detector.id, detector] as const))(
    '%s says why and where it is specified',
    async (id, detector) => {
      const module = (await import(`../../src/detect/${id}.ts`)) as Record<string, unknown>;
      expect(Object.values(module)).toContain(detector);
      expect(detector.title).not.toBe('');
      expect(detector.why).toMatch(/\.$/);
      expect(detector.references.length).toBeGreaterThan(0);
    },
  );

  test('the most severe first; among equals the order of the registry', async () => {
    const findings = await fixture('wire/icmp-errors');
    const ranks = findings.map(rank);
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(new Set(findings.map(({ severity }) => severity)).size).toBeGreaterThan(1);
  });

  test('nothing is found in a connection in good order', async () => {
    for (const name of ['flow/sf', 'flow/sf-three-way', 'flow/sf-half-close', 'wire/vlan']) {
      expect(await fixture(name), name).toEqual([]);
    }
  });
});

describe('tcp-handshake-failed', () => {
  test('no answer: fixtures/flow/s0', async () => {
    const [finding, ...others] = await fixture('flow/s0');
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      id: 'tcp-handshake-failed',
      severity: 'warning',
      frameCount: 1,
      frames: [1],
      measured: { attempts: 1, syns: 3, clients: 1, succeeded: 0 },
      displayFilter: 'frame.number in {1}',
      against: [],
    });
    expect(finding!.summary).toMatch(/no answer/);
    expect(finding!.unknowable).toEqual(['whether answers took a path past the capture']);
  });

  test('a SYN and an ACK without an answer are one SYN', async () => {
    const [finding] = only(
      await findingsOf([tcpFrame(SYN, 50_000, 1), tcpFrame(ACK, 50_000, 2)]),
      'tcp-handshake-failed',
    );
    expect(finding?.measured).toMatchObject({ attempts: 1, syns: 1 });
    expect(finding?.summary).toContain('1 attempt, 1 SYN, no answer');
  });

  test('refused: fixtures/flow/rej', async () => {
    const [finding, ...others] = await fixture('flow/rej');
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ id: 'tcp-handshake-failed', severity: 'warning', frames: [1] });
    expect(finding!.summary).toMatch(/192\.0\.2\.10 > 192\.0\.2\.20:80 .*refused \(RST\)/);
  });

  test.each(['flow/s1', 'flow/rsto', 'flow/rstr', 'flow/sh', 'flow/oth', 'flow/syn-resent', 'flow/s2', 'flow/s3'])(
    'silent on %s',
    async (name) => {
      expect(only(await fixture(name), 'tcp-handshake-failed')).toEqual([]);
    },
  );

  test('silent where the client goes on as if it had been answered: one direction was captured', async () => {
    const talk = new Talk().open(20, 20.01).send(30, 0, { length: 100 });
    const own = talk.frames.filter((_, i) => talk.sides[i] === 0);
    expect(only(await findingsOfBytes(pcap(own)), 'tcp-handshake-failed')).toEqual([]);
    expect(only(await findingsOfBytes(pcap(own.slice(0, 2))), 'tcp-handshake-failed')).toHaveLength(1);
  });

  test('attempts at one listener are one finding, by kind; other listeners have their own', async () => {
    const frames = [
      ...Array.from({ length: 3 }, (_, i) => tcpFrame(SYN, 40_000 + i, 1)),
      tcpFrame(SYN, 41_000, 1),
      tcpFrame(RST_ACK, 41_000, 0, true),
      tcpFrame(SYN, 42_000, 1, false, '10.0.0.9'),
    ];
    const findings = only(await findingsOf(frames), 'tcp-handshake-failed');
    expect(findings.map(({ measured, frames: list }) => [measured['attempts'], measured['clients'], list])).toEqual([
      [4, 2, [1, 2, 3, 6]],
      [1, 1, [4]],
    ]);
    expect(findings[0]!.fingerprint).not.toBe(findings[1]!.fingerprint);
  });

  test('it matters less where more connections came up, and that speaks against it', async () => {
    const fine = [good(40_001), good(40_002)].flat();
    const [before] = only(
      await findingsOf([tcpFrame(SYN, 50_000, 1), tcpFrame(SYN, 50_001, 1), ...good(40_001)]),
      'tcp-handshake-failed',
    );
    expect(before).toMatchObject({ severity: 'warning', measured: { attempts: 2, succeeded: 1 } });
    const [after] = only(await findingsOf([tcpFrame(SYN, 50_000, 1), ...fine]), 'tcp-handshake-failed');
    expect(after).toMatchObject({
      severity: 'notice',
      measured: { attempts: 1, succeeded: 2 },
      against: ['2 other connections to it came up'],
    });
  });

  test('silent where an ICMP error already says what became of the SYN', async () => {
    const findings = await fixture('wire/icmp-errors');
    expect(findings.some(({ summary }) => summary.startsWith('203.0.113.5 (tcp/80): network unreachable'))).toBe(true);
    expect(only(findings, 'tcp-handshake-failed').filter(({ summary }) => summary.includes('203.0.113.5'))).toEqual([]);
  });

  test('the frames that prove it are at most a hundred; the count is of all', async () => {
    const frames = Array.from({ length: 150 }, (_, i) => tcpFrame(SYN, 40_000 + i, 1));
    const [finding] = await findingsOf(frames);
    expect(finding!.frameCount).toBe(150);
    expect(finding!.frames).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  test('the same failure in another capture has the same fingerprint, whatever the ephemeral port', async () => {
    const [a] = await findingsOf([tcpFrame(SYN, 40_000, 1)]);
    const [b] = await findingsOf([udpFrame(), tcpFrame(SYN, 55_555, 99)]);
    expect(a!.fingerprint).toBe(b!.fingerprint);
    expect(a!.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('ICMP errors: fixtures/wire/icmp-errors', () => {
  test('ip-unreachable names who could not be reached, why, and who says so', async () => {
    const found = only(await fixture('wire/icmp-errors'), 'ip-unreachable').map(({ summary }) => summary);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^198\.51\.100\.20 \(udp\/33434\): port closed, says 198\.51\.100\.20$/),
        expect.stringMatching(/^198\.51\.100\.99 .*: prohibited by a filter, says 192\.0\.2\.1$/),
        expect.stringMatching(/^203\.0\.113\.5 \(tcp\/80\): network unreachable, says 192\.0\.2\.1$/),
        expect.stringMatching(/^198\.51\.100\.20 .*: too large for the path.*, says 192\.0\.2\.1$/),
        expect.stringMatching(/^2001:db8:1::20 \(udp\/33434\): port closed, says 2001:db8:1::20$/),
        expect.stringMatching(/^2001:db8:1::99 .*: prohibited by a filter, says 2001:db8::1$/),
      ]),
    );
    for (const finding of only(await fixture('wire/icmp-errors'), 'ip-unreachable')) {
      expect(finding).toMatchObject({ severity: 'notice', confidence: 1, frameCount: finding.frames.length });
      expect(finding.displayFilter).toBe(framesFilter(finding.frames));
    }
  });

  test('ip-ttl-exceeded names the router that dropped, over IPv4 and IPv6', async () => {
    const found = only(await fixture('wire/icmp-errors'), 'ip-ttl-exceeded');
    expect(found.map(({ summary }) => summary)).toEqual([
      expect.stringMatching(/^192\.0\.2\.1 dropped \d+ packets? to 198\.51\.100\.20 .*TTL ran out/),
      expect.stringMatching(/^2001:db8::1 dropped \d+ packets? to 2001:db8:1::20 .*TTL ran out/),
    ]);
    for (const finding of found) {
      expect(finding.frameCount).toBe(finding.frames.length);
      expect(finding.against).toEqual(['a traceroute sends such packets on purpose']);
    }
  });

  const datagram = ipv4(
    { from: '10.0.0.1', to: '10.0.0.2', protocol: 17, ttl: 1 },
    udp({ from: '10.0.0.1', to: '10.0.0.2', ports: [5000, 7] }, [1]),
  );
  /** The message of type and code that quotes the datagram. */
  const icmp = (type: number, code: number): Uint8Array => {
    const body = [0, 0, 0, 0, ...datagram];
    const sum = checksum([type, code, 0, 0, ...body]);
    return ethernet(
      ipv4({ from: '10.0.0.254', to: '10.0.0.1', protocol: 1 }, [type, code, sum >> 8, sum & 255, ...body]),
    );
  };

  test.each<[type: number, code: number, ids: string[]]>([
    [11, 0, ['ip-ttl-exceeded']],
    [11, 1, []],
    [3, 3, ['ip-unreachable']],
    [3, 200, ['ip-unreachable']],
    [0, 0, []],
    [8, 0, []],
    [5, 1, []],
  ])('type %i, code %i', async (type, code, ids) => {
    const findings = await findingsOf([ethernet(datagram), icmp(type, code)]);
    expect(findings.map(({ id }) => id)).toEqual(ids);
    for (const finding of findings) expect(finding.frames).toEqual([2]);
  });

  test('messages of one kind about one host are one finding; of two codes, two', async () => {
    const findings = await findingsOf([ethernet(datagram), icmp(3, 3), icmp(3, 3), icmp(3, 13)]);
    expect(findings.map(({ frames, measured }) => [frames, measured])).toEqual([
      [[2, 3], { messages: 2, connections: 1, code: 3 }],
      [[4], { messages: 1, connections: 1, code: 13 }],
    ]);
  });
});

describe('capture-drop', () => {
  test('an interface that says it lost frames', async () => {
    const findings = await findingsOfBytes(capture(7n));
    expect(findings).toMatchObject([
      {
        id: 'capture-drop',
        severity: 'warning',
        frameCount: 0,
        frames: [],
        measured: { dropped: 7, received: 100 },
      },
    ]);
    expect(findings[0]!.summary).toMatch(/^eth7 dropped 7 frames/);
  });

  test('silent where it lost none, and where nobody counted', async () => {
    expect(await findingsOfBytes(capture(0n))).toEqual([]);
    expect(await fixture('capture/http')).toEqual([]);
  });
});

describe('ip-checksum-bad', () => {
  test('a damaged datagram among sound ones', async () => {
    const frames = [...Array.from({ length: 9 }, () => udpFrame()), udpFrame(1)];
    const findings = await findingsOf(frames);
    expect(findings).toMatchObject([
      {
        id: 'ip-checksum-bad',
        severity: 'notice',
        confidence: 0.9,
        frameCount: 1,
        frames: [10],
        measured: { wrong: 1, checked: 10 },
        against: [],
      },
    ]);
  });

  test('so many that it is rather an offload', async () => {
    const [finding] = await findingsOf([udpFrame(), udpFrame(1)]);
    expect(finding).toMatchObject({ confidence: 0.5, against: [expect.stringMatching(/offload/)] });
  });

  test('a damaged IPv4 header is told apart from a damaged segment', async () => {
    const ends = { from: '10.0.0.1', to: '10.0.0.2' };
    const damaged = ethernet(ipv4({ ...ends, protocol: 17, wrong: 1 }, udp({ ...ends, ports: [5000, 7] }, [1])));
    const findings = await findingsOf([udpFrame(), udpFrame(), udpFrame(), damaged]);
    expect(findings.map(({ id, summary }) => [id, summary])).toEqual([
      ['ip-checksum-bad', expect.stringMatching(/IPv4 header/)],
    ]);
  });

  test('silent on sound frames, on no checksum, and on checksums left to the network card', async () => {
    // RFC 768: zero is no checksum. Linux leaves the sum of the pseudo-header.
    const pseudo = 0x0a00 + 0x0001 + 0x0a00 + 0x0002 + 17 + 11;
    expect(await findingsOf([udpFrame(), udpFrame(0, 0), udpFrame(0, pseudo)])).toEqual([]);
    expect(only(await fixture('capture/offloaded'), 'ip-checksum-bad')).toEqual([]);
  });

  test('silent on frames that the snapshot length cut', async () => {
    expect(only(await fixture('capture/snaplen-96'), 'ip-checksum-bad')).toEqual([]);
  });
});

describe('ip-fragment-overlap', () => {
  const ends = { from: '10.0.0.1', to: '10.0.0.2' };
  const whole = udp(
    { ...ends, ports: [5000, 7] },
    Array.from({ length: 56 }, (_, i) => i),
  );
  const fragment = (from: number, to: number): Uint8Array =>
    ethernet(ipv4({ ...ends, protocol: 17, id: 77, fragment: [from, to < whole.length] }, whole.slice(from, to)));

  test('fragments that overlap', async () => {
    const findings = await findingsOf([fragment(0, 32), fragment(24, 48), fragment(48, 64)]);
    expect(findings).toMatchObject([
      { id: 'ip-fragment-overlap', severity: 'warning', frames: [2], frameCount: 1, measured: { fragments: 1 } },
    ]);
  });

  test.each(['fragments-ipv4', 'fragments-ipv6', 'fragments-tcp'])('silent on %s', async (name) => {
    expect(only(await fixture(`wire/${name}`), 'ip-fragment-overlap')).toEqual([]);
  });

  test('silent on fragments in any order that only touch', async () => {
    expect(await findingsOf([fragment(32, 64), fragment(0, 32)])).toEqual([]);
  });
});

test('a fingerprint is FNV-1a of 64 bits', () => {
  // Published vectors of the FNV reference code.
  expect(fingerprint('')).toBe('cbf29ce484222325');
  expect(fingerprint('a')).toBe('af63dc4c8601ec8c');
  expect(fingerprint('foobar')).toBe('85944171f73967e8');
});

test('a display filter lists at most a hundred frames', () => {
  expect(framesFilter([3, 7])).toBe('frame.number in {3, 7}');
  expect(framesFilter(Array.from({ length: 200 }, (_, i) => i)).split(',').length).toBe(100);
});

const synTo = (port: number, seq: number): Uint8Array =>
  segment({ from: '10.0.0.1', to: '10.0.0.2', ports: [40_000, port], flags: SYN, seq });

describe('tcp-handshake-failed over many ports', () => {
  const scan = Array.from({ length: 300 }, (_, i) => synTo(1000 + i, i));

  test('is one finding, and a port tried much more often stands apart, in front', async () => {
    const often = Array.from({ length: 400 }, (_, i) => synTo(7, i));
    const found = (await findingsOf([...scan, ...often])).filter(({ id }) => id === 'tcp-handshake-failed');
    expect(found.map(({ measured }) => [measured['ports'], measured['attempts']])).toEqual([
      [undefined, 400],
      [300, 300],
    ]);
  });

  test('a few ports are told one by one', async () => {
    const found = (await findingsOf(scan.slice(0, 5))).filter(({ id }) => id === 'tcp-handshake-failed');
    expect(found).toHaveLength(5);
  });
});
