/** Frame -> the segment that streams take. */
import type { Frame } from '../wire/frame.ts';
import { synOptions } from '../wire/tcp-options.ts';
import * as tcp from '../wire/tcp.ts';
import type { StreamSegment } from './segment.ts';

/** Reads segment `s`, sent by `side`, from its frame; `s` then points into the frame's bytes. */
export function fillSegment(s: StreamSegment, f: Frame, side: number): void {
  const { view, bytes, transport } = f;
  s.side = side === 0 ? 0 : 1;
  s.frame = f.number;
  s.seconds = f.seconds;
  s.nanoseconds = f.nanoseconds;
  s.flags = tcp.flagsOf(bytes, transport);
  s.sequence = tcp.sequence(view, transport);
  s.acknowledgment = tcp.acknowledgment(view, transport);
  s.windowField = tcp.windowField(view, transport);
  s.options = (s.flags & tcp.SYN) === 0 ? 0 : synOptions(view, bytes, transport, f.end);
  s.bytes = bytes;
  s.payload = f.payload;
  s.captured = f.payloadCaptured;
  s.length = f.payloadLength;
}
