import { describe, expect, it } from 'vitest';
import { compileFilter, FilterError } from '../../src/filter/compile.ts';
import {
  cellOf,
  expressions,
  hasCaptures,
  readCaptures,
  recordedFrames,
  recordedMatches,
  recordedVerdicts,
} from './support.ts';

/** Captures in which another answer than tcpdump's is meant. */
const CAPTURES_APART: Readonly<Record<string, string>> = {
  'gopacket__test_loopback.pcap':
    'AF_INET6 differs by system; libpcap knows that of the machine it runs on (10), here 24, 28 and 30 count as well',
  'pcpp__null_loopback.pcap': 'the same, and an address family in the byte order of another machine is read too',
  'tcpdump__arcnet-rfc1051-arp-icmp-http.pcap': 'ARCnet is not a link type known here: every protocol test is false',
};

const OPTIMIZER =
  'cut between two fields: the optimizer looks at one field for all values first; this keeps to the text, as tcpdump -O';
const REGISTERS = 'libpcap 1.10.3 overwrites the register that holds the length of the radiotap header';

/** Single answers that differ: expression, capture (or its beginning), reason. */
const ANSWERS_APART: readonly (readonly [string, string, string])[] = [
  ['tcp port 443 or 80 or 8080', 'arkime__v6-http.pcap cut to 57', OPTIMIZER],
  ['host 10.1.2.1 or 10.34.0.1', 'arkime__mpls-basic.pcap cut to 30', OPTIMIZER],
  ['host (10.1.2.1 or 10.34.0.1) and tcp', 'arkime__mpls-basic.pcap cut to 30', OPTIMIZER],
  ['not pppoes', 'arkime__80211http.pcap', REGISTERS],
  ['1 = 1 and tcp', 'arkime__80211http.pcap', REGISTERS],
];

const NOT_DONE = 'understood and refused: docs/filter.md lists these words';
const NEVER_TRUE = 'a number that the field cannot hold is a mistake, not a test that is always false';
const NO_ESCAPE = 'the backslash before a protocol name may be left out';

/** Expressions that tcpdump accepts and this refuses, or the other way round. */
const VERDICTS_APART: Readonly<Record<string, string>> = {
  'ip proto tcp': NO_ESCAPE,
  'ether proto arp': NO_ESCAPE,
  'ether proto 70000': NEVER_TRUE,
  'ip proto 256': NEVER_TRUE,
  'ether proto 0x10000': NEVER_TRUE,
  '1 << (30 + 2) = len': 'a shift of more than 31 bits is refused also where the number is a sum',
  'ip[1]/ip[0] = 1': 'libpcap takes the index 0 for a divisor',
  'portrange http-alt-8081': 'libpcap splits a range at the first dash, even inside a service name',
  'ip protochain 6': NOT_DONE,
  'ip6 protochain 6': NOT_DONE,
  inbound: NOT_DONE,
  outbound: NOT_DONE,
  'ifindex 5': NOT_DONE,
  llc: NOT_DONE,
  'llc ui': NOT_DONE,
  clnp: NOT_DONE,
  isis: NOT_DONE,
  esis: NOT_DONE,
  l1: NOT_DONE,
  geneve: NOT_DONE,
  'byte 5 = 5': NOT_DONE,
  'decnet host 1.2': NOT_DONE,
  'iso proto 1': NOT_DONE,
};

const isApart = (expression: string, capture: string): boolean =>
  capture in CAPTURES_APART ||
  ANSWERS_APART.some(([text, beginning]) => text === expression && capture.startsWith(beginning));

describe.skipIf(!hasCaptures)('against tcpdump (skipped where ../shared/captures is absent)', () => {
  const captures = hasCaptures ? readCaptures() : [];

  it('reads as many frames as tcpdump did', () => {
    expect(captures.map(({ frames }) => String(frames.length))).toEqual(recordedFrames);
  });

  it.each(expressions)('%s', (expression) => {
    const filter = compileFilter(expression);
    const recorded = (recordedMatches[expression] ?? '').split(' ');
    const differences: string[] = [];
    for (const [i, { name, frames }] of captures.entries()) {
      const numbers = frames.filter((frame) => filter.matches(frame)).map(({ number }) => number);
      const cell = cellOf(numbers, frames.length);
      if (recorded[i] === '-' || isApart(expression, name)) continue;
      if (cell !== recorded[i]) differences.push(`${name}: ${cell}, tcpdump ${recorded[i]}`);
    }
    expect(differences.join('\n')).toBe('');
  });
});

describe('accepts and refuses the same expressions as tcpdump', () => {
  it.each(Object.entries(recordedVerdicts))('%s', (expression, accepted) => {
    const verdict = expression in VERDICTS_APART ? !accepted : accepted;
    expect(accepts(expression)).toBe(verdict);
  });
});

function accepts(expression: string): boolean {
  try {
    compileFilter(expression);
    return true;
  } catch (error) {
    if (error instanceof FilterError) return false;
    throw error;
  }
}
