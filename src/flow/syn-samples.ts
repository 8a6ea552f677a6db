/**
 * Header fields of first SYNs that the records do not hold: window, IP id, order of the options. Kept for a sample of the
 * connections that a fixed rule over their numbers chooses, so that no seed shows in a result and memory has a bound: when
 * the sample is full, the rule becomes twice as strict.
 */
import type { Frame } from '../wire/frame.ts';
import * as ip4 from '../wire/ipv4.ts';
import { optionKinds } from '../wire/tcp-options.ts';
import { windowField } from '../wire/tcp.ts';
import { MAX_SYN_SAMPLES } from './limits.ts';

/** Connection, window | don't-fragment bit, IP id (-1 in IPv6), option kinds. */
const WORDS = 4;
const DF = 1 << 16;
/** Knuth's multiplicative hash: neighbouring numbers land far apart. */
const SPREAD = 0x9e3779b1;

export interface SynSample {
  readonly id: number;
  readonly window: number;
  readonly dontFragment: boolean;
  /** Null in IPv6. */
  readonly ipId: number | null;
  /** The first eight kinds in their order; see `optionsText`. */
  readonly options: number;
}

export class SynSamples {
  readonly #words = new Int32Array(MAX_SYN_SAMPLES * WORDS);
  /** A connection is chosen when these bits of its hash are zero. */
  #mask = 0;
  count = 0;

  /** Called for the first SYN of a connection. */
  see(id: number, f: Frame): void {
    if ((Math.imul(id, SPREAD) >>> 8) & this.#mask) return;
    if (this.count >= MAX_SYN_SAMPLES) this.#thin();
    if ((Math.imul(id, SPREAD) >>> 8) & this.#mask || this.count >= MAX_SYN_SAMPLES) return;
    const isIpv4 = f.ipVersion === 4;
    const fragment = isIpv4 && ip4.dontFragment(f.bytes, f.network);
    const at = this.count++ * WORDS;
    this.#words[at] = id;
    this.#words[at + 1] = windowField(f.view, f.transport) | (fragment ? DF : 0);
    this.#words[at + 2] = isIpv4 ? ip4.identification(f.view, f.network) : -1;
    this.#words[at + 3] = optionKinds(f.bytes, f.transport, f.end);
  }

  #thin(): void {
    this.#mask = this.#mask * 2 + 1;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      if ((Math.imul(this.#words[i * WORDS]!, SPREAD) >>> 8) & this.#mask) continue;
      this.#words.copyWithin(kept * WORDS, i * WORDS, (i + 1) * WORDS);
      kept++;
    }
    this.count = kept;
  }

  read(i: number): SynSample {
    const at = i * WORDS;
    const ipId = this.#words[at + 2]!;
    return {
      id: this.#words[at]!,
      window: this.#words[at + 1]! & 0xffff,
      dontFragment: (this.#words[at + 1]! & DF) !== 0,
      ipId: ipId < 0 ? null : ipId,
      options: this.#words[at + 3]!,
    };
  }
}

/** Kinds of options as `optionKinds` packs them, as numbers joined by commas. */
export function optionsText(packed: number): string {
  const kinds: string[] = [];
  for (let rest = packed >>> 0; rest !== 0; rest >>>= 4) kinds.push(String((rest & 15) - 1));
  return kinds.join(',');
}
