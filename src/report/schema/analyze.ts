/** The document of `synoptic analyze --json`. */
import { connStates } from '../../flow/conn-state.ts';
import { noteIds } from '../../flow/totals.ts';
import { limits } from '../wait-rows.ts';
import { address, finding, heading, headingDefinitions, knownServices, shareProperties } from './definitions.ts';
import {
  type Schema,
  arrayOf,
  count,
  countsBy,
  object,
  oneOf,
  orNull,
  port,
  ref,
  seconds,
  text,
  whole,
} from './parts.ts';

const floodLimits = ['flood-hosts', 'flood-victims', 'flood-queue', 'flood-clients'];
const layerUnits = ['frame', 'packet', 'segment', 'payload'];

const perTransport = object({ total: count, byConnState: countsBy(connStates) });

const talker = object({
  transport: oneOf(['tcp', 'udp']),
  originator: object({ address: ref('address') }),
  responder: object({ address: ref('address'), port }),
  connections: whole(1),
  frames: whole(1),
  wireBytes: count,
});

const statusClasses = Array.from({ length: 10 }, (_, digit) => `${digit}xx`);

export const analyzeSchema: Schema = {
  ...object({
    ...heading,
    layers: {
      type: 'array',
      prefixItems: layerUnits.map((unit) => object({ unit: { const: unit }, count, bytes: count })),
      minItems: layerUnits.length,
      maxItems: layerUnits.length,
    },
    protocols: arrayOf(object({ path: { ...text, minLength: 1 }, frames: whole(1), bytes: count })),
    connections: object({
      total: count,
      byConnState: countsBy(connStates),
      byService: countsBy(knownServices),
      tcp: ref('perTransport'),
      udp: ref('perTransport'),
    }),
    resent: object({ segments: count, ofSegments: count, payloadBytes: count, ofPayloadBytes: count }),
    time: object({ connections: count, byLimit: countsBy(limits), ...shareProperties }),
    applications: orNull(
      object({
        http: object({
          requests: count,
          responses: count,
          byStatusClass: countsBy(statusClasses),
          slowestSeconds: seconds,
        }),
        webSocket: object({ connections: count }),
        tls: object({
          handshakes: count,
          complete: count,
          versions: arrayOf(object({ version: text, handshakes: whole(1) })),
        }),
        ssh: object({ sessions: count }),
        dns: object({ queries: count, answered: count }),
      }),
    ),
    talkers: arrayOf(ref('talker'), { maxItems: 100 }),
    anomalies: countsBy(noteIds.map(([, id]) => id)),
    limitsReached: arrayOf(
      oneOf([
        'connections',
        'milestones',
        'analysis',
        'waits',
        'icmp-reports',
        'fragments',
        'failed-listeners',
        'lives',
        'waiting',
        'findings',
        'held-bytes',
        'decoded-connections',
        'outstanding-requests',
        'transactions',
        'websocket-messages',
        'dns-queries',
        'tls-handshakes',
        'tls-certificates',
        'ssh-sessions',
        ...floodLimits,
      ]),
      {
        uniqueItems: true,
      },
    ),
    findings: arrayOf(ref('finding')),
  }),
  $defs: { ...headingDefinitions, address, perTransport, talker, finding },
};
