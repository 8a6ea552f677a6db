/** In how many prefixes sources lie: IPv4 /8 and /24, IPv6 /32 and /64. */
import { MAX_PREFIXES } from './limits.ts';

export class Prefixes {
  readonly #eights = new Float64Array(256);
  readonly #wide6 = new Map<string, number>();
  readonly #narrow6 = new Set<string>();
  #lastNarrow = -1;
  narrow = 0;

  /** Addresses come in order of their words, so that those of a /24 come together. */
  add4(word: number): void {
    this.#eights[word >>> 24]! += 1;
    if (word >>> 8 !== this.#lastNarrow) this.narrow++;
    this.#lastNarrow = word >>> 8;
  }

  /** Sixteen bytes. Beyond the limit no new prefix is counted. */
  add6(bytes: Uint8Array): void {
    const wide = bytes.subarray(0, 4).join('.');
    if (this.#wide6.has(wide) || this.#wide6.size < MAX_PREFIXES) {
      this.#wide6.set(wide, (this.#wide6.get(wide) ?? 0) + 1);
    }
    if (this.#narrow6.size >= MAX_PREFIXES) return;
    this.#narrow6.add(bytes.subarray(0, 8).join('.'));
    this.narrow = this.#narrow6.size;
  }

  get wide(): number {
    return this.#wide6.size + this.#eights.reduce((count, sources) => count + (sources > 0 ? 1 : 0), 0);
  }

  /** Sources in the fullest wide prefix. */
  get widest(): number {
    const most = this.#eights.reduce((a, b) => Math.max(a, b), 0);
    return [...this.#wide6.values()].reduce((a, b) => Math.max(a, b), most);
  }
}
