import type { Anomaly } from '../flow/totals.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';

/** Below this share of the frames a bad checksum is damage; above it, more likely an offload we do not know. */
const OFFLOAD_SHARE = 0.3;

export const ipChecksumBad: Detector = {
  id: 'ip-checksum-bad',
  title: 'Packets with a wrong checksum',
  why: 'A packet was damaged on its way, or captured before the network card filled its checksum in.',
  references: [
    { spec: 'RFC 1071', section: '1' },
    { spec: 'RFC 9293', section: '3.1' },
  ],
  *detect({ totals }) {
    const { anomalies } = totals;
    const transport = anomalies.get('transport_checksum_bad');
    const header = anomalies.get('ip_checksum_bad');
    if (transport !== undefined) yield claim('TCP or UDP', transport, totals.segments);
    if (header !== undefined) yield claim('IPv4 header', header, totals.packets);
  },
};

function claim(what: string, { count, frames }: Anomaly, of: number): Claim {
  const share = count / Math.max(1, of);
  return {
    severity: 'notice',
    confidence: share > OFFLOAD_SHARE ? 0.5 : 0.9,
    summary: `${count} of ${of} ${what} checksums are wrong: damaged on the way, or altered after capture`,
    frameCount: count,
    frames,
    measured: { wrong: count, checked: of, offloadShare: OFFLOAD_SHARE },
    against: share > OFFLOAD_SHARE ? ['so many that the sender may offload checksums in a way not known here'] : [],
    unknowable: ['whether the receiver saw the same bytes'],
    displayFilter: framesFilter(frames),
    about: what,
  };
}
