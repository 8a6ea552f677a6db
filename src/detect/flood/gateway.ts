/** What stands in front of the listener and drops SYNs before it hears of them. */

export interface Gateway {
  /** SYNs without any option are dropped. */
  readonly dropsBare?: boolean;
  /** 1 for networks, by their place among those of the attack, from which nothing is let through. */
  readonly closed?: Uint8Array;
  /** SYNs a second that each source of the attack may send. */
  readonly perSource?: number;
}

/** A source's allowance fills up to so many SYNs. */
const BURST = 2;

/** Decides about SYNs in order of time. */
export class Gate {
  readonly #gateway: Gateway;
  readonly #level: Float64Array;
  readonly #before: Float64Array;

  /** `sources`: how many there are. */
  constructor(gateway: Gateway, sources: number) {
    this.#gateway = gateway;
    const limited = gateway.perSource === undefined ? 0 : sources;
    this.#level = new Float64Array(limited).fill(BURST);
    this.#before = new Float64Array(limited);
  }

  passes(at: number, bare: boolean, source: number, network: number): boolean {
    const { dropsBare, closed, perSource } = this.#gateway;
    if (bare && dropsBare === true) return false;
    if (closed !== undefined && network >= 0 && closed[network] === 1) return false;
    // A source that is not of the attack sends no more than it may.
    return perSource === undefined || source < 0 || this.#take(at, source, perSource);
  }

  #take(at: number, source: number, rate: number): boolean {
    const level = Math.min(BURST, this.#level[source]! + (at - this.#before[source]!) * rate);
    this.#before[source] = at;
    this.#level[source] = level >= 1 ? level - 1 : level;
    return level >= 1;
  }
}
