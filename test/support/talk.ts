/** TCP conversations written segment by segment, each with its time: for everything that depends on who waited for whom. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Analysis } from '../../src/analysis.ts';
import { type AnalyzeOptions, analyze } from '../../src/analyze.ts';
import { type Frame, pcap } from './capture-bytes.ts';
import { ACK, FIN, SYN, tcp } from './conversations.ts';

const START = 1_700_000_000;
const ends = [
  { from: '10.0.0.1', to: '10.0.0.2', ports: [40_000, 9999] },
  { from: '10.0.0.2', to: '10.0.0.1', ports: [9999, 40_000] },
] as const;

interface Said {
  /** Bytes of payload. */
  readonly length?: number;
  readonly flags?: number;
  /** Window field from now on. */
  readonly window?: number;
  /** Added to the number that is due; the segment then moves nothing on. */
  readonly back?: number;
  /** Bytes of what the other end sent that are not acknowledged yet. */
  readonly behind?: number;
  /** Timestamp of the sender; none when not given. */
  readonly stamp?: number;
}

export class Talk {
  readonly frames: Frame[] = [];
  /** Of the senders of `frames`. */
  readonly sides: (0 | 1)[] = [];
  readonly #next: [number, number] = [0xffff_ff00, 7000];
  readonly #window: [number, number];
  readonly #scale: number | null;
  readonly #sack: boolean;

  /** `scale`: of windows, null for none; `sack`: selective acknowledgments. Both ends offer them; and their first window. */
  constructor(scale: number | null = 0, sack = false, window = 60_000) {
    this.#window = [window, window];
    this.#scale = scale;
    this.#sack = sack;
  }

  /** SYN at 0 ms, SYN-ACK and ACK at the given milliseconds: where the capture stands. */
  open(synAck: number, ack: number): this {
    this.send(0, 0, { flags: SYN });
    this.send(synAck, 1, { flags: SYN | ACK });
    return this.send(ack, 0);
  }

  /** A segment of `side` at `ms` milliseconds, ACK of all that the other end sent. */
  send(ms: number, side: 0 | 1, said: Said = {}): this {
    const { length = 0, flags = ACK, window = this.#window[side], back = 0, behind = 0 } = said;
    const peer = side === 0 ? 1 : 0;
    this.#window[side] = window;
    const data = tcp({
      ...ends[side],
      seq: (this.#next[side] - back) >>> 0,
      ack: (flags & ACK) === 0 ? 0 : (this.#next[peer] - behind) >>> 0,
      flags,
      window,
      payload: new Uint8Array(length),
      sack: this.#sack,
      ...(said.stamp === undefined ? {} : { stamp: said.stamp }),
      ...((flags & SYN) !== 0 && this.#scale !== null ? { scale: this.#scale } : {}),
    });
    const nanoseconds = Math.round(ms * 1e6);
    this.sides.push(side);
    this.frames.push({ seconds: START + Math.floor(nanoseconds / 1e9), nanoseconds: nanoseconds % 1e9, data });
    if (back === 0) this.#next[side] = (this.#next[side] + length + ((flags & (SYN | FIN)) === 0 ? 0 : 1)) >>> 0;
    return this;
  }

  bytes(): Uint8Array {
    return pcap(this.frames);
  }
}

/** What is found in the conversation. */
export async function heard(talk: Talk, options: AnalyzeOptions = {}): Promise<Analysis> {
  const folder = mkdtempSync(join(tmpdir(), 'synoptic-talk-'));
  try {
    const path = join(folder, 'a.pcap');
    writeFileSync(path, talk.bytes());
    return await analyze([path], options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
