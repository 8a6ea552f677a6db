/** The document of `synoptic synflood --json`. */
import type { RemedyName } from '../../detect/flood/remedies.ts';
import type { RelatedId } from '../../detect/flood/related/judge.ts';
import type { Tool } from '../../detect/flood/shapes.ts';
import type { Verdict } from '../../detect/flood/verdict.ts';
import { address, finding, heading, headingDefinitions } from './definitions.ts';
import {
  type Schema,
  arrayOf,
  count,
  flag,
  frameNumber,
  membersOf,
  object,
  oneOf,
  orNull,
  port,
  ref,
  text,
  whole,
} from './parts.ts';

const verdicts = membersOf<Verdict>({
  flood: true,
  burst: true,
  scan: true,
  sweep: true,
  'dead-server': true,
  overload: true,
  probes: true,
  backscatter: true,
});
const tools = membersOf<Tool>({ hping3: true, zmap: true, masscan: true, 'mirai-scanner': true, 'mirai-attack': true });
const remedies = membersOf<RemedyName>({
  'as-set': true,
  'shorter-timeout': true,
  'larger-backlog': true,
  'gateway-filter': true,
  'prefix-filter': true,
  'rate-limit': true,
  'syn-cookies': true,
});
const number: Schema = { type: 'number' };
const positive: Schema = { type: 'number', minimum: 0 };
const share: Schema = { type: 'number', minimum: 0, maximum: 1 };
const time = orNull(ref('time'));
const frames = arrayOf(frameNumber, { maxItems: 100 });
const threeWay = oneOf(['yes', 'no', 'unknown']);

const outcomes = object({
  unanswered: count,
  halfOpen: count,
  reset: count,
  refused: count,
  syns: count,
  synAcks: count,
  couldResend: count,
  resent: count,
  couldRepeat: count,
  answeredOnce: count,
  dropped: count,
  firstDropFrame: orNull(frameNumber),
  bareSyns: count,
  synAckOnly: count,
});

const sources = object({
  count,
  estimated: flag,
  once: count,
  most: count,
  entropyBits: positive,
  maxEntropyBits: positive,
  top: arrayOf(object({ address: ref('address'), attempts: whole(1), frames }), { maxItems: 10 }),
  widePrefixes: count,
  narrowPrefixes: count,
  bogonShare: share,
  widestShare: share,
  sampled: count,
  ttlMin: whole(0, 255),
  ttlMax: whole(0, 255),
  ttlCount: whole(0, 256),
});

const shape = object({
  syns: whole(1),
  frames,
  window: orNull(whole(0, 65_535)),
  windows: oneOf(['one', 'few', 'random']),
  mss: orNull(whole(0, 65_535)),
  windowShift: orNull(whole(0, 14)),
  options: { type: 'string', pattern: '^([0-9]+(,[0-9]+)*)?$' },
  ttlMin: whole(0, 255),
  ttlMax: whole(0, 255),
  dontFragment: flag,
  ipId: oneOf(['zero', 'constant', 'counts-up', 'random', 'none']),
  sourcePort: oneOf(['constant', 'counts-up', 'random']),
  sequence: oneOf(['constant', 'random']),
  tool: orNull(oneOf(tools)),
});

const evidence = object({
  frames,
  outcomes,
  change: object({
    phases: arrayOf(object({ onsetTime: time, endTime: time })),
    intervalSeconds: positive,
    usual: positive,
    slack: positive,
    peakSum: positive,
  }),
  sources: ref('sources'),
  spoofing: object({
    score: share,
    signs: arrayOf(
      object({ id: { type: 'string', pattern: '^[a-z-]+$' }, weight: number, measured: number, text, frames }),
    ),
  }),
  shapes: object({ sampled: count, clusters: arrayOf(shape) }),
  acceptQueue: object({
    overflowed: oneOf(['yes', 'unknown']),
    waiting: count,
    droppedSyns: count,
    ignoredAcks: count,
    why: arrayOf(text),
    frames,
  }),
  defence: object({
    cookieScore: share,
    answeredOnce: count,
    droppedShare: share,
    firstDropFrame: orNull(frameNumber),
    fullDepth: orNull(count),
    why: arrayOf(text),
  }),
});

const fare = object({
  attempts: count,
  completed: count,
  connectSecondsP50: orNull(positive),
  connectSecondsP95: orNull(positive),
  failedFrames: frames,
});

const whatIf = object({
  basis: oneOf(['given', 'inferred', 'assumed']),
  patienceSeconds: positive,
  cut: flag,
  rows: arrayOf(
    object({
      remedy: oneOf(remedies),
      settings: object({ listenBacklog: count, maxSynBacklog: count, synackRetries: count, syncookies: flag }),
      filter: oneOf(['none', 'syns-without-options', 'source-prefixes', 'rate-per-source']),
      prefixes: arrayOf(text, { maxItems: 64 }),
      perSource: orNull(count),
      enough: flag,
      prediction: object({
        peak: count,
        fullTime: time,
        dropped: count,
        cookies: count,
        clients: count,
        served: count,
        servedShare: share,
      }),
    }),
  ),
});

const victim = object({
  address: { type: 'string', pattern: '^[0-9a-f:.]{2,45}(/[0-9]{1,3})?$' },
  port: orNull(port),
  kind: oneOf(['listener', 'host', 'prefix']),
  verdict: oneOf(verdicts),
  confidence: share,
  reasons: arrayOf(text),
  against: arrayOf(text),
  onsetTime: time,
  endTime: time,
  durationSeconds: positive,
  handshakeCount: count,
  synCount: count,
  peakPerSecond: count,
  sourceCount: count,
  sourceCountEstimated: flag,
  spoofed: threeWay,
  peakHalfOpen: count,
  peakHalfOpenTime: time,
  peakHalfOpenFrames: frames,
  cookies: threeWay,
  halfOpen: arrayOf(object({ time, depth: count })),
  acceptQueue: arrayOf(object({ time, depth: count })),
  rate: arrayOf(object({ time, failed: count, completed: count, newSources: count })),
  newSourcesEstimated: flag,
  evidence: ref('evidence'),
  legitimate: object({
    before: ref('fare'),
    during: ref('fare'),
    after: ref('fare'),
    affectedCount: count,
    affected: arrayOf(
      object({
        address: ref('address'),
        attempts: whole(1),
        refused: count,
        delayed: count,
        longestSeconds: positive,
        frames,
      }),
      { maxItems: 100 },
    ),
  }),
  whatIf: orNull(ref('whatIf')),
});

const relatedIds = membersOf<RelatedId>({
  'ack-flood': true,
  'rst-flood': true,
  'fin-flood': true,
  'syn-ack-backscatter': true,
  'connection-flood': true,
});

const related = object({
  id: oneOf(relatedIds),
  address: ref('address'),
  port: orNull(port),
  role: oneOf(['target', 'sender', 'receiver']),
  confidence: share,
  reasons: arrayOf(text),
  against: arrayOf(text),
  onsetTime: time,
  endTime: time,
  durationSeconds: positive,
  connectionCount: whole(1),
  segmentCount: whole(1),
  peakPerSecond: count,
  answeredWithReset: count,
  mostOpen: count,
  sources: ref('sources'),
  frames,
});

export const synfloodSchema: Schema = {
  ...object({
    ...heading,
    limitsReached: arrayOf(text, { uniqueItems: true }),
    sampling: whole(1),
    victims: arrayOf(ref('victim')),
    related: arrayOf(ref('related')),
    findings: arrayOf(ref('finding')),
  }),
  $defs: { ...headingDefinitions, address, finding, victim, related, evidence, sources, fare, whatIf },
};
