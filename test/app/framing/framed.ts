/** Bytes through a framing, cut as wished: what it tells. */
import { readFraming } from '../../../src/app/framing/spec.ts';

/** `0-5`, `too-long 5-9`, and at last `pending 9`. */
export function tell(spec: string, pieces: readonly (Uint8Array | number)[]): string[] {
  const rows: string[] = [];
  const conversation = readFraming(spec).open({
    message: (_, start, end) => rows.push(`${start}-${end}`),
    problem: (_, start, end, problem) => rows.push(`${problem} ${start}-${end}`),
  });
  let offset = 0;
  for (const piece of pieces) {
    if (typeof piece === 'number') conversation.gap(0, piece);
    else conversation.push(0, piece, offset);
    offset += typeof piece === 'number' ? piece : piece.length;
  }
  conversation.end(0);
  const pending = conversation.pending(0);
  return pending === null ? rows : [...rows, `pending ${pending}`];
}

/** `bytes` cut at these places. */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.filter((place) => place < bytes.length).toSorted((a, b) => a - b), bytes.length];
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

export const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');
