import type { IcmpReport } from '../flow/icmp.ts';
import { UNREACHABLE, UNREACHABLE_V6 } from '../wire/icmp.ts';
import { type Detector, framesFilter } from './finding.ts';
import { groupReports, portsText } from './icmp-groups.ts';

/** RFC 792 and RFC 1812 section 5.2.7.1. */
const reasons: Readonly<Record<number, string>> = {
  0: 'network unreachable',
  1: 'host unreachable',
  2: 'protocol unreachable',
  3: 'port closed',
  4: 'too large for the path (fragmentation needed)',
  5: 'source route failed',
  6: 'network unknown',
  7: 'host unknown',
  9: 'network prohibited',
  10: 'host prohibited',
  13: 'prohibited by a filter',
};

/** RFC 4443 section 3.1. */
const reasonsV6: Readonly<Record<number, string>> = {
  0: 'no route',
  1: 'prohibited by a filter',
  2: 'beyond the scope of the source address',
  3: 'address unreachable',
  4: 'port closed',
  5: 'source address refused by policy',
  6: 'route rejected',
};

const isVersion =
  (version: number) =>
  (report: IcmpReport): boolean =>
    report.version === version && report.type === (version === 6 ? UNREACHABLE_V6 : UNREACHABLE);

export const ipUnreachable: Detector = {
  id: 'ip-unreachable',
  title: 'Packets that could not be delivered',
  why: 'A router or the host itself said that packets could not be delivered, and why.',
  references: [
    { spec: 'RFC 792', section: 'Destination Unreachable Message' },
    { spec: 'RFC 4443', section: '3.1' },
  ],
  *detect(facts) {
    for (const [version, names] of [
      [4, reasons],
      [6, reasonsV6],
    ] as const) {
      for (const group of groupReports(facts, isVersion(version))) {
        const reason = names[group.code] ?? `code ${group.code}`;
        yield {
          severity: 'notice',
          confidence: 1,
          summary: `${group.destination} (${portsText(group)}): ${reason}, says ${group.reporter}`,
          frameCount: group.count,
          frames: group.frames,
          measured: { messages: group.count, connections: group.connections.length, code: group.code },
          against: [],
          unknowable: ['whether the sender of the ICMP message is who it claims to be'],
          displayFilter: framesFilter(group.frames),
          about: `${group.reporter} ${group.destination} ${group.code}`,
        };
      }
    }
  },
};
