/**
 * Conversations with a round trip of 200 ms, segment by segment, for tests of single causes: the client asks at 0.3 s, the
 * server sends segments of a thousand bytes. Identifications count up by themselves; timestamps are the sender's
 * milliseconds.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Frame, concat, pcap } from '../../support/capture-bytes.ts';
import { type Told, eventsOf, read } from './recordings.ts';
import type { Recovery } from '../../../src/flow/recovery/summary.ts';

export interface Step {
  /** Seconds since the first SYN. */
  readonly at: number;
  readonly from: 'client' | 'server';
  /** First byte of the payload, counted from 0; a thousand bytes each unless `length` says otherwise. */
  readonly byte?: number;
  readonly length?: number;
  /** Bytes that are acknowledged. */
  readonly ack?: number;
  /** Ranges of bytes in SACK blocks. */
  readonly sack?: readonly (readonly [number, number])[];
  /** Sender's milliseconds; `at` when not given, null for none at all. */
  readonly stamp?: number | null;
  /** The newest one of the other end when not given. */
  readonly echo?: number;
  /** Identification; the next one of this sender when not given. */
  readonly id?: number;
  readonly flags?: number;
}

const CLIENT = [10, 0, 0, 1];
const SERVER = [10, 0, 0, 2];
const ISN = { client: 1000, server: 0xffff_f000 } as const;
const SYN = 2;
export const FIN = 1;
export const ACK = 16;

const u16 = (n: number): number[] => [(n >> 8) & 255, n & 255];
const u32 = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];

function sumOf(bytes: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function optionsOf(step: Step, peerIsn: number): number[] {
  const isSyn = ((step.flags ?? ACK) & SYN) !== 0;
  const options = isSyn ? [2, 4, 0x05, 0xb4, 4, 2, 1, 1] : [];
  if (step.stamp !== null) {
    options.push(1, 1, 8, 10, ...u32(1 + (step.stamp ?? Math.round(step.at * 1000))), ...u32(1 + (step.echo ?? 0)));
  }
  const { sack = [] } = step;
  if (sack.length > 0) {
    options.push(1, 1, 5, 2 + 8 * sack.length);
    for (const edge of sack.flat()) options.push(...u32((peerIsn + 1 + edge) >>> 0));
  }
  return options;
}

function frameOf(step: Step, id: number): Frame {
  const [source, target] = step.from === 'client' ? [CLIENT, SERVER] : [SERVER, CLIENT];
  const ports = step.from === 'client' ? [40_000, 80] : [80, 40_000];
  const peer = step.from === 'client' ? 'server' : 'client';
  const flags = step.flags ?? ACK;
  const isSyn = (flags & SYN) !== 0;
  const options = optionsOf(step, ISN[peer]);
  const seq = isSyn ? ISN[step.from] : (ISN[step.from] + 1 + (step.byte ?? 0)) >>> 0;
  const ack = (flags & ACK) === 0 ? 0 : (ISN[peer] + 1 + (step.ack ?? 0)) >>> 0;
  const length = step.length ?? (step.byte === undefined || (flags & FIN) !== 0 ? 0 : 1000);
  const head = [...u16(ports[0]!), ...u16(ports[1]!), ...u32(seq), ...u32(ack), (20 + options.length) << 2, flags];
  const tcp = [...head, ...u16(60_000), 0, 0, 0, 0, ...options, ...Array.from({ length }, () => 7)];
  const sum = sumOf([...source, ...target, 0, 6, ...u16(tcp.length), ...tcp]);
  [tcp[16], tcp[17]] = u16(sum) as [number, number];
  const ip = [0x45, 0, ...u16(20 + tcp.length), ...u16(id), 0x40, 0, 64, 6, 0, 0, ...source, ...target];
  [ip[10], ip[11]] = u16(sumOf(ip)) as [number, number];
  const nanoseconds = Math.round(step.at * 1e6) * 1000;
  return {
    seconds: 1_700_000_000 + Math.floor(nanoseconds / 1e9),
    nanoseconds: nanoseconds % 1e9,
    data: concat(Uint8Array.of(2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0), Uint8Array.from([...ip, ...tcp])),
  };
}

/** Frames of the steps; each end's identifications count up from 100. */
function framesOf(steps: readonly Step[]): Frame[] {
  const next = { client: 100, server: 100 };
  const stamps = { client: 0, server: 0 };
  return steps.map((step) => {
    const id = step.id ?? next[step.from];
    next[step.from] = Math.max(next[step.from], id) + 1;
    stamps[step.from] = step.stamp ?? Math.round(step.at * 1000);
    return frameOf({ echo: stamps[step.from === 'client' ? 'server' : 'client'], ...step }, id);
  });
}

/** SYN, SYN-ACK, ACK and a question, by a capture that stands so far from the client, of 100 ms in all. Four frames. */
export const opening = (fromClient = 0): Step[] => [
  { at: 0, from: 'client', flags: SYN },
  { at: 0.2 - 2 * fromClient, from: 'server', flags: SYN | ACK },
  { at: 0.2, from: 'client' },
  { at: 0.3, from: 'client', byte: 0, length: 50 },
];

/** Segments of the server from byte `first` thousand on, a millisecond apart. */
export const sends = (at: number, first: number, count: number): Step[] =>
  Array.from({ length: count }, (_, i) => ({ at: at + i / 1000, from: 'server', byte: 1000 * (first + i), ack: 50 }));

export const answers = (at: number, thousands: number, more: Partial<Step> = {}): Step => ({
  at,
  from: 'client',
  byte: 50,
  length: 0,
  ack: 1000 * thousands,
  ...more,
});

export interface Judged {
  /** Of the server. */
  readonly events: readonly Told[];
  readonly recovery: Recovery | null;
}

const folder = (): string => mkdtempSync(join(tmpdir(), 'synoptic-recovery-'));

/** `shortcuts`: false for the general way, segment by segment. */
export async function judge(steps: readonly Step[], shortcuts = true): Promise<Judged> {
  const place = folder();
  try {
    const path = join(place, 'a.pcap');
    writeFileSync(path, pcap(framesOf(steps)));
    const analysis = await read(path, shortcuts);
    const events = eventsOf(analysis).filter(({ from }) => from === 'server');
    return { events, recovery: analysis.facts.connections.recovery(0, 1) };
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** The step with other values. */
export const changed = (step: Step, values: Partial<Step>): Step => Object.assign({}, step, values);
