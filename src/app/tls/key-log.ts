/** The NSS key log format (RFC 9850), from a file or from Decryption Secrets Blocks: secrets by client random. */

/** Lines that are kept; further ones are left out. */
const MAX_KEY_LINES = 1_000_000;

const labels = [
  'CLIENT_RANDOM',
  'CLIENT_EARLY_TRAFFIC_SECRET',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
] as const;
export type SecretLabel = (typeof labels)[number];

/** A pcapng Decryption Secrets Block. */
interface Secrets {
  readonly type: number;
  readonly data: Uint8Array;
}

/** pcapng section 4.7: secrets type of a TLS key log. */
const TLS_KEY_LOG = 0x544c534b;

export class KeyLog {
  readonly #secrets = new Map<string, Uint8Array>();
  /** Blocks of the capture, which grow while it is read, and how many were taken. */
  #blocks: readonly Secrets[] = [];
  #taken = 0;
  limitReached = false;

  /** Lines of other labels, and lines that are none, are skipped. */
  add(text: string): void {
    for (const line of text.split('\n')) {
      const [, label, random, secret] = /^([A-Z_0-9]+) ([0-9a-fA-F]{64}) ([0-9a-fA-F]{64,128})\s*$/.exec(line) ?? [];
      if (secret === undefined || !(labels as readonly string[]).includes(label!)) continue;
      if (this.#secrets.size >= MAX_KEY_LINES) {
        this.limitReached = true;
        return;
      }
      this.#secrets.set(`${label} ${random!.toLowerCase()}`, Buffer.from(secret, 'hex'));
    }
  }

  /** Secrets of the capture itself; the list may grow. */
  watch(blocks: readonly Secrets[]): void {
    this.#blocks = blocks;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** Secrets that were read. */
  get size(): number {
    this.#refresh();
    return this.#secrets.size;
  }

  /** `random` in hexadecimal. */
  find(label: SecretLabel, random: string): Uint8Array | null {
    this.#refresh();
    return this.#secrets.get(`${label} ${random}`) ?? null;
  }

  #refresh(): void {
    while (this.#taken < this.#blocks.length) {
      const { type, data } = this.#blocks[this.#taken++]!;
      if (type === TLS_KEY_LOG) this.add(new TextDecoder('latin1').decode(data));
    }
  }
}
