/** The document of `synoptic ssh --json`. */
import { authMethods, authOutcomes } from '../../app/ssh/auth.ts';
import { kexKinds, listNames } from '../../app/ssh/kexinit.ts';
import { knownVerdicts } from '../../app/ssh/known-hosts.ts';
import { MAX_NAMES, MAX_SSH_ANOMALIES, MAX_SSH_STEPS } from '../../app/ssh/limits.ts';
import { sshAnomalies, sshOutcomes } from '../../app/ssh/session.ts';
import { MAX_EVIDENCE_FRAMES } from '../../flow/limits.ts';
import { sideNames } from '../ladder/model.ts';
import { activities } from '../ssh/model.ts';
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
  port,
  ref,
  text,
  whole,
} from './parts.ts';

const side = oneOf(sideNames);
const end = object({ address: text, port });
const time = orNull(ref('time'));
const bothWays = object({ toServer: orNull(text), toClient: orNull(text) });
const hash = orNull({ type: 'string', pattern: '^[0-9a-f]{32}$' });
const names = arrayOf(text, { maxItems: MAX_NAMES });
const lists = orNull(object(Object.fromEntries(listNames.map((name) => [name, names]))));

const hostKey = object({
  type: text,
  bits: orNull(count),
  sha256: { type: 'string', pattern: '^SHA256:[A-Za-z0-9+/]{43}$' },
  md5: { type: 'string', pattern: '^MD5:([0-9a-f]{2}:){15}[0-9a-f]{2}$' },
  knownHosts: orNull(oneOf(knownVerdicts)),
  knownHostsLines: arrayOf(whole(1)),
  expected: arrayOf(text),
});

const auth = object({
  inferred: { const: true },
  outcome: oneOf(authOutcomes),
  method: oneOf(authMethods),
  failures: count,
  failureFrames: arrayOf(frameNumber, { maxItems: MAX_EVIDENCE_FRAMES }),
  successFrame: orNull(frameNumber),
  activity: oneOf(activities),
});

export const session = object({
  connection: connectionId,
  originator: end,
  responder: end,
  startTime: time,
  outcome: oneOf(sshOutcomes),
  banners: object({ originator: orNull(text), responder: orNull(text) }),
  offered: object({ originator: lists, responder: lists }),
  algorithms: orNull(
    object({
      kex: orNull(text),
      kexKind: oneOf(kexKinds),
      hostKey: orNull(text),
      cipher: bothWays,
      mac: bothWays,
      compression: bothWays,
    }),
  ),
  missing: arrayOf(oneOf(listNames)),
  strictKex: flag,
  groupBits: orNull(count),
  hostKey: orNull(hostKey),
  hassh: hash,
  hasshServer: hash,
  auth: orNull(auth),
  disconnect: orNull(object({ side, frame: frameNumber, code: count, text })),
  steps: arrayOf(object({ message: text, side, frame: frameNumber, time }), { maxItems: MAX_SSH_STEPS }),
  stepCount: count,
  anomalies: arrayOf(object({ id: oneOf(sshAnomalies), side, frame: frameNumber }), { maxItems: MAX_SSH_ANOMALIES }),
});

export const sshSchema: Schema = {
  ...object({
    ...heading,
    limitsReached: arrayOf(text, { uniqueItems: true }),
    knownHosts: orNull(object({ lines: count, unreadable: count })),
    findings: arrayOf(finding),
    sessions: arrayOf(session),
  }),
  $defs: headingDefinitions,
};
