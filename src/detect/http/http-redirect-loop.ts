import { type Claim, framesFilter } from '../finding.ts';
import { type HttpDetector, framesOf, oneConnection } from './facts.ts';
import { type Chain, chainsOf } from './redirects.ts';

export const httpRedirectLoop: HttpDetector = {
  id: 'http-redirect-loop',
  title: 'Redirects that lead back',
  why: 'A redirect leads to a place that redirects back. Clients follow until they lose patience, and show an error.',
  references: [{ spec: 'RFC 9110', section: '15.4' }],
  *detect(sites) {
    for (const { chain, isCircle } of chainsOf(sites)) if (isCircle) yield claim(chain);
  },
};

function claim({ steps, visits }: Chain): Claim {
  const places = [...visits.keys()];
  const frames = framesOf(steps);
  return {
    severity: 'warning',
    confidence: 0.95,
    ...oneConnection(steps),
    summary: `${steps[0]!.site.client}  ${steps.length} redirects in a circle: ${places.join(' > ')} > ${places[0]!}`,
    frameCount: frames.length,
    frames,
    measured: { redirects: steps.length, places: places.length },
    displayFilter: framesFilter(frames),
    about: places.toSorted().join(' '),
  };
}
