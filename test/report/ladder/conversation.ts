/** Conversations written down as a person would: `>` is the originator; numbers count from each end's ISN. */
import type { Frame } from '../../support/capture-bytes.ts';
import { ACK, FIN, RST, SYN, tcp } from '../../support/conversations.ts';

const letters: Readonly<Record<string, number>> = { S: SYN, A: ACK, F: FIN, R: RST, P: 8, '-': 0 };

export interface Line {
  /** Seconds since the first one. */
  readonly at: number;
  readonly from: '>' | '<';
  /** `SA`, `PA`, `FA`, `R`; `-` for none. */
  readonly flags: string;
  readonly seq?: number;
  readonly ack?: number;
  readonly length?: number;
  readonly window?: number;
  readonly scale?: number;
}

const START = 1_700_000_000;
const [A, B] = ['10.0.0.1', '10.0.0.2'];

/** Frames of a conversation whose ends begin with these initial sequence numbers. */
export function framesOf(lines: readonly Line[], isns: readonly [number, number] = [1000, 5000]): Frame[] {
  return lines.map((line) => {
    const [own, peer] = line.from === '>' ? isns : [isns[1], isns[0]];
    const flags = [...line.flags].reduce((sum, letter) => sum | letters[letter]!, 0);
    const data = tcp({
      ...(line.from === '>' ? { from: A, to: B, ports: [51_000, 9999] } : { from: B, to: A, ports: [9999, 51_000] }),
      flags,
      seq: (own + (line.seq ?? 0)) >>> 0,
      ack: (flags & ACK) === 0 ? 0 : (peer + (line.ack ?? 0)) >>> 0,
      payload: new Uint8Array(line.length ?? 0),
      ...(line.window === undefined ? {} : { window: line.window }),
      ...(line.scale === undefined ? {} : { scale: line.scale }),
    });
    const nanoseconds = Math.round(line.at * 1e6) * 1000;
    return { seconds: START + Math.floor(nanoseconds / 1e9), nanoseconds: nanoseconds % 1e9, data };
  });
}

export const handshake: readonly Line[] = [
  { at: 0, from: '>', flags: 'S', scale: 3 },
  { at: 0.01, from: '<', flags: 'SA', ack: 1, scale: 7 },
  { at: 0.02, from: '>', flags: 'A', seq: 1, ack: 1 },
];

/** A download of `segments` segments of a thousand bytes, each acknowledged, a millisecond apart, and its end. */
export function download(segments: number): Line[] {
  const lines: Line[] = [...handshake];
  for (let i = 0; i < segments; i++) {
    lines.push({ at: 1 + i * 0.001, from: '<', flags: 'A', seq: 1 + i * 1000, ack: 1, length: 1000 });
    lines.push({ at: 1 + i * 0.001 + 0.0004, from: '>', flags: 'A', seq: 1, ack: 1 + (i + 1) * 1000 });
  }
  const [end, at] = [1 + segments * 1000, 1 + segments * 0.001];
  lines.push({ at, from: '<', flags: 'FA', seq: end, ack: 1 });
  lines.push({ at: at + 0.001, from: '>', flags: 'FA', seq: 1, ack: end + 1 });
  lines.push({ at: at + 0.002, from: '<', flags: 'A', seq: end + 1, ack: 2 });
  return lines;
}
