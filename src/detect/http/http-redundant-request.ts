import { MAX_EVIDENCE_FRAMES } from '../../flow/limits.ts';
import { type Claim, framesFilter } from '../finding.ts';
import { type HttpDetector, type HttpSite, byTime, placed, times } from './facts.ts';
import { type HostRepeats, Repeats } from './repeats.ts';

export const httpRedundantRequest: HttpDetector = {
  id: 'http-redundant-request',
  title: 'Requests that a cache should have answered',
  why: 'The same client fetched the same thing again although what it had was still fresh, or fetched it whole although it could have asked whether it changed: it has no cache, or does not use it.',
  references: [
    { spec: 'RFC 9111', section: '4.2' },
    { spec: 'RFC 9110', section: '13.1' },
  ],
  *detect(sites, { repeats }) {
    for (const each of (repeats ?? repeatsAt(sites)).hosts()) yield claim(each);
  },
};

/** Where every transaction is at hand. */
function repeatsAt(sites: readonly HttpSite[]): Repeats {
  const repeats = new Repeats();
  for (const { site, transaction } of byTime([...placed(sites)])) repeats.add(site, transaction);
  return repeats;
}

/** Small things are fetched twice for many reasons; and a single one is no pattern. */
const LEAST_REQUESTS = 3;
const LEAST_BYTES = 100_000;

function claim({ host, requests, fresh, bytes, members, site }: HostRepeats): Claim {
  const frames = members
    .flatMap(({ askedFrame, answeredFrame }) => [askedFrame, answeredFrame])
    .slice(0, MAX_EVIDENCE_FRAMES);
  return {
    severity: requests >= LEAST_REQUESTS || bytes >= LEAST_BYTES ? 'notice' : 'info',
    confidence: 0.8,
    ...(site === null ? {} : { connection: site }),
    summary: `${host}  ${times(requests, 'request')} for what the client had already: ${fresh} still fresh, ${requests - fresh} unchanged and fetched whole; ${bytes} bytes of content`,
    frameCount: frames.length,
    frames,
    measured: { requests, fresh, unchanged: requests - fresh, contentBytes: bytes },
    unknowable: [
      'whether one address is one client: several with the same program behind a NAT look alike',
      'whether the client keeps nothing on purpose, as load generators do',
    ],
    displayFilter: framesFilter(frames),
    about: host,
  };
}
