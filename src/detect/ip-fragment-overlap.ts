import { type Detector, framesFilter } from './finding.ts';

export const ipFragmentOverlap: Detector = {
  id: 'ip-fragment-overlap',
  title: 'Overlapping IP fragments',
  why: 'Hosts differ in which of two overlapping fragments they keep, so overlaps are used to slip past inspection.',
  references: [
    { spec: 'RFC 5722', section: '4' },
    { spec: 'RFC 1858', section: '4' },
  ],
  *detect({ totals }) {
    const overlap = totals.anomalies.get('ip_fragment_overlap');
    if (overlap === undefined) return;
    yield {
      severity: 'warning',
      confidence: 0.8,
      summary: `${overlap.count} IP ${overlap.count === 1 ? 'fragment overlaps' : 'fragments overlap'} others of their datagram; the bytes that came first were kept`,
      frameCount: overlap.count,
      frames: overlap.frames,
      measured: { fragments: overlap.count },
      against: ['a fragment that came again, changed by the capture, overlaps itself'],
      unknowable: ['which bytes the receiver kept'],
      displayFilter: framesFilter(overlap.frames),
      about: '',
    };
  },
};
