/** Our socket tables against the kernels' own, at every sample of every recording of fixtures/life/. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analyze.ts';
import { later } from '../../src/flow/life/moment.ts';
import type { SocketRow } from '../../src/report/socket-rows.ts';
import { fixtures } from '../support/frames.ts';
import { type KernelSample, type KernelSocket, kernelView, lifeCaptures } from '../support/life.ts';
import { NONE, OurView, type Window, endsOf, nameOf, windowsOf } from '../support/sockets.ts';
import { differences, lineDelays } from './netstat-differences.ts';

/** Longest time for which a frame is on its way or waits to be captured, besides the delay of a line. */
const IN_FLIGHT_SECONDS = 0.02;

const widened = ({ begin, end }: Window, seconds: number): Window => ({
  begin: later(begin, -seconds),
  end: later(end, seconds),
});

/** How a socket stands in both tables where they differ, as `kernel's / ours`. */
interface Found {
  readonly ends: string;
  readonly states: string;
}

const isConnection = ({ state }: KernelSocket): boolean => state !== 'LISTEN' && state !== 'UNCONN';

const stateText = (row: SocketRow | undefined): string =>
  row === undefined ? NONE : row.state + (row.inferred ? ' (inferred)' : '');

/** Sockets whose state in the listing is none of those that we have for them around its time. */
function differencesAt(ours: OurView, rows: readonly SocketRow[], sample: KernelSample, around: Window): Found[] {
  const own = new Map(rows.filter(({ foreign }) => foreign !== '*').map((row) => [endsOf(row), row]));
  const kernel = new Map(sample.sockets.filter(isConnection).map((s) => [endsOf(s), nameOf(s)]));
  const all = [...new Set([...kernel.keys(), ...own.keys()])].filter((ends) => !ours.isBeforeFirst(ends, around));
  return all
    .filter((ends) => !ours.statesWithin(ends, around).has(kernel.get(ends) ?? NONE))
    .map((ends) => ({ ends, states: `${kernel.get(ends) ?? NONE} / ${stateText(own.get(ends))}` }));
}

const portOf = ({ local }: { local: string }): string => local.slice(local.lastIndexOf(':') + 1);

/** Listeners that only one table has. `known` are ports that we had before: nobody may have asked for the others. */
function listenersAt(rows: readonly SocketRow[], sample: KernelSample, known: Set<string>): Found[] {
  const kernel = new Set(sample.sockets.filter((s) => !isConnection(s)).map(portOf));
  const own = new Set(rows.filter(({ foreign }) => foreign === '*').map(portOf));
  for (const port of own) known.add(port);
  const [extra, missing] = [
    [...own].filter((p) => !kernel.has(p)),
    [...known].filter((p) => kernel.has(p) && !own.has(p)),
  ];
  return [
    ...extra.map((ends) => ({ ends, states: `${NONE} / LISTEN (inferred)` })),
    ...missing.map((ends) => ({ ends, states: `LISTEN / ${NONE}` })),
  ];
}

describe('socket tables of fixtures/life/ and those of the kernels', () => {
  let sockets = 0;

  test.each(lifeCaptures())('%s', async (name) => {
    const view = kernelView(name);
    const ours = new OurView(await analyze([join(fixtures, 'life', `${name}.pcap`)]), view);
    const found = new Set<string>();
    const listening = new Map(view.hosts.map(({ address }) => [address, new Set<string>()]));
    for (const sample of view.samples) {
      const { address, address6, role } = view.hosts.find((host) => host.address === sample.host)!;
      const delay = sample.host === view.capturedAt ? 0 : (lineDelays[name] ?? 0);
      for (const window of windowsOf(sample)) {
        sockets += sample.sockets.length;
        const rows = ours.rowsAt(window.begin).filter(({ host }) => host === address || host === address6);
        const around = widened(window, IN_FLIGHT_SECONDS + delay);
        const differing = [
          ...differencesAt(ours, rows, sample, around),
          ...listenersAt(rows, sample, listening.get(address)!),
        ];
        for (const { states } of differing) found.add(`${role}: ${states}`);
      }
    }
    const listed = differences.flatMap(({ known }) => known).filter(([capture]) => capture === name);
    expect([...found].toSorted()).toEqual(listed.map(([, socket]) => socket).toSorted());
  });

  test('many were compared, and every listed difference is of a recording', () => {
    expect(sockets).toBeGreaterThan(1000);
    const names = new Set(lifeCaptures());
    for (const { known } of differences) for (const [capture] of known) expect(names).toContain(capture);
  });
});

describe('Send-Q of fixtures/life/ and that of the kernels', () => {
  let [equal, lower] = [0, 0];

  test.each(lifeCaptures())('%s', async (name) => {
    const path = join(fixtures, 'life', `${name}.pcap`);
    const view = kernelView(name);
    const ours = new OurView(await analyze([path]), view);
    let higher = 0;
    for (const sample of view.samples) {
      const at = windowsOf(sample)[0]!.begin;
      const then = (await analyze([path], { to: { kind: 'absolute', ...at } })).facts.connections;
      const own = new Map(ours.rowsAt(at, then).map((row) => [`${endsOf(row)} ${row.state}`, row.sendQueue]));
      for (const socket of sample.sockets.filter(isConnection)) {
        const sent = own.get(`${endsOf(socket)} ${nameOf(socket)}`) ?? null;
        if (sent === null) continue;
        if (sent === socket.sendQueue) equal++;
        else if (sent < socket.sendQueue) lower++;
        else higher++;
      }
    }
    expect(higher).toBe(0);
  });

  test('what was written and not yet sent, and acknowledgments that were lost, make the difference', () => {
    expect(lower).toBeLessThan(equal / 50);
  });
});
