/** The document of `synoptic websocket --json`. */
import { messageTypes, problemNames } from '../../app/websocket/websocket.ts';
import { sideNames } from '../ladder/model.ts';
import { connectionId, finding, heading, headingDefinitions } from './definitions.ts';
import {
  type Schema,
  arrayOf,
  count,
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

const side = oneOf(sideNames);
const closeCode = whole(0, 65_535);

const connection = object({
  connection: connectionId,
  client: side,
  frames: object({ request: orNull(frameNumber), response: orNull(frameNumber) }),
  host: orNull(text),
  path: orNull(text),
  secure: flag,
  accepted: orNull(flag),
  subprotocol: orNull(text),
  extensions: orNull(text),
  messages: count,
  close: orNull(object({ code: orNull(closeCode), by: side })),
});

const message = object({
  connection: connectionId,
  side,
  index: count,
  type: oneOf(messageTypes),
  start: count,
  end: count,
  class: oneOf(['whole', 'sticky', 'split', 'sticky+split']),
  frames: object({ first: frameNumber, last: frameNumber }),
  time: orNull(ref('time')),
  fragments: whole(1),
  masked: flag,
  compressed: flag,
  payloadBytes: count,
  contentBytes: orNull(count),
  closeCode: orNull(closeCode),
  rttSeconds: orNull({ ...seconds, minimum: 0 }),
  text: orNull(text),
  problems: arrayOf(oneOf(problemNames), { uniqueItems: true }),
});

export const websocketSchema: Schema = {
  ...object({
    ...heading,
    limitsReached: arrayOf(text, { uniqueItems: true }),
    connections: arrayOf(connection),
    findings: arrayOf(finding),
    messages: arrayOf(message),
  }),
  $defs: headingDefinitions,
};
