/** How many different 32-bit values there were, in 16 kB: HyperLogLog (Flajolet and others 2007), standard error 0.8 %. */

const BITS = 14;
const REGISTERS = 1 << BITS;
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

export class DistinctCount {
  readonly #registers = new Uint8Array(REGISTERS);

  add(value: number): void {
    const hash = mix(value);
    const register = hash >>> (32 - BITS);
    const rank = Math.clz32(hash << BITS) + 1;
    if (rank > this.#registers[register]!) this.#registers[register] = Math.min(rank, 32 - BITS + 1);
  }

  estimate(): number {
    let sum = 0;
    let empty = 0;
    for (const rank of this.#registers) {
      sum += 2 ** -rank;
      if (rank === 0) empty++;
    }
    const raw = (ALPHA * REGISTERS * REGISTERS) / sum;
    // Few values leave registers empty, many collide in 32 bits of hash: both have a correction.
    if (raw <= 2.5 * REGISTERS && empty > 0) return Math.round(REGISTERS * Math.log(REGISTERS / empty));
    return Math.round(raw <= SPACE / 30 ? raw : -SPACE * Math.log(1 - raw / SPACE));
  }
}

const SPACE = 2 ** 32;

/** Every bit of the value changes about half of the result's: two rounds of multiply and fold. */
function mix(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
