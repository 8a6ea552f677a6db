/**
 * Times of a pcapng interface, draft-ietf-opsawg-pcapng section 4.2 (if_tsresol, if_tsoffset).
 * Enters: a 64-bit count of units as two words. Leaves: whole seconds and nanoseconds, exact, rounded down.
 */
import type { Batch } from './batch.ts';

/** Where a time is written. */
type Times = Pick<Batch, 'seconds' | 'nanoseconds'>;

/** if_tsresol when the option is absent: 10^-6. */
export const DEFAULT_RESOLUTION = 6;

/** The most significant bit of if_tsresol says that the exponent is one of 2, not of 10. */
const BINARY_EXPONENT = 0x80;
const EXPONENT_MASK = 0x7f;
const NANOSECOND_EXPONENT = 9;
const NANOSECONDS = 1_000_000_000;
const WORD_BITS = 32n;

export class Clock {
  readonly #unitsPerSecond: bigint;
  /** Nanoseconds in a unit, or 0 where that is no whole number and every time is computed with BigInt. */
  readonly #nanosecondsPerUnit: number;
  readonly #offsetSeconds: number;
  /** What the high word last seen stands for: it changes every 4,295 s of microseconds, every 4.3 s of nanoseconds. */
  #high = 0;
  #highSeconds = 0;
  #highUnits = 0;

  constructor(resolution: number, offsetSeconds: number) {
    const exponent = resolution & EXPONENT_MASK;
    const isBinary = (resolution & BINARY_EXPONENT) !== 0;
    this.#unitsPerSecond = (isBinary ? 2n : 10n) ** BigInt(exponent);
    this.#nanosecondsPerUnit = isBinary || exponent > NANOSECOND_EXPONENT ? 0 : 10 ** (NANOSECOND_EXPONENT - exponent);
    this.#offsetSeconds = offsetSeconds;
  }

  /** Writes the time into a row. */
  write(high: number, low: number, batch: Times, row: number): void {
    if (this.#nanosecondsPerUnit === 0) return this.#writeExactly(high, low, batch, row);
    if (high !== this.#high) this.#turn(high);
    // Below 10^9 + 2^32, so the sum and its quotient are exact.
    const units = this.#highUnits + low;
    const unitsPerSecond = NANOSECONDS / this.#nanosecondsPerUnit;
    const seconds = Math.floor(units / unitsPerSecond);
    batch.seconds[row] = this.#offsetSeconds + this.#highSeconds + seconds;
    batch.nanoseconds[row] = (units - seconds * unitsPerSecond) * this.#nanosecondsPerUnit;
  }

  #turn(high: number): void {
    const units = BigInt(high) << WORD_BITS;
    this.#high = high;
    this.#highSeconds = Number(units / this.#unitsPerSecond);
    this.#highUnits = Number(units % this.#unitsPerSecond);
  }

  #writeExactly(high: number, low: number, batch: Times, row: number): void {
    const units = (BigInt(high) << WORD_BITS) | BigInt(low);
    const fraction = units % this.#unitsPerSecond;
    batch.seconds[row] = this.#offsetSeconds + Number(units / this.#unitsPerSecond);
    batch.nanoseconds[row] = Number((fraction * BigInt(NANOSECONDS)) / this.#unitsPerSecond);
  }
}
