/** The document of `synoptic dns --json`. */
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

const query = object({
  connection: connectionId,
  protocol: oneOf(['dns', 'mdns', 'llmnr']),
  transport: oneOf(['udp', 'tcp']),
  id: whole(0, 65_535),
  name: orNull(text),
  type: orNull(text),
  rcode: orNull(text),
  answers: arrayOf(object({ name: text, type: text, ttl: count, data: text })),
  rttSeconds: orNull({ ...seconds, minimum: 0 }),
  frames: object({ query: orNull(frameNumber), answer: orNull(frameNumber) }),
  time: orNull(ref('time')),
  repeatOf: orNull(frameNumber),
  retries: count,
  duplicateAnswers: count,
  authoritative: flag,
  truncated: flag,
  damaged: flag,
});

export const dnsSchema: Schema = {
  ...object({
    ...heading,
    limitsReached: arrayOf(text, { uniqueItems: true }),
    summary: object({
      queries: count,
      answered: count,
      unanswered: count,
      unasked: count,
      retries: count,
      unreadable: count,
      byRcode: countsOfAny,
      byType: countsOfAny,
    }),
    findings: arrayOf(finding),
    queries: arrayOf(query),
  }),
  $defs: headingDefinitions,
};
