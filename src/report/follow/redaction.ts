/** The bytes of a stream with its secrets covered: as a label in text, as asterisks where offsets matter. */
import type { SecretRange, SecretScanner } from '../../app/secrets/scanner.ts';
import type { Conflict } from '../../stream/conflicts.ts';
import type { Side } from '../../stream/segment.ts';
import type { Chunk } from '../../stream/transcript.ts';

const ASTERISK = 0x2a;

/** Chunks have to come in order, as a transcript has them. */
export class Redaction {
  readonly #secrets: readonly [readonly SecretRange[], readonly SecretRange[]];
  /** The first secret of each side that does not end before what comes. */
  readonly #next: [number, number] = [0, 0];

  constructor(scanner: SecretScanner) {
    this.#secrets = [scanner.ranges(0), scanner.ranges(1)];
  }

  /** How many there are on these sides. */
  count(sides: readonly Side[]): number {
    return sides.reduce<number>((sum, side) => sum + this.#secrets[side].length, 0);
  }

  /** Its bytes as they are to be read: `<redacted password>` where a secret begins, nothing where it goes on. */
  label({ side, start, end, bytes }: Chunk): Uint8Array {
    if (bytes === null) return new Uint8Array(0);
    const pieces: Uint8Array[] = [];
    let at = start;
    for (const secret of this.#within(side, start, end)) {
      if (secret.start > at) pieces.push(bytes.subarray(at - start, secret.start - start));
      if (secret.start >= start) pieces.push(new TextEncoder().encode(`<redacted ${secret.what}>`));
      at = Math.min(end, secret.end);
    }
    if (at === start) return bytes;
    pieces.push(bytes.subarray(at - start));
    return Buffer.concat(pieces);
  }

  /** As many bytes as there were. */
  cover({ side, start, end, bytes }: Chunk): Uint8Array | null {
    return bytes === null ? null : covered(bytes, start, this.#within(side, start, end));
  }

  /** Both versions of bytes that came twice. */
  coverVersions(side: Side, conflict: Conflict): Pick<Conflict, 'kept' | 'other'> {
    const { start, kept, other } = conflict;
    const here = this.#secrets[side].filter((secret) => secret.start < conflict.end && secret.end > start);
    return { kept: covered(kept, start, here), other: covered(other, start, here) };
  }

  *#within(side: Side, start: number, end: number): Generator<SecretRange> {
    const secrets = this.#secrets[side];
    while (this.#next[side] < secrets.length && secrets[this.#next[side]]!.end <= start) this.#next[side]++;
    for (let i = this.#next[side]; i < secrets.length && secrets[i]!.start < end; i++) yield secrets[i]!;
  }
}

function covered(bytes: Uint8Array, start: number, secrets: Iterable<SecretRange>): Uint8Array {
  let copy = bytes;
  for (const secret of secrets) {
    if (copy === bytes) copy = bytes.slice();
    copy.fill(ASTERISK, Math.max(0, secret.start - start), Math.max(0, secret.end - start));
  }
  return copy;
}
