/** What Wireshark would say of every segment of every connection of a capture: `Unacknowledged`, fed by an observer. */
import { createHash } from 'node:crypto';
import { type Draft, newDraft } from '../../src/flow/ladder/segments.ts';
import { describe } from '../../src/flow/ladder/recorder.ts';
import { Unacknowledged } from '../../src/flow/measure/unacknowledged.ts';
import type { Observer } from '../../src/flow/observer.ts';
import type { Tracker } from '../../src/flow/tracker.ts';
import type { Frame } from '../../src/wire/frame.ts';
import { TCP } from '../../src/wire/ip.ts';

interface EndMeasures {
  /** Of ACKs of what this end sent, in nanoseconds. */
  readonly times: number[];
  flight: number;
  /** As in fixtures/measures.py. */
  readonly lines: string[];
  /** Plain retransmissions, as in fixtures/timeouts.py: what to ask for when the marks are known. */
  readonly timeouts: Map<number, string>;
}

const newEnd = (): EndMeasures => ({ times: [], flight: 0, lines: [], timeouts: new Map() });

export class SegmentMeasures implements Observer {
  readonly #connections = new Map<number, { measures: Unacknowledged; ends: [EndMeasures, EndMeasures] }>();
  readonly #draft: Draft = newDraft();

  see(tracker: Tracker, frames: readonly Frame[], count: number): void {
    for (let i = 0; i < count; i++) {
      const id = tracker.connection[i]!;
      const f = frames[i]!;
      if (id < 0 || f.protocol !== TCP) continue;
      let known = this.#connections.get(id);
      if (known === undefined) {
        known = { measures: new Unacknowledged(), ends: [newEnd(), newEnd()] };
        this.#connections.set(id, known);
      }
      describe(this.#draft, f, tracker.side[i]!);
      const measure = known.measures.see({ ...this.#draft }, true);
      const { acksFrame, rtt, bytesInFlight, pushBytes, rtoFrame, rto } = measure;
      const [own, peer] = [known.ends[this.#draft.side], known.ends[this.#draft.side ^ 1]!];
      if (rtt !== 0) peer.times.push(rtt);
      if (rtoFrame !== 0) own.timeouts.set(f.number, [f.number, rtoFrame, secondsText(rto)].join(':'));
      own.flight = Math.max(own.flight, bytesInFlight);
      const cells = [acksFrame || '', rtt === 0 ? '' : secondsText(rtt), bytesInFlight || '', pushBytes || ''];
      if (cells.some((cell) => cell !== '')) own.lines.push([f.number, ...cells].join(':'));
    }
  }

  of(id: number, side: number): EndMeasures {
    return this.#connections.get(id)?.ends[side] ?? newEnd();
  }
}

const secondsText = (nanoseconds: number): string => {
  const text = String(Math.abs(nanoseconds)).padStart(10, '0');
  return `${nanoseconds < 0 ? '-' : ''}${text.slice(0, -9)}.${text.slice(-9)}`;
};

export const digestOf = ({ lines }: Pick<EndMeasures, 'lines'>): string =>
  createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 10);
