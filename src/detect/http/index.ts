/** Detectors of HTTP, in report order. To add one: write its file, add its line here. */
import { statusOf } from '../../app/http/message.ts';
import { type Finding, bySeverity, findingOf } from '../finding.ts';
import { type Gathered, type HttpDetector, type HttpSite, hostOf, placed } from './facts.ts';
import { httpErrorBurst } from './http-error-burst.ts';
import { httpFramingAmbiguity } from './http-framing-ambiguity.ts';
import { httpKeepAliveRace } from './http-keep-alive-race.ts';
import { httpRedirectChain } from './http-redirect-chain.ts';
import { httpRedirectLoop } from './http-redirect-loop.ts';
import { httpRedundantRequest } from './http-redundant-request.ts';
import { httpSlow } from './http-slow.ts';

export const httpDetectors: readonly HttpDetector[] = [
  httpFramingAmbiguity,
  httpErrorBurst,
  httpSlow,
  httpRedirectLoop,
  httpRedirectChain,
  httpKeepAliveRace,
  httpRedundantRequest,
];

/** Where every transaction is known. */
function answersIn(sites: readonly HttpSite[], host: string): number[] {
  const seconds: number[] = [];
  for (const place of placed(sites)) {
    const { response } = place.transaction;
    const isAnswer = (statusOf(place.transaction) ?? 0) >= 200;
    if (isAnswer && hostOf(place) === host) seconds.push(response!.first.seconds);
  }
  return seconds;
}

/** Findings of one detector; the rest is a limit reached. */
const MAX_FINDINGS_PER_DETECTOR = 1000;

/** All findings, the most severe first. `limits` takes the name of a limit that was reached. */
export function detectHttp(
  sites: readonly HttpSite[],
  limits: Set<string>,
  { answers = (host) => answersIn(sites, host), repeats = null }: Partial<Gathered> = {},
): Finding[] {
  const findings: Finding[] = [];
  for (const detector of httpDetectors) {
    let told = 0;
    for (const claim of detector.detect(sites, { answers, repeats })) {
      if (++told > MAX_FINDINGS_PER_DETECTOR) {
        limits.add('findings');
        break;
      }
      findings.push(findingOf(detector, claim));
    }
  }
  return bySeverity(findings);
}
