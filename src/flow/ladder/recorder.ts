/** Keeps the segments of one connection, named by Wireshark's tcp.stream or udp.stream, while a capture is read. */
import type { Frame } from '../../wire/frame.ts';
import { Stop } from '../../wire/frame.ts';
import { UDP } from '../../wire/ip.ts';
import { sackedNumbers } from '../../wire/sack.ts';
import { synOptions } from '../../wire/tcp-options.ts';
import * as tcp from '../../wire/tcp.ts';
import { hopsOf } from '../hops.ts';
import { MAX_EVENTS_WHOLE } from '../limits.ts';
import type { Observer } from '../observer.ts';
import { NO_TIME } from '../records.ts';
import type { Tracker } from '../tracker.ts';
import { WantedConnection } from '../wanted.ts';
import { type Draft, LadderSegments, newDraft } from './segments.ts';

export class LadderRecorder implements Observer {
  readonly segments: LadderSegments;
  readonly #wanted: WantedConnection;
  readonly #draft = newDraft();

  constructor(transport: 'tcp' | 'udp', index: number, segments = new LadderSegments()) {
    this.#wanted = new WantedConnection(transport, index);
    this.segments = segments;
  }

  /** Record of the connection, once it was seen; -1 before. */
  get id(): number {
    return this.#wanted.id;
  }

  /** Which connection it will be is not known yet. */
  begin({ table }: Tracker): void {
    table.records.analysis.recovery.events.each = MAX_EVENTS_WHOLE;
  }

  see(tracker: Tracker, frames: readonly Frame[], count: number, counted: Uint8Array): void {
    if (!this.#wanted.look(tracker)) return;
    const id = this.id;
    for (let i = 0; i < count; i++) {
      if (tracker.connection[i] !== id || counted[i] === 0) continue;
      describe(this.#draft, frames[i]!, tracker.side[i]!);
      this.segments.add(this.#draft);
    }
  }
}

export function describe(draft: Draft, f: Frame, side: number): void {
  const { view, bytes, transport } = f;
  const isUdp = f.protocol === UDP;
  const flags = isUdp ? 0 : tcp.flagsOf(bytes, transport);
  draft.side = side === 0 ? 0 : 1;
  draft.frame = f.number;
  draft.seconds = f.seconds >= 0 && f.seconds < NO_TIME ? f.seconds : NO_TIME;
  draft.nanoseconds = f.nanoseconds;
  draft.flags = flags;
  draft.sequence = isUdp ? 0 : tcp.sequence(view, transport);
  draft.acknowledgment = isUdp ? 0 : tcp.acknowledgment(view, transport);
  draft.payloadLength = f.payloadLength;
  draft.windowField = isUdp ? 0 : tcp.windowField(view, transport);
  draft.options = (flags & tcp.SYN) === 0 ? 0 : synOptions(view, bytes, transport, f.end);
  draft.ttl = hopsOf(f) & 255;
  draft.sacked = isUdp ? 0 : sackedNumbers(view, bytes, transport, f.end);
  draft.broken = f.stop !== Stop.none;
}
