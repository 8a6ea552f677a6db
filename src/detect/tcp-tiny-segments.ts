import type { Connections } from '../flow/connections.ts';
import { Word } from '../flow/records.ts';
import { dataSegmentsOf } from '../flow/waits/read.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, type Group, Groups, onlyConnection, plural, whoText } from './groups.ts';
import { sideNames } from './waiting.ts';

export const tcpTinySegments: Detector = {
  id: 'tcp-tiny-segments',
  title: 'Many tiny segments in a row',
  why: 'An application writes a few bytes at a time and has switched off what would gather them (TCP_NODELAY). Every piece carries 40 bytes of headers and more, is acknowledged, and costs both hosts as much as a full segment.',
  references: [
    { spec: 'RFC 9293', section: '3.7.4' },
    { spec: 'RFC 896', section: 'The small-packet problem' },
  ],
  *detect(facts) {
    const { connections: c, limits } = facts;
    const groups = new Groups<Kind>(c, limits);
    for (const id of c.digest().eventful) {
      if (c.word(id, Word.full) === 0 || c.isUdp(id)) continue;
      for (const side of [0, 1] as const) {
        const segments = tinySegments(c, id, side);
        if (segments > 0) groups.add(`${side}`, id, [dataSegmentsOf(c, id, side).stackedFrame], segments);
      }
    }
    for (const group of groups.all()) yield claim(c, group);
  },
};

type Kind = '0' | '1';

const LEAST_SEGMENTS = 100;
/** A mean payload of no more than this is tiny: less than a tenth of what Ethernet carries. */
const MOST_BYTES = 100;
/** People who type send small segments as well, but one after the other. */
const LEAST_STACKED = 0.5;

/** How many segments with payload the end sent, when they are tiny and follow upon each other; 0 otherwise. */
function tinySegments(c: Connections, id: number, side: 0 | 1): number {
  const { segments, stacked } = dataSegmentsOf(c, id, side);
  if (segments < LEAST_SEGMENTS || stacked < LEAST_STACKED * segments) return 0;
  return c.payloadBytes(id, side) <= MOST_BYTES * segments ? segments : 0;
}

function claim(c: Connections, group: Group<Kind>): Claim {
  const { ids, frames, kind, most } = group;
  const side = kind === '0' ? 0 : 1;
  const [first] = ids as [number];
  const mean = Math.round(c.payloadBytes(first, side) / dataSegmentsOf(c, first, side).segments);
  const where = ids.length === 1 ? '' : ` in each of ${plural(ids.length, 'connection')}`;
  return {
    severity: 'notice',
    confidence: 0.7,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  the ${sideNames[side]} sent ${ids.length === 1 ? '' : 'up to '}${plural(most, 'segment')}${where} with about ${plural(mean, 'byte')} of payload, one behind the other`,
    frameCount: frames.length,
    frames,
    measured: {
      connections: ids.length,
      segments: most,
      meanBytes: mean,
      mostBytes: MOST_BYTES,
      sender: sideNames[side],
    },
    against: ['games, voice and remote control send small messages on purpose'],
    unknowable: [],
    displayFilter: framesFilter(frames),
    about: `${sideNames[side]} ${aboutText(c, group)}`,
  };
}
