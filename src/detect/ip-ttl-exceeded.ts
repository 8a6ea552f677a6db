import type { IcmpReport } from '../flow/icmp.ts';
import { TIME_EXCEEDED, TIME_EXCEEDED_V6 } from '../wire/icmp.ts';
import { type Detector, framesFilter } from './finding.ts';
import { groupReports, portsText } from './icmp-groups.ts';

/** Code 0: in transit; code 1 is about reassembly. */
const IN_TRANSIT = 0;

const isTtl = ({ version, type, code }: IcmpReport): boolean =>
  code === IN_TRANSIT && type === (version === 6 ? TIME_EXCEEDED_V6 : TIME_EXCEEDED);

export const ipTtlExceeded: Detector = {
  id: 'ip-ttl-exceeded',
  title: 'Packets ran out of hops',
  why: 'Each router lowers the TTL (hop limit) by one; at zero it drops the packet and reports it. That is how a traceroute works, and what a routing loop looks like.',
  references: [
    { spec: 'RFC 792', section: 'Time Exceeded Message' },
    { spec: 'RFC 4443', section: '3.3' },
  ],
  *detect(facts) {
    for (const group of groupReports(facts, isTtl)) {
      yield {
        severity: 'notice',
        confidence: 1,
        summary: `${group.reporter} dropped ${group.count} ${group.count === 1 ? 'packet' : 'packets'} to ${group.destination} (${portsText(group)}): TTL ran out`,
        frameCount: group.count,
        frames: group.frames,
        measured: { messages: group.count, connections: group.connections.length },
        against: ['a traceroute sends such packets on purpose'],
        unknowable: [
          'whether the route loops or the sender chose a low TTL, unless the quoted packets are in the capture',
        ],
        displayFilter: framesFilter(group.frames),
        about: `${group.reporter} ${group.destination}`,
      };
    }
  },
};
