import { type Detector, framesFilter } from './finding.ts';
import { listenerText, socketText } from './groups.ts';
import { oddLives } from './lives.ts';

/** Segments of a split handshake. */
const HANDSHAKE = 4;

export const tcpSplitHandshake: Detector = {
  id: 'tcp-split-handshake',
  title: 'A server that opens the connection itself',
  why: 'The answer to the SYN was a SYN of the server and no SYN-ACK, and the client answered that. The standard allows it, no common server does it, and devices that follow connections may take the server for the client.',
  references: [{ spec: 'RFC 9293', section: '3.5' }],
  *detect(facts) {
    const { connections: c } = facts;
    for (const { id, handshake, frames } of oddLives(facts)) {
      if (!handshake.notes.includes('split-handshake')) continue;
      yield {
        severity: 'warning',
        confidence: 0.9,
        connection: `tcp:${c.indexes()[id]!}`,
        summary: `${socketText(c, id, 0)} > ${listenerText(c, id)}  the server answered the SYN with a SYN: split handshake`,
        frameCount: Math.min(frames.length, HANDSHAKE),
        frames: frames.slice(0, HANDSHAKE),
        measured: {},
        against: [],
        unknowable: ['whether a test, a fault or an evasion is behind it'],
        displayFilter: framesFilter(frames.slice(0, HANDSHAKE)),
        about: listenerText(c, id),
      };
    }
  },
};
