import type { IcmpReport } from '../flow/icmp.ts';
import { unreachableReason } from '../flow/icmp-reasons.ts';
import { UNREACHABLE, UNREACHABLE_V6 } from '../wire/icmp.ts';
import { type Detector, framesFilter } from './finding.ts';
import { groupReports, portsText } from './icmp-groups.ts';

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
    for (const version of [4, 6]) {
      for (const group of groupReports(facts, isVersion(version))) {
        const reason = unreachableReason(version, group.code);
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
