/**
 * What lengths and turns say of encrypted SSH, as inference: OpenSSH pads as little as it may, so the answer to a login has
 * a known length. SSH_MSG_USERAUTH_SUCCESS (RFC 4252 section 5.1) is one byte long; a failure names the methods that can
 * continue, the same ones each time.
 */
import type { Arrival, Side } from '../../stream/segment.ts';
import type { Algorithms } from './kexinit.ts';

export const authOutcomes = ['success', 'failure', 'unknown'] as const;
export type AuthOutcome = (typeof authOutcomes)[number];
export const authMethods = ['none', 'password', 'publickey', 'unknown'] as const;
export type AuthMethod = (typeof authMethods)[number];

const macBytes: Readonly<Record<string, number>> = {
  'hmac-md5': 16,
  'hmac-md5-96': 12,
  'hmac-sha1': 20,
  'hmac-sha1-96': 12,
  'hmac-sha2-256': 32,
  'hmac-sha2-512': 64,
  'hmac-ripemd160': 20,
  'umac-64': 8,
  'umac-128': 16,
};

const AEAD_TAG = 16;

/** Bytes of an encrypted packet with a payload of `payload` bytes and the least padding; null where that is not known. */
export function packetBytes(cipher: string, mac: string, payload: number): number | null {
  const [name, ...rest] = mac.split('@')[0]!.split('-etm');
  const isAead = mac === 'implicit';
  const tag = isAead ? AEAD_TAG : macBytes[name!];
  if (tag === undefined) return null;
  const block = /^chacha20|3des|blowfish|cast|arcfour/.test(cipher) ? 8 : 16;
  // The length is outside of what is padded where it is not encrypted with the rest (RFC 5647 section 7.2, OpenSSH PROTOCOL).
  const outside = isAead || rest.length > 0 ? 4 : 0;
  const inner = 4 - outside + 1 + payload;
  const padding = block - (inner % block);
  return outside + inner + (padding < 4 ? padding + block : padding) + tag;
}

interface Unit extends Arrival {
  readonly bytes: number;
}

export class AuthWatch {
  readonly #client: Side;
  readonly #success: number | null;
  readonly #publicKey: number | null;
  /** Turns of the client since the keys were taken: the first asks for the service, the second tries `none`. */
  #turns = 0;
  #last: Side | null = null;
  #request: Unit | null = null;
  /** Length of a failure: of the first answer to a login. */
  #failure = 0;
  failures: Arrival[] = [];
  success: Arrival | null = null;
  method: AuthMethod = 'unknown';
  segments = 0;

  constructor(client: Side, algorithms: Algorithms) {
    this.#client = client;
    const { cipherToClient, macToClient, cipherToServer, macToServer, compressionToClient } = algorithms;
    // Compression that starts at once changes all lengths.
    const isPlain = compressionToClient !== 'zlib';
    this.#success = isPlain ? packetBytes(cipherToClient ?? '', macToClient ?? '', 1) : null;
    this.#publicKey = packetBytes(cipherToServer ?? '', macToServer ?? '', LEAST_SIGNED_REQUEST);
  }

  /** The lengths of this cipher and MAC are known. */
  get isPossible(): boolean {
    return this.#success !== null;
  }

  take(side: Side, bytes: number, now: Arrival): void {
    if (this.success !== null || this.#success === null) return;
    this.segments++;
    const unit = { bytes, frame: now.frame, seconds: now.seconds, nanoseconds: now.nanoseconds };
    if (side === this.#client) {
      if (this.#last !== side) this.#turns++;
      this.#request = unit;
    } else if (this.#turns >= 2) this.#judge(unit);
    this.#last = side;
  }

  #judge(answer: Unit): void {
    if (answer.bytes === this.#success) {
      this.success = answer;
      this.method = this.#methodOf();
    } else if (this.#turns === 2 && this.#failure === 0) this.#failure = answer.bytes;
    else if (answer.bytes === this.#failure && this.#last === this.#client) this.failures.push(answer);
  }

  #methodOf(): AuthMethod {
    if (this.#turns === 2) return 'none';
    const { bytes } = this.#request!;
    return bytes >= (this.#publicKey ?? Infinity) ? 'publickey' : 'password';
  }

  get outcome(): AuthOutcome {
    if (this.success !== null) return 'success';
    return this.failures.length > 0 ? 'failure' : 'unknown';
  }
}

/**
 * Payload of the shortest request with a signature: Ed25519 with a user name of one letter. 1 + (4+1) + (4+14) + (4+9) + 1
 * + (4+11) + (4+51) + (4+83), RFC 4252 section 7 and RFC 8709.
 */
const LEAST_SIGNED_REQUEST = 1 + 5 + 18 + 13 + 1 + 15 + 55 + 87;
