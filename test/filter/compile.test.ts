import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../src/filter/compile.ts';
import type { Frame } from '../../src/wire/frame.ts';
import { frameFromHex } from './support.ts';

const MACS = '003096e6fc39 003096052838';
/** 10.1.2.1:443 > 10.34.0.1:80, SYN. */
const TCP4 = '4500002c00010000400600000a0102010a22000101bb005000000001000000005002100000000000020405b4';
/** The same as a later fragment. */
const FRAGMENT4 = TCP4.replace('4500002c00010000', '4500002c00010010');
/** fe80::1:5353 > ff02::fb:5353, UDP. */
const UDP6 = '6000000000081140fe800000000000000000000000000001ff0200000000000000000000000000fb14e914e900080000';
/** The same behind a fragment header. */
const FRAGMENT6 = UDP6.replace('6000000000081140', '6000000000102c40').replace('fb14e9', 'fb110000000000000114e9');

const ethernet = (type: string, payload: string): Frame => frameFromHex(`${MACS} ${type} ${payload}`);
const tcp4 = ethernet('0800', TCP4);
const wlanFrame = (control: string): Frame =>
  frameFromHex(`08${control} 0000 000000000001 000000000002 000000000003 0000 000000000004`, 105);
const matches = (text: string, frame: Frame): boolean => compileFilter(text).matches(frame);
/** Which of the four addresses are sources, and ten times those that are destinations. */
const ends = (control: string): number[] =>
  [1, 2, 3, 4]
    .filter((n) => matches(`wlan src 0:0:0:0:0:${n}`, wlanFrame(control)))
    .concat([1, 2, 3, 4].filter((n) => matches(`wlan dst 0:0:0:0:0:${n}`, wlanFrame(control))).map((n) => n * 10));

describe('grammar', () => {
  it('takes an empty filter as every frame', () => {
    for (const text of ['', '  ', '\n\t']) expect(matches(text, frameFromHex(''))).toBe(true);
  });

  it('gives and and or one precedence, left to right', () => {
    expect(matches('tcp or udp and port 99', tcp4)).toBe(false);
    expect(matches('tcp or (udp and port 99)', tcp4)).toBe(true);
    expect(matches('udp and tcp or ip', tcp4)).toBe(true);
  });

  it('binds not to the next test only', () => {
    expect(matches('not udp and tcp', tcp4)).toBe(true);
    expect(matches('not tcp or ip', tcp4)).toBe(true);
    expect(matches('not (tcp or ip)', tcp4)).toBe(false);
  });

  it('repeats qualifiers for bare ids, pcap-filter(7): "not host vs and ace"', () => {
    expect(matches('not host 9.9.9.9 and 10.1.2.1', tcp4)).toBe(true);
    expect(matches('not (host 9.9.9.9 or 10.1.2.1)', tcp4)).toBe(false);
    expect(matches('tcp dst port 21 or 20 or 80', tcp4)).toBe(true);
    expect(matches('tcp dst port 21 or 20 or 443', tcp4)).toBe(false);
    expect(matches('tcp src port 21 or (udp port 53) or 443', tcp4)).toBe(true);
  });

  it.each([
    ['1 + 2 * 3 = 7', true],
    ['1 | 2 & 3 = 3', true],
    ['1 << 2 + 1 = 8', true],
    ['2 * 3 % 4 = 6', true],
    ['7 % 3 + 1 = 3', true],
    ['3 ^ 1 & 1 = 2', true],
    ['7 - 2 - 1 = 4', true],
    ['- 1 = 0xffffffff', true],
    ['-1 > 5', true],
    ['5 - 7 < 0', false],
    ['0xffffffff * 0xffffffff = 1', true],
    ['0xfffffffe / 2 = 0x7fffffff', true],
    ['0x80000000 >> 31 = 1', true],
    ['010 = 8', true],
    ['icmp6-multicastrouterterm = 153 and icmp-maskreply = 18 and tcp-cwr = 128', true],
    ['icmp-echo = 8 and icmp-timxceed = 11 and icmp6-neighboradvert = 136 and icmp6-certpathadvert = 149', true],
  ])('%s is %s', (text, expected) => {
    expect(matches(text, frameFromHex(''))).toBe(expected);
  });

  it('reads bytes behind a computed offset', () => {
    expect(matches('tcp[(tcp[12] & 0xf0) >> 2] = 2', tcp4)).toBe(true);
    expect(matches('tcp[((tcp[12] & 0xf0) >> 2) + 2 : 2] = 1460', tcp4)).toBe(true);
    expect(matches('tcp[tcpflags] & (tcp-syn|tcp-fin) != 0', tcp4)).toBe(true);
  });
});

describe('a load beyond the captured bytes', () => {
  const cut = ethernet('0800', TCP4.slice(0, 40));

  it('fails the whole filter, also under not', () => {
    expect(matches('tcp port 80', cut)).toBe(false);
    expect(matches('not tcp port 80', cut)).toBe(false);
    expect(matches('ip[100] = 0 or tcp', tcp4)).toBe(false);
  });

  it('does not matter where it is never reached', () => {
    expect(matches('tcp or ip[100] = 0', tcp4)).toBe(true);
    expect(matches('not udp port 80', cut)).toBe(true);
  });

  it('is the same for division by zero', () => {
    expect(matches('not ip[2:2] / ip[1] = 1', tcp4)).toBe(false);
    expect(matches('not ip[2:2] % ip[1] = 1', tcp4)).toBe(false);
  });

  it('leaves len the length on the wire', () => {
    expect(matches('len = 1500 and greater 1500 and not less 1499', frameFromHex('00', 1, 1500))).toBe(true);
  });
});

describe('ports', () => {
  it('stand in first fragments only', () => {
    const later = ethernet('0800', FRAGMENT4);
    expect(matches('tcp', later)).toBe(true);
    expect(matches('port 80 or port 443', later)).toBe(false);
    expect(matches('tcp[0:2] = 443', later)).toBe(false);
  });

  it('in IPv6 are found directly behind the header; a protocol behind one fragment header too', () => {
    expect(matches('udp port 5353', ethernet('86dd', UDP6))).toBe(true);
    expect(matches('udp', ethernet('86dd', FRAGMENT6))).toBe(true);
    expect(matches('udp port 5353', ethernet('86dd', FRAGMENT6))).toBe(false);
  });

  it('by name belong to the transport of the name', () => {
    expect(matches('port http', tcp4)).toBe(true);
    expect(matches('port ntp', ethernet('0800', TCP4.replace('01bb', '007b')))).toBe(false);
    expect(matches('portrange ftp-data-http', tcp4)).toBe(true);
  });
});

describe('link types', () => {
  const every = 'tcp port 80 and src net 10.1 and ip[8] = 64';

  it.each([
    ['Ethernet', 1, `${MACS} 0800`],
    ['Linux cooked v1', 113, '0000 0001 0006 003096052838 0000 0800'],
    ['Linux cooked v2', 276, '0800 0000 00000002 0001 00 06 0030960528380000'],
    ['NULL, little-endian', 0, '02000000'],
    ['NULL, big-endian', 0, '00000002'],
    ['LOOP', 108, '00000002'],
    ['RAW', 101, ''],
    ['RAW as BSD numbers it', 12, ''],
    ['RAW as OpenBSD numbers it', 14, ''],
    ['IPv4', 228, ''],
    ['PPP', 9, 'ff030021'],
    ['PPP in HDLC framing', 50, 'ff030021'],
    ['Cisco HDLC', 104, '0f000800'],
    ['FDDI', 10, `57 ${MACS} aaaa03000000 0800`],
    ['802.11 data', 105, `0801 0000 ${MACS} 003096e6fc39 0000 aaaa03000000 0800`],
    ['802.11 QoS data', 105, `8801 0000 ${MACS} 003096e6fc39 0000 0000 aaaa03000000 0800`],
    ['radiotap', 127, `00000800 00000000 0801 0000 ${MACS} 003096e6fc39 0000 aaaa03000000 0800`],
    [
      'radiotap with padding',
      127,
      `00000900 02000000 20 8801 0000 ${MACS} 003096e6fc39 0000 0000 00 aaaa03000000 0800`,
    ],
  ])('%s', (_, linkType, header) => {
    expect(matches(every, frameFromHex(`${header} ${TCP4}`, linkType))).toBe(true);
    expect(matches(`not (${every})`, frameFromHex(`${header} ${TCP4}`, linkType))).toBe(false);
  });

  it.each(['18000000', '1c000000', '1e000000', '0000001e', '0a000000'])('NULL knows the IPv6 family %s', (family) => {
    expect(matches('ip6 and udp port 5353 and not ip', frameFromHex(`${family} ${UDP6}`, 0))).toBe(true);
  });

  it('unknown: bytes and lengths can be tested, protocols are not there', () => {
    const unknown = frameFromHex(`aa ${TCP4}`, 147);
    expect(matches('link[0] = 0xaa and len = 45 and greater 45', unknown)).toBe(true);
    for (const text of [
      'ip',
      'tcp',
      'port 80',
      'host 10.1.2.1',
      'ether host 1:2:3:4:5:6',
      'multicast',
      'vlan',
      'mpls',
      'pppoes',
      'ip[0] = 0x45',
    ]) {
      expect(matches(text, unknown)).toBe(false);
      expect(matches(`not (${text})`, unknown)).toBe(true);
    }
  });

  it('may change from frame to frame', () => {
    const filter = compileFilter(every);
    const frames = [
      tcp4,
      frameFromHex(TCP4, 101),
      frameFromHex(`02000000 ${TCP4}`, 0),
      tcp4,
      frameFromHex(TCP4, 1),
      frameFromHex(TCP4, 228),
    ];
    expect(frames.map((frame) => filter.matches(frame))).toEqual([true, true, true, true, false, true]);
  });

  it('802.11 addresses follow To DS and From DS', () => {
    expect(['00', '01', '02', '03'].map(ends)).toEqual([
      [2, 10],
      [2, 30],
      [3, 10],
      [4, 30],
    ]);
  });
});

describe('encapsulations shift what follows', () => {
  const tagged = ethernet('8100', `000a 0800 ${TCP4}`);
  const twice = ethernet('88a8', `000a 8100 00c8 0800 ${TCP4}`);
  const labelled = ethernet('8847', `0001d0ff 0001e1ff ${TCP4}`);
  const session = ethernet('8864', `1100 0f07 002e 0021 ${TCP4}`);

  it('vlan', () => {
    expect(matches('tcp', tagged)).toBe(false);
    expect(matches('vlan and tcp', tagged)).toBe(true);
    expect(matches('vlan 10 and tcp port 80', tagged)).toBe(true);
    expect(matches('vlan 11', tagged)).toBe(false);
    expect(matches('vlan 10 and vlan 200 and tcp port 80', twice)).toBe(true);
    expect(matches('vlan or tcp', tagged)).toBe(true);
    expect(matches('tcp or vlan', tagged)).toBe(true);
    expect(matches('ether[12:2] = 0x8100 and vlan and ether[12:2] = 0x8100', tagged)).toBe(true);
  });

  it('mpls', () => {
    expect(matches('mpls 29 and mpls 30 and host 10.1.2.1 and tcp port 80', labelled)).toBe(true);
    expect(matches('mpls 29 and ip', labelled)).toBe(false);
    expect(matches('mpls 30', labelled)).toBe(false);
  });

  it('pppoes', () => {
    expect(matches('pppoes 0xf07 and tcp port 80', session)).toBe(true);
    expect(matches('pppoes 1', session)).toBe(false);
    expect(matches('pppoes and ether[0:2] = 0x21', session)).toBe(true);
    expect(matches('pppoed', session)).toBe(false);
    expect(matches('pppoed', ethernet('8863', '1109000000000000'))).toBe(true);
  });
});

describe('addresses', () => {
  it.each([
    'host 10.1.2.1',
    'ip src host 10.1.2.1',
    'net 10',
    'net 10.1',
    'net 10.1.2',
    'dst net 10.32.0.0/11',
    'src net 10.0.0.0 mask 255.0.0.0',
    'src and dst net 10',
    'host not 9.9.9.9',
    'host (9.9.9.9 or 10.34.0.1)',
    'ether src 00:30:96:05:28:38',
    'ether host 0-30-96-5-28-38',
    'ether host 00.30.96.05.28.38',
    'ether host 0030.9605.2838',
    'fddi host 003096052838',
    'ether src or dst 00:30:96:e6:fc:39',
  ])('%s', (text) => {
    expect(matches(text, tcp4)).toBe(true);
  });

  it.each([
    'host fe80::1',
    'net fe80::/10',
    'dst net ff02::/16',
    'ip6 host fe80:0:0:0:0:0:0:1',
    'net ::/0',
    'ip6 multicast',
  ])('%s', (text) => {
    expect(matches(text, ethernet('86dd', UDP6))).toBe(true);
    expect(matches(text, tcp4)).toBe(false);
  });
});
