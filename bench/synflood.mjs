// node bench/synflood.mjs OUT [PACKETS] [SEED]: a spoofed SYN flood as a pcap; the same bytes for the same arguments.
//
// One server, 198.51.100.80:80. A tenth of the packets before and a tenth behind the flood are clients alone: SYN,
// SYN-ACK, ACK, request, answer, FIN, FIN, ACK. In between, sources drawn from all of IPv4 send bare SYNs; the server
// answers while its queue has room, repeats a SYN-ACK after one second, and rarely a spoofed host objects with a RST.
// Clients come all the time; during the flood only one in four of their SYNs is answered. Checksums are right.
import { closeSync, openSync, writeSync } from 'node:fs';

const [out, packetsText = '1000000', seedText = '1'] = process.argv.slice(2);
if (!out) {
  console.error('usage: node bench/synflood.mjs OUT [PACKETS] [SEED]');
  process.exit(64);
}
const total = Number(packetsText);

const SERVER = 0xc6336450; // 198.51.100.80
const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const PSH = 0x08;
const ACK = 0x10;
const STEP_US = 12_000; // between the frames of a client's connection
const RESEND_US = 1_000_000;
const ANSWER_SHARE = 0.05; // of the flood's SYNs: what a queue of this size still takes
const RESEND_QUEUE = 1024;
const CLIENT_SHARE = 0.004;
const REQUEST = Buffer.from('GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n');
const ANSWER = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n');
const OPTIONS = Buffer.from('020405b40402080a000000010000000001030307', 'hex'); // MSS 1460, SACK, timestamps, shift 7
const NOTHING = Buffer.alloc(0);

/** xoshiro128**, seeded by splitmix32. */
function generator(seed) {
  let z = seed >>> 0;
  const next = () => {
    z = (z + 0x9e3779b9) | 0;
    let t = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  };
  let [a, b, c, d] = [next(), next(), next(), next()];
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

const random = generator(Number(seedText));
const chance = (share) => random() < share * 2 ** 32;
const between = (low, high) => low + (random() % (high - low));

const fd = openSync(out, 'w');
const block = Buffer.alloc(4 << 20);
let filled = 0;
let packets = 0;
let nowUs = 1_750_000_000_000_000;

function flush() {
  writeSync(fd, block, 0, filled);
  filled = 0;
}

function checksum(from, to, start) {
  let sum = start;
  for (let i = from; i + 1 < to; i += 2) sum += block.readUInt16BE(i);
  if ((to - from) & 1) sum += block[to - 1] << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** One frame: `f` = {from, to, fromPort, toPort, seq, ack, flags, window, options, payload}. */
function send(f) {
  const options = f.options ?? NOTHING;
  const payload = f.payload ?? NOTHING;
  const segment = 20 + options.length + payload.length;
  const frame = Math.max(60, 34 + segment);
  if (filled + 16 + frame > block.length) flush();
  let at = filled;
  filled += 16 + frame;
  block.fill(0, at, filled);
  block.writeUInt32LE(Math.floor(nowUs / 1e6), at);
  block.writeUInt32LE(nowUs % 1e6, at + 4);
  block.writeUInt32LE(frame, at + 8);
  block.writeUInt32LE(frame, at + 12);
  at += 16;
  block.writeUIntBE(f.to === SERVER ? 0x020000000050 : 0x020000000001, at, 6);
  block.writeUIntBE(f.to === SERVER ? 0x020000000001 : 0x020000000050, at + 6, 6);
  block.writeUInt16BE(0x0800, at + 12);
  at += 14;
  block.writeUInt32BE(((0x45 << 24) | (20 + segment)) >>> 0, at);
  block.writeUInt32BE((((packets & 0xffff) << 16) | 0x4000) >>> 0, at + 4);
  block.writeUInt16BE((64 << 8) | 6, at + 8);
  block.writeUInt32BE(f.from, at + 12);
  block.writeUInt32BE(f.to, at + 16);
  block.writeUInt16BE(checksum(at, at + 20, 0), at + 10);
  const pseudo = checksum(at + 12, at + 20, 6 + segment) ^ 0xffff;
  at += 20;
  block.writeUInt16BE(f.fromPort, at);
  block.writeUInt16BE(f.toPort, at + 2);
  block.writeUInt32BE(f.seq >>> 0, at + 4);
  block.writeUInt32BE((f.ack ?? 0) >>> 0, at + 8);
  block.writeUInt16BE((((20 + options.length) << 10) | f.flags) >>> 0, at + 12);
  block.writeUInt16BE(f.window ?? 502, at + 14);
  options.copy(block, at + 20);
  payload.copy(block, at + 20 + options.length);
  block.writeUInt16BE(checksum(at, at + segment, pseudo), at + 16);
  packets++;
}

/** The eight frames of a client's connection, one a step. */
function clientStep(c, step) {
  const up = { from: c.address, to: SERVER, fromPort: c.port, toPort: 80 };
  const down = { from: SERVER, to: c.address, fromPort: 80, toPort: c.port };
  const asked = c.isn + 1 + REQUEST.length;
  const told = c.serverIsn + 1 + ANSWER.length;
  switch (step) {
    case 0:
      return send({ ...up, seq: c.isn, flags: SYN, window: 64240, options: OPTIONS });
    case 1:
      return send({ ...down, seq: c.serverIsn, ack: c.isn + 1, flags: SYN | ACK, window: 65160, options: OPTIONS });
    case 2:
      return send({ ...up, seq: c.isn + 1, ack: c.serverIsn + 1, flags: ACK });
    case 3:
      return send({ ...up, seq: c.isn + 1, ack: c.serverIsn + 1, flags: PSH | ACK, payload: REQUEST });
    case 4:
      return send({ ...down, seq: c.serverIsn + 1, ack: asked, flags: PSH | ACK, payload: ANSWER });
    case 5:
      return send({ ...down, seq: told, ack: asked, flags: FIN | ACK });
    case 6:
      return send({ ...up, seq: asked, ack: told + 1, flags: FIN | ACK });
    default:
      return send({ ...down, seq: told + 1, ack: asked + 1, flags: ACK });
  }
}

/** Entries that all wait equally long, so they are due in the order they came. */
class Delayed {
  #entries = [];
  #head = 0;

  get size() {
    return this.#entries.length - this.#head;
  }

  push(due, entry) {
    this.#entries.push({ due, entry });
  }

  /** The oldest entry, once it is due. */
  take() {
    if (this.size === 0 || this.#entries[this.#head].due > nowUs) return undefined;
    const { entry } = this.#entries[this.#head++];
    if (this.#head === 4096) {
      this.#entries.splice(0, this.#head);
      this.#head = 0;
    }
    return entry;
  }
}

const clients = new Delayed();
const resends = new Delayed();

function newClient(flooded) {
  const c = {
    address: (0xcb007100 + (random() & 0xff)) >>> 0,
    port: between(32768, 61000),
    isn: random(),
    serverIsn: random(),
  };
  clientStep(c, 0);
  if (!flooded || chance(0.25)) clients.push(nowUs + STEP_US, { c, step: 1 });
}

function isRoutable(address) {
  const first = address >>> 24;
  return first !== 0 && first !== 127 && first < 224;
}

function floodSyn() {
  const address = random();
  if (!isRoutable(address)) return;
  const port = between(1024, 65536);
  const isn = random();
  send({ from: address, to: SERVER, fromPort: port, toPort: 80, seq: isn, flags: SYN, window: 512 });
  if (!chance(ANSWER_SHARE)) return;
  const answer = {
    from: SERVER,
    to: address,
    fromPort: 80,
    toPort: port,
    seq: random(),
    ack: isn + 1,
    flags: SYN | ACK,
    window: 64240,
  };
  send(answer);
  if (chance(0.02))
    send({ from: address, to: SERVER, fromPort: port, toPort: 80, seq: isn + 1, flags: RST, window: 0 });
  else if (resends.size < RESEND_QUEUE) resends.push(nowUs + RESEND_US, answer);
}

block.writeUInt32LE(0xa1b2c3d4, 0);
block.writeUInt16LE(2, 4);
block.writeUInt16LE(4, 6);
block.writeUInt32LE(262144, 16);
block.writeUInt32LE(1, 20);
filled = 24;

while (packets < total) {
  const flooded = packets > total * 0.1 && packets < total * 0.9;
  nowUs += flooded ? between(2, 16) : between(100, 500);
  const client = clients.take();
  const answer = resends.take();
  if (client) {
    clientStep(client.c, client.step);
    if (client.step < 7) clients.push(nowUs + STEP_US, { c: client.c, step: client.step + 1 });
  }
  if (answer) send(answer);
  if (!flooded ? chance(0.125) : chance(CLIENT_SHARE)) newClient(flooded);
  if (flooded) floodSyn();
}
flush();
closeSync(fd);
console.error(`${packets} packets`);
