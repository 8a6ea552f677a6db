import { type Detector, framesFilter } from './finding.ts';
import { listenerText, socketText } from './groups.ts';

export const tcpOverlapConflict: Detector = {
  id: 'tcp-overlap-conflict',
  title: 'Bytes sent twice that differ',
  why: 'Segments brought different bytes for the same place of a stream. Receivers differ in which version they keep, so this is used to show an observer something else than the receiver gets; a damaged packet and a faulty device in between do it as well.',
  references: [{ spec: 'RFC 9293', section: '3.10.7.4' }],
  *detect(facts) {
    const { connections: c } = facts;
    for (const { id, stream } of facts.streams) {
      for (const side of [0, 1] as const) {
        const { conflicts } = stream.directions[side];
        const [first] = conflicts.list;
        if (first === undefined) continue;
        const frames = [...new Set(conflicts.list.flatMap(({ keptFrame, otherFrame }) => [keptFrame, otherFrame]))]
          .filter((frame) => frame > 0)
          .toSorted((a, b) => a - b);
        yield {
          severity: 'warning',
          confidence: 0.9,
          connection: `tcp:${c.indexes()[id]!}`,
          summary: `${socketText(c, id, side)} > ${socketText(c, id, side === 0 ? 1 : 0)}  ${conflicts.count} ${conflicts.count === 1 ? 'place' : 'places'} came twice with other bytes; the first is byte ${first.start}`,
          frameCount: frames.length,
          frames: frames.slice(0, 100),
          measured: { conflicts: conflicts.count, firstByte: first.start },
          against: ['a packet damaged on its way, whose checksum is wrong, may be one of the two'],
          unknowable: ['which version the receiver kept'],
          displayFilter: framesFilter(frames),
          about: `${listenerText(c, id)} ${side}`,
        };
      }
    }
  },
};
