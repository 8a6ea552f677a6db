/** The document of `synoptic http --json`. */
import { lacks } from '../../app/http/message.ts';
import { anomalyNames } from '../../app/http1/anomalies.ts';
import { sideNames } from '../ladder/model.ts';
import { connectionId, finding, heading, headingDefinitions } from './definitions.ts';
import {
  type Schema,
  arrayOf,
  count,
  countsOfAny,
  flag,
  frameNumber,
  object,
  oneOf,
  orNull,
  ref,
  seconds,
  text,
  whole,
} from './parts.ts';

const positive: Schema = { ...seconds, minimum: 0 };
const frame = orNull(frameNumber);
const lack = orNull(oneOf(lacks));
const field = object({ name: text, value: text });

const timing = object({
  queuedSeconds: orNull(positive),
  requestSeconds: orNull(positive),
  serverSeconds: orNull(positive),
  downloadSeconds: orNull(positive),
  tcpRecoverySeconds: positive,
  stalledSeconds: positive,
});

const caching = object({
  directives: arrayOf(text),
  privateStore: flag,
  sharedStore: flag,
  lifetimeSeconds: orNull(count),
  lifetimeFrom: orNull(oneOf(['s-maxage', 'max-age', 'expires', 'heuristic'])),
  ageSeconds: count,
  expirationTime: orNull(ref('time')),
  validator: orNull(oneOf(['strong', 'weak'])),
});

const transaction = object({
  connection: connectionId,
  index: count,
  protocol: oneOf(['http/1', 'http/2']),
  stream: orNull(whole(0, 0x7fff_ffff)),
  secure: flag,
  frames: object({ request: frame, response: frame, requestStart: frame, responseStart: frame }),
  startTime: orNull(ref('time')),
  method: orNull(text),
  host: orNull(text),
  path: orNull(text),
  version: orNull(text),
  status: orNull(whole(0, 999)),
  reason: orNull(text),
  contentType: orNull(text),
  requestHeaders: arrayOf(field),
  responseHeaders: arrayOf(field),
  requestBytes: count,
  responseBytes: count,
  requestBodyBytes: count,
  responseBodyBytes: count,
  timing,
  resetCode: orNull(text),
  totalSeconds: orNull(positive),
  reuse: orNull(count),
  pipelineDepth: orNull(whole(1)),
  interim: arrayOf(object({ status: whole(100, 199), frame: frameNumber })),
  incomplete: object({ request: lack, response: lack }),
  anomalies: arrayOf(oneOf(anomalyNames), { uniqueItems: true }),
  caching: orNull(caching),
  explanations: arrayOf(object({ about: text, text })),
});

const host = object({
  host: text,
  connections: whole(1),
  requests: whole(1),
  requestsPerConnection: positive,
  closedByServer: count,
  idleBeforeCloseSeconds: orNull(object({ least: positive, most: positive })),
  queued: object({ requests: count, seconds: positive }),
  conditional: object({ requests: count, notModified: count }),
  security: object({ pages: count, present: countsOfAny, missing: arrayOf(text) }),
  cookies: arrayOf(object({ name: text, values: whole(1), requests: whole(1) })),
});

export const httpSchema: Schema = {
  ...object({
    ...heading,
    limitsReached: arrayOf(text, { uniqueItems: true }),
    summary: object({
      transactions: count,
      shown: count,
      connections: count,
      requests: count,
      responses: count,
      byStatus: countsOfAny,
      unseen: count,
      shownByStatus: countsOfAny,
      shownUnseen: count,
      byMethod: countsOfAny,
    }),
    hosts: arrayOf(host),
    goAways: arrayOf(object({ connection: connectionId, side: oneOf(sideNames), frame: frameNumber, error: text })),
    findings: arrayOf(finding),
    transactions: arrayOf(transaction),
  }),
  $defs: headingDefinitions,
};
