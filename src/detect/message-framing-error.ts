import { type Detector, framesFilter } from './finding.ts';
import { listenerText, socketText } from './groups.ts';

export const messageFramingError: Detector = {
  id: 'message-framing-error',
  title: 'Bytes that break the framing',
  why: 'A length field or a delimiter is not where the framing expects it: a message is longer than allowed, or a length makes no sense. A decoder throws there, and what follows is read at the wrong place. Mostly one side was programmed for another framing, or a part of a message was taken for the start of the next one.',
  references: [{ spec: 'RFC 9293', section: '2.2' }],
  *detect(facts) {
    const { connections: c } = facts;
    for (const { id, messages } of facts.streams) {
      const problems = messages?.problems.filter(({ problem }) => problem !== 'gap') ?? [];
      const [first] = problems;
      if (messages === null || first === undefined) continue;
      const frames = [...new Set(problems.map(({ frame }) => frame))].filter((frame) => frame > 0);
      const sender = socketText(c, id, first.side);
      const sound = [...messages.classes.values()].reduce((sum, times) => sum + times, 0);
      yield {
        severity: 'warning',
        confidence: sound > problems.length ? 0.8 : 0.5,
        connection: `tcp:${c.indexes()[id]!}`,
        summary: `${sender}  ${problems.length} ${problems.length === 1 ? 'place breaks' : 'places break'} the framing ${messages.framing}; the first is ${first.problem} at byte ${first.start}: ${first.text}`,
        frameCount: frames.length,
        frames: frames.slice(0, 100),
        measured: { framing: messages.framing, problems: problems.length, messages: sound, firstByte: first.start },
        against: ['a framing that was given wrongly looks the same'],
        unknowable: ['what the receiver expects'],
        displayFilter: framesFilter(frames),
        about: `${listenerText(c, id)} ${messages.framing}`,
      };
    }
  },
};
