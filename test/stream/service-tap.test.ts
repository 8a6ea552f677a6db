/**
 * Streams of wanted services alone against streams of everything: the same bytes, and the same analysis as if nobody had
 * observed.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { services } from '../../src/app/identify.ts';
import type { StreamSink } from '../../src/stream/segment.ts';
import { ServiceTap } from '../../src/stream/service-tap.ts';
import { StreamTap } from '../../src/stream/tap.ts';

const captures = join(import.meta.dirname, '../../../shared/captures');
const own = ['first-look/site.pcap', 'flood/load-test.pcap', 'flood/crowd.pcap'].map((name) => join('fixtures', name));
const given = existsSync(captures)
  ? readdirSync(captures)
      .filter((name) => /(http|tls|ssh).*\.p?cap(ng)?$/.test(name))
      .map((name) => join(captures, name))
  : [];
const http = services.indexOf('http');

/** What came of each side, as far as a short text tells. */
class Told implements StreamSink {
  done = false;
  readonly events: string[] = [];
  readonly #limit: number;

  constructor(limit = Infinity) {
    this.#limit = limit;
  }

  data(side: 0 | 1, bytes: Uint8Array, offset: number): void {
    if (this.done) return;
    this.events.push(`${side} ${offset} ${Buffer.from(bytes).toString('latin1')}`);
    this.done = this.events.length >= this.#limit;
  }

  gap(side: 0 | 1, offset: number, length: number): void {
    if (!this.done) this.events.push(`${side} ${offset} gap ${length}`);
  }

  end(side: 0 | 1): void {
    if (!this.done) this.events.push(`${side} end`);
  }
}

const document = async (file: string, observer?: ServiceTap): Promise<string> =>
  JSON.stringify((await analyze([file], observer === undefined ? {} : { observer })).connsDocument());

async function followed(file: string, limit?: number): Promise<{ told: Map<number, Told>; text: string }> {
  const told = new Map<number, Told>();
  const tap = new ServiceTap([http], (_, id) => {
    const sink = new Told(limit);
    told.set(id, sink);
    return sink;
  });
  const text = await document(file, tap);
  tap.finish();
  expect(tap.budget.used).toBe(0);
  return { told, text };
}

async function everything(file: string): Promise<Map<number, Told>> {
  const told = new Map<number, Told>();
  const tap = new StreamTap((_, id) => {
    const sink = new Told();
    told.set(id, sink);
    return sink;
  }, 'linux');
  const analysis = await analyze([file], { observer: tap });
  tap.finish();
  const c = analysis.facts.connections;
  for (const id of told.keys()) if (c.tracker.service(id) !== http) told.delete(id);
  return told;
}

/** Bytes before the payload that told the service, and what only a whole capture tells of them, are not shown. */
const isWhole = (events: readonly string[]): boolean => events.every((event) => !event.includes(' gap '));

describe.each([...own, ...given])('%s', (file) => {
  test('changes nothing of the analysis, and gives the same bytes', async () => {
    const { told, text } = await followed(file);
    expect(text).toBe(await document(file));
    const all = await everything(file);
    expect([...told.keys()].toSorted()).toEqual([...all.keys()].toSorted());
    for (const [id, { events }] of told) {
      if (isWhole(events)) expect(events).toEqual(all.get(id)!.events);
    }
  });
});

test('a connection of which nothing more is wanted is let go', async () => {
  const file = own[0]!;
  const { told, text } = await followed(file, 1);
  expect(told.size).toBeGreaterThan(0);
  for (const { events } of told.values()) expect(events).toHaveLength(1);
  expect(text).toBe(await document(file));
});

test('a capture without the service is not followed', async () => {
  const { told } = await followed(join('fixtures', 'flood', 'syn-scan.pcap'));
  expect(told.size).toBe(0);
});
