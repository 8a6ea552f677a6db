// node bench/decrypt.mjs
//
// What it costs to open records of TLS with keys that are known, beside the machine's own speed of the same cipher through
// node:crypto: one decipher over buffers of 1 MiB. Records are read one by one, as a capture has them. Needs `npm run build`.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Guard12, Guard13 } from '../dist/app/tls/guards.js';

const TOTAL_BYTES = 256 * 1024 * 1024;
const ROUNDS = 5;
const KEY = Buffer.alloc(32, 7);
const IV = Buffer.alloc(12, 9);

const seconds = (work) => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

/** Megabytes a second of the machine. */
function ownSpeed(cipher) {
  const block = Buffer.alloc(1024 * 1024, 1);
  const took = seconds(() => {
    const decipher = createDecipheriv(cipher, KEY, IV, { authTagLength: 16 });
    for (let done = 0; done < TOTAL_BYTES; done += block.length) decipher.update(block);
  });
  return TOTAL_BYTES / took / 1e6;
}

/** Sealed records of TLS 1.3, RFC 8446 section 5.2, with sequence numbers from 0 on. */
function sealed(cipher, payload, count) {
  return Array.from({ length: count }, (_, i) => {
    const nonce = Buffer.from(IV);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ i) >>> 0, 8);
    const length = payload + 1 + 16;
    const seal = createCipheriv(cipher, KEY, nonce, { authTagLength: 16 });
    seal.setAAD(Buffer.from([23, 3, 3, length >> 8, length & 255]));
    const inner = Buffer.alloc(payload + 1, 65);
    inner[payload] = 23;
    return Buffer.concat([seal.update(inner), seal.final(), seal.getAuthTag()]);
  });
}

/** The same for TLS 1.2, RFC 5288: eight bytes of the nonce stand in the record. */
function sealed12(cipher, payload, count) {
  return Array.from({ length: count }, (_, i) => {
    const explicit = Buffer.alloc(8);
    explicit.writeUInt32BE(i, 4);
    const seal = createCipheriv(cipher, KEY, Buffer.concat([IV.subarray(0, 4), explicit]), { authTagLength: 16 });
    seal.setAAD(Buffer.concat([explicit, Buffer.from([23, 3, 3, payload >> 8, payload & 255])]));
    return Buffer.concat([explicit, seal.update(Buffer.alloc(payload, 65)), seal.final(), seal.getAuthTag()]);
  });
}

function speed(records, payload, guardOf) {
  let opened = 0;
  const took = seconds(() => {
    while (opened < TOTAL_BYTES) {
      const guard = guardOf();
      for (const record of records) {
        if (guard.open(23, 0x0303, record) === null) throw new Error('a record did not open');
        opened += payload;
      }
    }
  });
  return opened / took / 1e6;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const cases = [
  ['TLS 1.3', 'aes-256-gcm', 16_384, sealed, () => new Guard13('aes-256-gcm', KEY, IV, 16)],
  ['TLS 1.3', 'aes-256-gcm', 4096, sealed, () => new Guard13('aes-256-gcm', KEY, IV, 16)],
  ['TLS 1.3', 'aes-256-gcm', 1400, sealed, () => new Guard13('aes-256-gcm', KEY, IV, 16)],
  ['TLS 1.2', 'aes-256-gcm', 16_384, sealed12, () => new Guard12('aes-256-gcm', KEY, IV.subarray(0, 4), 16)],
];
for (const [version, cipher, payload, seal, guardOf] of cases) {
  const records = seal(cipher, payload, Math.ceil((8 * 1024 * 1024) / payload));
  const ratios = [];
  const speeds = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const [own, ours] = [ownSpeed(cipher), speed(records, payload, guardOf)];
    if (round === 0) continue;
    ratios.push(ours / own);
    speeds.push([own, ours]);
  }
  const [own, ours] = [0, 1].map((i) => median(speeds.map((pair) => pair[i])).toFixed(0));
  console.log(
    `${version} ${cipher}, records of ${payload} bytes: ${ours} MB/s, the cipher alone ${own} MB/s, ratio ${median(ratios).toFixed(2)}`,
  );
}
