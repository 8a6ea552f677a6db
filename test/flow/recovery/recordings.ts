/** Recordings of fixtures/loss/: what happened to segments on the line, and what the kernel says of its resends. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Analysis } from '../../../src/analysis.ts';
import { analyze } from '../../../src/analyze.ts';
import { MAX_EVENTS_WHOLE } from '../../../src/flow/limits.ts';
import type { Observer } from '../../../src/flow/observer.ts';
import type { RecoveryEvent } from '../../../src/flow/recovery/events.ts';

const folder = join(import.meta.dirname, '../../../fixtures/loss');

export interface Truth {
  readonly name: string;
  /** File by place: at the client, at the server. */
  readonly captures: Readonly<Record<string, string>>;
  /** What the line did. */
  readonly did: readonly {
    readonly action: string;
    readonly from: 'client' | 'server';
    readonly sequence: number;
    readonly payload: number;
    readonly flags: number;
  }[];
  /** What the kernel sent again; `frame` in the capture of that side, null for one that never left. */
  readonly resends: readonly {
    readonly side: 'client' | 'server';
    readonly cause: string;
    readonly failed: boolean;
    readonly frame: number | null;
    readonly capture: string;
  }[];
}

export const truths: readonly Truth[] = readdirSync(folder)
  .filter((name) => name.endsWith('.truth.json'))
  .toSorted()
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Truth);

/** Keeps all events. */
const keepsAll: Observer = {
  selective: true,
  begin: ({ table }) => {
    table.records.analysis.recovery.events.each = MAX_EVENTS_WHOLE;
  },
  see: () => {},
};

export interface Told extends RecoveryEvent {
  readonly from: 'client' | 'server';
}

export const read = (path: string, shortcuts = true): Promise<Analysis> =>
  analyze([path], { observer: keepsAll, shortcuts });

/** Events of all connections of a capture; the originator is the client. */
export function eventsOf({ facts: { connections: c } }: Analysis): Told[] {
  const told: Told[] = [];
  for (let id = 0; id < c.count; id++) {
    if (c.isUdp(id)) continue;
    for (const side of [0, 1] as const) {
      for (const event of c.recoveryEvents(id, side)) told.push({ ...event, from: side === 0 ? 'client' : 'server' });
    }
  }
  return told.toSorted((a, b) => a.frame - b.frame);
}

export const eventsAt = async ({ captures }: Truth, place: string): Promise<Told[]> =>
  eventsOf(await read(join(folder, captures[place]!)));
