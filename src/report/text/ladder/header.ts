/** What stands above a ladder: which connection it is, how it opened and how it closed. */
import { Word } from '../../../flow/records.ts';
import { mssOf, offersOf, synSeen, windowShiftOf } from '../../../wire/tcp-options.ts';
import type { Close } from '../../../flow/life/close.ts';
import type { Handshake } from '../../../flow/life/handshake.ts';
import type { Life } from '../../../flow/life/life.ts';
import type { Schedule } from '../../../flow/life/schedule.ts';
import { resetText } from '../../ladder/closing.ts';
import type { ConnDocument } from '../../ladder/document.ts';
import { sideNames } from '../../ladder/model.ts';
import type { Subject } from '../../ladder/subject.ts';
import type { EndpointRow, WindowRow } from '../../model.ts';
import { bytes, count, duration, endpoint, localTime } from '../format.ts';
import type { Style } from '../style.ts';
import { partsOf } from '../waits.ts';
import { cells } from '../width.ts';
import { wrap } from './lines.ts';

export function headerLines(doc: ConnDocument, subject: Subject, width: number, utc: boolean, style: Style): string[] {
  const { originator, responder } = doc.connection.endpoints;
  const { isUdp, segments, life } = subject;
  const facts = [
    whenText(doc, utc),
    `${sent('originator', originator, isUdp)}, ${sent('responder', responder, isUdp)}`,
    ...(life === null ? [] : [`opening: ${openingText(life)}`]),
    ...offersLine(subject),
    ...roundTripLine(originator, responder),
    ...(life === null ? [] : [`closing: ${closingText(subject, life.close)}`]),
    ...waitLines(doc),
    ...(segments.leftOut > 0 ? [`limit:   ${count(segments.leftOut)} segments in the middle were not kept`] : []),
  ];
  return [...titleLines(doc, width, style), ...facts.flatMap((line) => indented(line, width))];
}

/** A long line goes on below, under what stands behind its title. */
function indented(line: string, width: number): string[] {
  if (cells(line) <= width) return [line];
  const [first = '', ...rest] = wrap(line, width - INDENT);
  return [first, ...rest.map((text) => ' '.repeat(INDENT) + text)];
}

const INDENT = 'closing: '.length;

function titleLines({ connection }: ConnDocument, width: number, style: Style): string[] {
  const { id, originator, responder, service, connState, history } = connection;
  const ends = `${endpoint(originator.address, originator.port)} (originator) > ${endpoint(responder.address, responder.port)} (responder)`;
  const facts = [service ?? '', connState, history].filter(Boolean).join('  ');
  const head = `${style.strong(id)}  ${ends}`;
  return cells(`${id}  ${ends}  ${facts}`) <= width ? [`${head}  ${facts}`] : [head, facts];
}

function whenText({ connection }: ConnDocument, utc: boolean): string {
  const { startTime, durationSeconds, firstFrame, lastFrame } = connection;
  const frames = firstFrame === lastFrame ? `frame ${firstFrame}` : `frames ${firstFrame} to ${lastFrame}`;
  if (startTime === null || durationSeconds === null) return `times outside the calendar  ${frames}`;
  const { date, time, zone } = localTime(startTime, utc);
  return `${date} ${time} ${zone}  ${duration(durationSeconds)}  ${frames}`;
}

const sent = (name: string, { frames, payloadBytes }: EndpointRow, isUdp: boolean): string => {
  const unit = `${isUdp ? 'datagram' : 'segment'}${frames === 1 ? '' : 's'}`;
  return `${name} sent ${bytes(payloadBytes)} in ${count(frames)} ${unit}`;
};

/** When segments of each end were acknowledged, and the most that it had on its way at once. */
function roundTripLine(...ends: readonly EndpointRow[]): string[] {
  const parts = ends.flatMap(({ rtt, maxBytesInFlight }, side) => {
    if (rtt === undefined) return [];
    const [least, most] = [duration(rtt.minSeconds), duration(rtt.maxSeconds)];
    const flight = maxBytesInFlight === undefined ? '' : `, ${bytes(maxBytesInFlight)} in flight`;
    return [`${sideNames[side]!}'s after ${least === most ? least : `${least} to ${most}`}${flight}`];
  });
  return parts.length === 0 ? [] : [`acked:   ${parts.join('; ')}`];
}

function openingText({ handshake }: Life): string {
  const { simultaneousOpen, fastOpen, notes } = handshake;
  const marks = [
    simultaneousOpen ? 'simultaneous' : '',
    fastOpen ? 'data on the SYN' : '',
    notes.includes('split-handshake') ? 'split' : '',
  ];
  return [outcomeText(handshake), ...marks.filter(Boolean)].join(', ');
}

function outcomeText({ outcome, rttSeconds, synAckSeconds, syn, synAck }: Handshake): string {
  switch (outcome) {
    case 'established': {
      const answer = synAckSeconds === null ? '' : ` (SYN-ACK after ${duration(synAckSeconds)})`;
      return rttSeconds === null ? 'established' : `established in ${duration(rttSeconds)}${answer}`;
    }
    case 'syn-unanswered':
      return `no answer to ${tries(syn, 'SYN')}`;
    case 'refused':
      return 'refused';
    case 'syn-ack-unanswered':
      return `no answer to ${tries(synAck, 'SYN-ACK')}`;
    case 'aborted':
      return 'aborted before both ends were established';
    case 'old-duplicate-syn':
      return 'an old duplicate SYN: the answer to it was refused';
    case 'partial':
      return 'not in the capture';
  }
}

function tries(schedule: Schedule | null, what: string): string {
  const { transmissions = 0, gaveUp = false } = schedule ?? {};
  return `${transmissions} ${what}${transmissions === 1 ? '' : 's'}${gaveUp ? ', gave up' : ''}`;
}

const ends = ['originator', 'responder'] as const;

/** What limited the connection, and what is to be said of windows and first flights. */
function waitLines({ connection: { time, durationSeconds, endpoints } }: ConnDocument): string[] {
  const [most] = time ? partsOf(time) : [];
  const limited =
    time?.limitedBy === 'unknown'
      ? 'limited: nobody can tell, one direction is not in the capture'
      : most &&
        `limited: by ${most.name}, ${duration(most.seconds)} of ${duration(durationSeconds ?? 0)} (${most.share})`;
  const windows = ends.flatMap((end) => {
    const { window } = endpoints[end];
    return window === undefined ? [] : [`${end} ${windowText(window)}`];
  });
  const flights = ends.flatMap((end) => {
    const { firstFlight: flight } = endpoints[end];
    const segments = flight && `${count(flight.segments)} segment${flight.segments === 1 ? '' : 's'}`;
    return flight === undefined ? [] : [`${end} ${bytes(flight.bytes)} in ${segments}`];
  });
  return [
    ...(limited === undefined ? [] : [limited]),
    ...(windows.length === 0 ? [] : [`windows: ${windows.join('; ')}`]),
    ...(flights.length === 0 ? [] : [`flights: before the first ACK ${flights.join(', ')}`]),
  ];
}

/** `64.5 kB to 80.9 kB, closed 2 times for 1.96 s`. */
function windowText({ scaleKnown, min, max, closings, closedSeconds, closedAtEnd, shrunk, silly }: WindowRow): string {
  const range = min === max ? bytes(min) : `${bytes(min)} to ${bytes(max)}`;
  const times = `${count(closings)} time${closings === 1 ? '' : 's'}`;
  const parts = [
    scaleKnown ? range : `${range}, not scaled (the scale is not in the capture)`,
    closings === 0 ? '' : `closed ${times} for ${duration(closedSeconds)}${closedAtEnd ? ', to the end' : ''}`,
    shrunk === 0 ? '' : `drawn back ${count(shrunk)} times`,
    silly === 0 ? '' : `less than a segment ${count(silly)} times`,
  ];
  return parts.filter(Boolean).join(', ');
}

const yes = (value: boolean): string => (value ? 'yes' : 'no');

/** What both ends offered in their SYNs; left out when neither was seen. */
function offersLine({ connections: c, id }: Subject): string[] {
  const offers = [c.word(id, Word.optionsA), c.word(id, Word.optionsB)];
  if (!offers.some(synSeen)) return [];
  const pair = (of: (summary: number) => string): string =>
    offers.map((summary) => (synSeen(summary) ? of(summary) : '?')).join('/');
  const parts = [
    `MSS ${pair((o) => String(mssOf(o) ?? 'none'))}`,
    `scale ${pair((o) => String(windowShiftOf(o) ?? 'none'))}`,
    `SACK ${pair((o) => yes(offersOf(o).includes('sack')))}`,
    `timestamps ${pair((o) => yes(offersOf(o).includes('timestamps')))}`,
  ];
  return [`offered: ${parts.join('  ')}`];
}

function closingText(subject: Subject, close: Close): string {
  const { shape, reset, waiting } = close;
  const why = reset === null ? '' : resetText(subject, reset);
  const isLater = shape !== 'reset' && reset !== null;
  const later = isLater ? `, then RST of the ${sideNames[reset.side]}: ${why}` : '';
  const left = waiting === null ? '' : `; the ${sideNames[waiting]} never closed (CLOSE-WAIT)`;
  return shapeText(close, why) + later + left;
}

function shapeText({ shape, initiator, unanswered }: Close, why: string): string {
  const who = initiator === null ? 'an end' : `the ${sideNames[initiator]}`;
  switch (shape) {
    case 'four-way':
      return `in order (four-way), ${who} first`;
    case 'three-way':
      return `in order (three-way: ACK and FIN merged), ${who} first`;
    case 'simultaneous':
      return 'both ends at once';
    case 'half-close':
      return `${who} closed its half`;
    case 'reset':
      return `reset by ${who}: ${why}`;
    case 'fin-unanswered':
      return `nobody answered the FIN of the ${sideNames[unanswered ?? initiator ?? 0]}`;
    case 'open':
      return 'still open when the capture ends';
    case 'none':
      return 'never came up';
  }
}
