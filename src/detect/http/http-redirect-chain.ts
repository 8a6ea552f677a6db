import { statusOf } from '../../app/http/message.ts';
import { sinceThen } from '../../app/arrival.ts';
import { type Claim, framesFilter } from '../finding.ts';
import { type HttpDetector, type Placed, framesOf, grouped, oneConnection, urlOf } from './facts.ts';
import { type Chain, chainsOf, isRedirect, targetOf } from './redirects.ts';

export const httpRedirectChain: HttpDetector = {
  id: 'http-redirect-chain',
  title: 'Redirects one after the other',
  why: 'A redirect leads to a place that redirects again, three times or more. Each step costs a round trip, and often a connection, before anything is shown.',
  references: [{ spec: 'RFC 9110', section: '15.4' }],
  *detect(sites) {
    const long = [...chainsOf(sites)].flatMap(({ chain, isCircle }) => {
      const followed = isCircle ? null : followedOf(chain);
      return followed !== null && followed.redirects >= LEAST_REDIRECTS ? [followed] : [];
    });
    for (const alike of grouped(long, wayOf).values()) yield claim(alike);
  },
};

/** The same way of the same client. */
const wayOf = ({ steps, places }: Followed): string => [steps[0]!.site.client, ...places].join(' ');

/** A chain that is over. */
interface Followed {
  readonly steps: readonly Placed[];
  /** URLs of the steps, and where the last one leads. */
  readonly places: readonly string[];
  readonly redirects: number;
  /** From the first request to the end of the last response. */
  readonly seconds: number;
}

function followedOf({ steps }: Chain): Followed {
  const [first, last] = [steps[0]!, steps.at(-1)!];
  const next = targetOf(last);
  return {
    steps,
    places: [...steps.map((step) => urlOf(step)!), ...(next === null ? [] : [next])],
    redirects: steps.filter(({ transaction }) => isRedirect(transaction)).length,
    seconds: sinceThen(first.transaction.request!.first, last.transaction.response!.last),
  };
}

/** To another scheme, then to another host: two redirects are nothing special. */
const LEAST_REDIRECTS = 3;
/** What a person notices, and more steps than there are reasons for. */
const NOTICED_SECONDS = 1;
const MANY_REDIRECTS = 5;
/** Places that a sentence names. */
const MAX_NAMED = 6;
const MAX_PLACE = 200;

/** `alike`: a client's way from one place to another, each time. */
function claim(alike: readonly Followed[]): Claim {
  const [{ steps: first, places, redirects }] = alike as readonly [Followed, ...Followed[]];
  const steps = alike.flatMap((each) => each.steps);
  const seconds = Math.max(...alike.map((each) => each.seconds));
  const last = first.at(-1)!.transaction;
  const isOpen = isRedirect(last);
  const status = statusOf(last)!;
  const frames = framesOf(steps);
  const often = alike.length === 1 ? 'in' : `${alike.length} times, at most`;
  return {
    severity: seconds >= NOTICED_SECONDS || redirects >= MANY_REDIRECTS ? 'notice' : 'info',
    confidence: 1,
    ...oneConnection(steps),
    summary: `${first[0]!.site.client}  ${redirects} redirects in a row, ${often} ${secondsText(seconds)}: ${named(places)}${isOpen ? ', which was not asked for' : ` (${status})`}`,
    frameCount: frames.length,
    frames,
    measured: { redirects, seconds, times: alike.length, ...(isOpen ? {} : { status }) },
    unknowable: isOpen ? ['whether the client went on where the capture does not see it, over TLS for example'] : [],
    displayFilter: framesFilter(frames),
    about: `${places[0]!} ${places.at(-1)!}`,
  };
}

const secondsText = (seconds: number): string =>
  seconds >= 1 ? `${seconds.toFixed(1)} s` : `${(1000 * seconds).toFixed(1)} ms`;

/** The first ones and the last. */
const named = (places: readonly string[]): string =>
  (places.length <= MAX_NAMED
    ? places
    : [...places.slice(0, MAX_NAMED - 2), `${places.length - MAX_NAMED + 1} more`, places.at(-1)!]
  )
    .map((place) => (place.length > MAX_PLACE ? `${place.slice(0, MAX_PLACE)}...` : place))
    .join(' > ');
