/** Which costly parts of connection rows the fields of a policy need. */
import type { Costly } from '../report/connection-rows.ts';

/** All fields of rows but these need the life of a connection. */
const withoutLife =
  /^(?:id|transport|index|(?:originator|responder)\.\w+|host|service|firstFrame|lastFrame|startTime|durationSeconds|connState|history|communityId|endpoints\.\w+\.(?:frames|wireBytes|payloadBytes|ttl\.\w+|dscp\.\w+))$/;

/** Of those that do, all but these need what was measured at the ends. */
const withoutEnds = /^(?:completeness|(?:handshake|close)\.\w+)$/;

/** And of those that do, all but these what the time went to. */
const withoutWaits =
  /^endpoints\.\w+\.(?:uniqueBytes|finalState|isn|mss|windowShift|maxBytesInFlight|(?:synOptions|analysis|rtt|recovery)(?:\.\w+)*)$/;

export function costlyParts(fields: readonly string[]): Costly {
  const ofLives = fields.filter((field) => !withoutLife.test(field));
  const ofEnds = ofLives.filter((field) => !withoutEnds.test(field));
  return {
    communityId: fields.includes('communityId'),
    times: fields.includes('startTime'),
    life: ofLives.length > 0,
    ends: ofEnds.length > 0,
    waits: ofEnds.some((field) => !withoutWaits.test(field)),
  };
}
