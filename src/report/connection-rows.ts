/** Connection records -> rows of the documents. */
import { communityId } from '../app/community-id.ts';
import { services } from '../app/identify.ts';
import type { Connections } from '../flow/connections.ts';
import { historyText } from '../flow/history.ts';
import { readHops } from '../flow/hops.ts';
import { type Life, lifeAtEnd } from '../flow/life/life.ts';
import type { Side } from '../flow/life/story.ts';
import { NO_TIME, Word } from '../flow/records.ts';
import { mssOf, offersOf, synSeen, windowShiftOf } from '../wire/tcp-options.ts';
import { type RowChoice, chosenConnections } from './connection-order.ts';
import { closeRow, handshakeRow } from './life-rows.ts';
import type { ConnectionRow, EndpointRow } from './model.ts';
import { rttRow } from './rtt-row.ts';
import { isoTime, secondsBetween } from './times.ts';
import { endpointWaits, waitRows } from './wait-rows.ts';

const TCP = 6;
const UDP = 17;

/** Rows in the wanted order; made one at a time, so that millions of them need no memory. */
export function* connectionRows(connections: Connections, choice: RowChoice = {}): Generator<ConnectionRow> {
  const indexes = connections.indexes();
  for (const id of chosenConnections(connections, choice)) yield connectionRow(connections, id, indexes[id]!);
}

/** What takes long to find; a reader of few fields can do without. */
export interface Costly {
  readonly communityId: boolean;
  readonly times: boolean;
  readonly life: boolean;
  /** With `life`: what was measured and marked at each end. */
  readonly ends: boolean;
  /** With `ends`: what its time went to, windows and flights. */
  readonly waits: boolean;
}

const everything: Costly = { communityId: true, times: true, life: true, ends: true, waits: true };

/** Without what is not wanted of the costly parts, a row is no row of a document: `communityId` is empty then. */
export function connectionRow(c: Connections, id: number, index: number, wanted: Costly = everything): ConnectionRow {
  const udp = c.isUdp(id);
  const transport = udp ? 'udp' : 'tcp';
  const originator = { address: c.address(id, 0), port: c.port(id, 0) };
  const responder = { address: c.address(id, 1), port: c.port(id, 1) };
  const startSeconds = c.word(id, Word.startSeconds) >>> 0;
  const startNanoseconds = c.word(id, Word.startNanoseconds);
  // The end is the later of the two: when it is known, so is the start.
  const endSeconds = c.word(id, Word.endSeconds) >>> 0;
  const life = wanted.life ? lifeAtEnd(c, id) : null;
  const ofEnds = wanted.ends ? life : null;
  const frames = [c.word(id, Word.firstFrame) >>> 0, c.word(id, Word.lastFrame) >>> 0] as const;
  return {
    id: `${transport}:${index}`,
    transport,
    index,
    originator,
    responder,
    communityId: wanted.communityId ? communityOf(c, id) : '',
    service: services[c.tracker.service(id)] || null,
    firstFrame: frames[0],
    lastFrame: frames[1],
    startTime: startSeconds === NO_TIME || !wanted.times ? null : isoTime(startSeconds, startNanoseconds),
    durationSeconds:
      endSeconds === NO_TIME
        ? null
        : secondsBetween(startSeconds, startNanoseconds, endSeconds, c.word(id, Word.endNanoseconds)),
    connState: c.connState(id),
    history: historyText(c.tracker.table.records, id),
    ...(life === null
      ? {}
      : {
          completeness: c.completeness(id),
          handshake: handshakeRow(life),
          close: closeRow(life.close),
          ...(wanted.waits ? waitRows(c, id, life, frames) : {}),
        }),
    endpoints: {
      originator: endpointRow(c, id, 0, ofEnds, wanted.waits),
      responder: endpointRow(c, id, 1, ofEnds, wanted.waits),
    },
  };
}

const communityOf = (c: Connections, id: number): string =>
  communityId(c.addressBytes(id, 0), c.port(id, 0), c.addressBytes(id, 1), c.port(id, 1), c.isUdp(id) ? UDP : TCP);

/** What is not known is left out. */
function endpointRow(c: Connections, id: number, side: Side, life: Life | null, waits: boolean): EndpointRow {
  const row: EndpointRow = {
    frames: c.frames(id, side),
    wireBytes: c.wireBytes(id, side),
    payloadBytes: c.payloadBytes(id, side),
  };
  if (life !== null) {
    const measured = c.measured(id, side);
    row.uniqueBytes = row.payloadBytes - (measured?.resentBytes ?? 0);
    row.finalState = life.finalStates[side];
    const isn = c.isn(id, side);
    const options = c.word(id, Word.optionsA + side);
    const mss = mssOf(options);
    const shift = windowShiftOf(options);
    if (isn !== null) row.isn = isn;
    if (mss !== null) row.mss = mss;
    if (shift !== null) row.windowShift = shift;
    if (synSeen(options)) row.synOptions = offersOf(options);
    row.analysis = c.analysis(id, side);
    const rtt = rttRow(measured, life.handshake, side);
    if (rtt !== null) row.rtt = rtt;
    const flight = measured?.maxBytesInFlight ?? 0;
    // Without the other direction nobody knows what was acknowledged.
    if (flight > 0 && c.frames(id, side ^ 1) > 0) row.maxBytesInFlight = flight;
    const recovery = c.recovery(id, side);
    if (recovery !== null) row.recovery = recovery;
    if (waits) Object.assign(row, endpointWaits(c, id, side));
  }
  const hops = readHops(c.word(id, Word.hopsA + side));
  if (hops !== null) {
    row.ttl = { min: hops.ttlMin, max: hops.ttlMax };
    row.dscp = { min: hops.dscpMin, max: hops.dscpMax };
  }
  return row;
}
