/** The recordings of fixtures/life/: what happened in each, and what the hosts' kernels said of their sockets meanwhile. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixtureCaptures, fixtures } from './frames.ts';

/** One connection of a recording, written by hand. */
export interface LifeExpectation {
  readonly index: number;
  readonly outcome: string;
  readonly close: string;
  readonly initiator: 'originator' | 'responder' | null;
  /** What is true and cannot be seen in the capture. */
  readonly notVisible?: readonly ('close' | 'initiator')[];
  readonly note: string;
}

export interface KernelSocket {
  /** As ss writes it: ESTAB, FIN-WAIT-1 ... */
  readonly state: string;
  readonly recvQueue: number;
  readonly sendQueue: number;
  readonly local: string;
  readonly foreign: string;
}

/** One listing, and the start of the last listing that was the same. */
export interface KernelSample {
  readonly time: string;
  readonly endTime: string;
  readonly unchangedUntil: string;
  readonly host: string;
  readonly sockets: readonly KernelSocket[];
}

export interface KernelView {
  readonly capturedAt: string;
  readonly hosts: readonly { readonly address: string; readonly address6: string; readonly role: string }[];
  readonly samples: readonly KernelSample[];
}

/** Names of the recordings, without folder and extension. */
export const lifeCaptures = (): string[] =>
  fixtureCaptures()
    .filter((name) => name.startsWith('life/'))
    .map((name) => name.slice('life/'.length, -'.pcap'.length));

const read = (name: string, kind: string): unknown =>
  JSON.parse(readFileSync(join(fixtures, 'life', `${name}.${kind}.json`), 'utf8'));

export const lifeExpectations = (name: string): readonly LifeExpectation[] =>
  (read(name, 'life') as { connections: LifeExpectation[] }).connections;

export const kernelView = (name: string): KernelView => read(name, 'ss') as KernelView;
