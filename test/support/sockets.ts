/** Our own socket table beside what the kernels of a recording said (`NAME.ss.json`). */
import type { Analysis } from '../../src/analysis.ts';
import type { Connections } from '../../src/flow/connections.ts';
import { type Moment, isBefore, later } from '../../src/flow/life/moment.ts';
import { netstatNames } from '../../src/flow/life/states.ts';
import { type Span, spansOf } from '../../src/flow/sockets/spans.ts';
import { SocketTable } from '../../src/flow/sockets/table.ts';
import type { Period } from '../../src/flow/sockets/walk.ts';
import { type SocketRow, socketRows } from '../../src/report/socket-rows.ts';
import { endpoint } from '../../src/report/text/format.ts';
import type { KernelSample, KernelSocket, KernelView } from './life.ts';

/** In place of a state: no socket. */
export const NONE = 'none';

/** `2026-11-21T12:10:37.663288862Z`. */
const momentOf = (iso: string): Moment => ({
  seconds: Date.parse(`${iso.slice(0, 19)}Z`) / 1000,
  nanoseconds: Number(iso.slice(20, 29)),
});

const kernelNames: Readonly<Record<string, string>> = {
  ESTAB: 'ESTABLISHED',
  'FIN-WAIT-1': 'FIN_WAIT1',
  'FIN-WAIT-2': 'FIN_WAIT2',
};

/** netstat's name of a state of ss. */
export const nameOf = ({ state }: KernelSocket): string => kernelNames[state] ?? state.replaceAll('-', '_');

/** Both ends of a socket, as ss and our rows write them. */
export const endsOf = ({ local, foreign }: { local: string; foreign: string }): string => `${local} > ${foreign}`;

/** A time in which one listing of ss was taken: the socket was in the listed state at some moment of it. */
export interface Window {
  readonly begin: Moment;
  readonly end: Moment;
}

/** The first listing with this content, and the last, of which only the beginning is known. */
export function windowsOf({ time, endTime, unchangedUntil }: KernelSample): Window[] {
  const [begin, end] = [momentOf(time), momentOf(endTime)];
  const last = momentOf(unchangedUntil);
  const length = end.seconds - begin.seconds + (end.nanoseconds - begin.nanoseconds) / 1e9;
  return unchangedUntil === time
    ? [{ begin, end }]
    : [
        { begin, end },
        { begin: last, end: later(last, length) },
      ];
}

/** Our view of a recording: the lives go on until the recorders stopped, which was after the last frame. */
export class OurView {
  readonly #c: Connections;
  readonly #period: Period;
  /** Spans by host and ends. */
  readonly #spans = new Map<string, Span[]>();

  constructor({ facts }: Analysis, { samples }: KernelView) {
    const { connections, totals } = facts;
    this.#c = connections;
    this.#period = {
      begin: { seconds: totals.firstSeconds, nanoseconds: totals.firstNanoseconds },
      end: samples
        .map(({ unchangedUntil }) => momentOf(unchangedUntil))
        .toSorted((a, b) => (isBefore(a, b) ? -1 : 1))
        .at(-1)!,
    };
    for (const id of connections.ordered()) if (!connections.isUdp(id)) this.#addSpans(id);
  }

  #addSpans(id: number): void {
    const c = this.#c;
    const ends = [0, 1].map((side) => endpoint(c.address(id, side), c.port(id, side)));
    for (const span of spansOf(c, id, this.#period.end)) {
      const key = endsOf({ local: ends[span.side]!, foreign: ends[1 - span.side]! });
      if (span.state !== 'LISTEN') this.#spans.set(key, [...(this.#spans.get(key) ?? []), span]);
    }
  }

  /** The table at a moment; `then` as for `socketRows`. */
  rowsAt(at: Moment, then: Connections | null = null): SocketRow[] {
    const table = new SocketTable(this.#c, this.#period, at, { states: null, host: null });
    return [...socketRows(this.#c, table, at, then)];
  }

  /** The capture shows the socket only later, if at all. */
  isBeforeFirst(key: string, { end }: Window): boolean {
    return (this.#spans.get(key) ?? []).every(({ begin }) => begin !== null && isBefore(end, begin));
  }

  /** States of a socket within a window, those it only passed through too; `NONE` when it was missing at any moment. */
  statesWithin(key: string, { begin, end }: Window): Set<string> {
    const spans = this.#spans.get(key) ?? [];
    const turns = spans.flatMap((span) => [span.begin, span.end]).filter((turn) => turn !== null);
    const inside = turns.filter((turn) => isBefore(begin, turn) && isBefore(turn, end));
    const passed = spans.filter((span) => inside.some((turn) => turn === span.begin));
    return new Set([
      ...[begin, ...inside].flatMap((at) => namesAt(spans, at)),
      ...passed.map(({ state }) => netstatNames[state] ?? NONE),
    ]);
  }
}

function namesAt(spans: readonly Span[], at: Moment): string[] {
  const held = spans.filter(
    ({ begin, end }) => (begin === null || !isBefore(at, begin)) && (end === null || isBefore(at, end)),
  );
  const names = held.map(({ state }) => netstatNames[state]).filter((name) => name !== null);
  return names.length === 0 ? [NONE] : names;
}
