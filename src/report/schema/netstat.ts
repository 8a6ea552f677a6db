/** The documents of `synoptic netstat --json`: sockets, or counts by host, or counts by step. */
import { stateNames } from '../netstat-documents.ts';
import { address, connectionId, heading, headingDefinitions } from './definitions.ts';
import {
  type Schema,
  arrayOf,
  count,
  countsBy,
  flag,
  object,
  oneOf,
  orNull,
  ref,
  seconds,
  text,
  whole,
} from './parts.ts';

const END = '(\\[[0-9a-f:.]{2,45}\\]|[0-9.]{7,15}):(0|[1-9][0-9]{0,4})';
const duration: Schema = { ...seconds, type: ['number', 'null'], minimum: 0 };
const byState = countsBy(stateNames);

const socket = object({
  host: ref('address'),
  protocol: oneOf(['tcp', 'tcp6']),
  local: { ...text, pattern: `^${END}$` },
  foreign: { ...text, pattern: `^(${END}|\\*)$` },
  state: oneOf(stateNames),
  sinceTime: orNull(ref('time')),
  ageSeconds: duration,
  recvQueue: orNull(count),
  sendQueue: orNull(count),
  transmissions: orNull(count),
  inferred: flag,
  connection: orNull(connectionId),
});

const host = object({ host: ref('address'), total: whole(1), byState });
const step = object({ time: orNull(ref('time')), seconds, total: count, byState });

const tableKeys = ['atTime', 'atSeconds', 'total', 'byState'];
const seriesKeys = ['fromTime', 'toTime', 'everySeconds', 'steps'];
const keys = [...tableKeys, 'sockets', 'hosts', ...seriesKeys];

/** A document with these of the keys and none of the others. */
const having = (own: readonly string[]): Schema => ({
  type: 'object',
  properties: Object.fromEntries(keys.map((key) => [key, own.includes(key)])),
  required: own,
});

export const netstatSchema: Schema = {
  ...object(
    {
      ...heading,
      atTime: orNull(ref('time')),
      atSeconds: { ...seconds, type: ['number', 'null'] },
      total: count,
      byState,
      fromTime: orNull(ref('time')),
      toTime: orNull(ref('time')),
      everySeconds: { ...seconds, exclusiveMinimum: 0 },
      sockets: arrayOf(ref('socket')),
      hosts: arrayOf(ref('host')),
      steps: arrayOf(ref('step')),
    },
    keys,
  ),
  anyOf: [having([...tableKeys, 'sockets']), having([...tableKeys, 'hosts']), having(seriesKeys)],
  $defs: { ...headingDefinitions, address, socket, host, step },
};
