/** ICMP errors grouped for findings: by reporter, kind, and the host that could not be reached. */
import type { IcmpReport } from '../flow/icmp.ts';
import type { Facts } from './facts.ts';

export interface IcmpGroup {
  readonly reporter: string;
  readonly code: number;
  /** Where the quoted packets were going. */
  readonly destination: string;
  readonly transports: Set<string>;
  readonly ports: Set<number>;
  /** Connections quoted. */
  readonly connections: number[];
  count: number;
  readonly frames: number[];
}

const MAX_FRAMES = 100;

/** Groups of the reports that `wanted` accepts, in order of their first frame. */
export function groupReports(facts: Facts, wanted: (report: IcmpReport) => boolean): IcmpGroup[] {
  const groups = new Map<string, IcmpGroup>();
  const c = facts.connections;
  for (const report of facts.tracker.icmp.list) {
    if (!wanted(report)) continue;
    const id = report.connection;
    // The quoted packet went to the responder, unless the reporter stands on the originator's side.
    const side = c.address(id, 1) !== report.reporter && c.frames(id, 0) === 0 && c.frames(id, 1) > 0 ? 0 : 1;
    const destination = c.address(id, side);
    const key = `${report.reporter} ${report.code} ${destination}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = {
        reporter: report.reporter,
        code: report.code,
        destination,
        transports: new Set(),
        ports: new Set(),
        connections: [],
        count: 0,
        frames: [],
      };
      groups.set(key, group);
    }
    group.transports.add(c.isUdp(id) ? 'udp' : 'tcp');
    group.ports.add(c.port(id, side));
    group.connections.push(id);
    group.count += report.count;
    for (const frame of report.frames) if (group.frames.length < MAX_FRAMES) group.frames.push(frame);
  }
  return [...groups.values()];
}

/** `tcp/80, 443` or `udp, 30 ports`. */
export function portsText(group: IcmpGroup): string {
  const transport = [...group.transports].toSorted().join('+');
  const ports = [...group.ports].toSorted((a, b) => a - b);
  return ports.length <= 3 ? `${transport}/${ports.join(', ')}` : `${transport}, ${ports.length} ports`;
}
