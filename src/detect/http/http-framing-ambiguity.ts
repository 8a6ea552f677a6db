import { anomaliesOf } from '../../app/http/message.ts';
import { type Anomaly, anomalyTexts, isAmbiguous } from '../../app/http1/anomalies.ts';
import { type Claim, framesFilter } from '../finding.ts';
import { type HttpDetector, type Placed, framesOf, grouped, oneConnection, placed, times } from './facts.ts';

export const httpFramingAmbiguity: HttpDetector = {
  id: 'http-framing-ambiguity',
  title: 'Messages whose end is a matter of opinion',
  why: 'Two recipients that disagree on where a message ends take a part of it for the next one: that is how requests are smuggled past a proxy. Sloppy software sends such messages too.',
  references: [
    { spec: 'RFC 9112', section: '6.3' },
    { spec: 'RFC 9112', section: '11.2' },
  ],
  *detect(sites) {
    const odd: { readonly place: Placed; readonly anomaly: Anomaly }[] = [];
    for (const place of placed(sites)) {
      for (const anomaly of anomaliesOf(place.transaction)) if (isAmbiguous(anomaly)) odd.push({ place, anomaly });
    }
    for (const some of grouped(
      odd,
      ({ place, anomaly }) => `${anomaly} ${isOfRequest(place, anomaly)} ${place.site.server}`,
    ).values()) {
      const [{ place, anomaly }] = some as [(typeof odd)[number]];
      yield claim(
        anomaly,
        isOfRequest(place, anomaly),
        some.map((each) => each.place),
      );
    }
  },
};

const isOfRequest = ({ transaction }: Placed, anomaly: Anomaly): boolean =>
  transaction.request?.head.anomalies.includes(anomaly) ?? false;

/** On these, servers and proxies are known to differ on where the body ends. */
const lengths: ReadonlySet<Anomaly> = new Set([
  'length-and-chunked',
  'lengths-differ',
  'length-invalid',
  'chunked-not-last',
  'coding-unknown',
  'chunk-invalid',
  'chunked-in-1.0',
  'space-before-colon',
]);

function claim(anomaly: Anomaly, ofRequest: boolean, some: readonly Placed[]): Claim {
  const frames = framesOf(some);
  const [first] = some as [Placed];
  return {
    severity: ofRequest && lengths.has(anomaly) ? 'warning' : lengths.has(anomaly) ? 'notice' : 'info',
    confidence: 0.9,
    ...oneConnection(some),
    summary: `${first.site.server}  ${times(some.length, ofRequest ? 'request' : 'response')} with ${anomalyTexts[anomaly].text}`,
    frameCount: frames.length,
    frames,
    measured: { messages: some.length, anomaly },
    unknowable: ['how the recipient read it'],
    displayFilter: framesFilter(frames),
    about: `${anomaly} ${ofRequest ? 'request' : 'response'} ${first.site.server}`,
  };
}
