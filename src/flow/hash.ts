/**
 * Hash of network addresses and ports by tabulation: each byte selects a random word, the words are XORed (Carter
 * and Wegman 1979; Patrascu and Thorup 2012 show that linear probing stays fast on it). The tables are drawn anew in
 * every run, so nobody can choose addresses that collide; the results never depend on them.
 */

const PORT_TABLES = 2 * 256;
const IPV4_TABLES = 4 * 256;
const IPV6_TABLES = 16 * 256;

export class TabulationHash {
  readonly #ports = new Int32Array(PORT_TABLES);
  readonly #ipv4 = new Int32Array(IPV4_TABLES);
  readonly #ipv6 = new Int32Array(IPV6_TABLES);

  /** `random` fills an array with random bits (crypto.getRandomValues), or a fixed sequence in tests. */
  constructor(random: (array: Int32Array) => void = (array) => void crypto.getRandomValues(array)) {
    for (const table of [this.#ports, this.#ipv4, this.#ipv6]) {
      // getRandomValues gives at most 65,536 bytes at a time: 16,384 words, more than any table here.
      random(table);
    }
  }

  /** One end of an IPv4 connection. Ends are added, so that both directions hash alike. */
  endpoint4(address: number, port: number): number {
    const t = this.#ipv4;
    return (
      t[address & 255]! ^
      t[256 + ((address >>> 8) & 255)]! ^
      t[512 + ((address >>> 16) & 255)]! ^
      t[768 + (address >>> 24)]! ^
      this.port(port)
    );
  }

  port(port: number): number {
    return this.#ports[port & 255]! ^ this.#ports[256 + (port >>> 8)]!;
  }

  /** Sixteen bytes at `at`. */
  address6(bytes: Uint8Array, at: number): number {
    let h = 0;
    for (let i = 0; i < 16; i++) h ^= this.#ipv6[(i << 8) + bytes[at + i]!]!;
    return h;
  }
}
