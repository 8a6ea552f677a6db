/** What stands above a ladder: which connection it is, how it opened and how it closed. */
import { Word } from '../../../flow/records.ts';
import { mssOf, offersSack, offersTimestamps, synSeen, windowShiftOf } from '../../../wire/tcp-options.ts';
import type { ConnDocument } from '../../ladder/document.ts';
import type { Subject } from '../../ladder/subject.ts';
import type { EndpointRow } from '../../model.ts';
import { bytes, count, duration, endpoint, localTime } from '../format.ts';
import type { Style } from '../style.ts';
import { cells } from '../width.ts';

export function headerLines(doc: ConnDocument, subject: Subject, width: number, utc: boolean, style: Style): string[] {
  const { originator, responder } = doc.connection.endpoints;
  const lines = [
    ...titleLines(doc, width, style),
    whenText(doc, utc),
    `${sent('originator', originator, subject.isUdp)}, ${sent('responder', responder, subject.isUdp)}`,
  ];
  if (doc.handshake !== null) lines.push(`opening: ${openingText(doc)}`, ...optionsLine(subject));
  if (doc.close !== null) lines.push(`closing: ${closingText(doc)}`);
  if (subject.segments.leftOut > 0) {
    lines.push(`limit:   ${count(subject.segments.leftOut)} segments in the middle were not kept`);
  }
  return lines;
}

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

function openingText({ handshake }: ConnDocument): string {
  const { outcome, rttSeconds, synAckSeconds, syn, synAck, simultaneousOpen, fastOpen, notes } = handshake!;
  const marks = [
    simultaneousOpen ? 'simultaneous' : '',
    fastOpen ? 'fast open' : '',
    notes.includes('split-handshake') ? 'split' : '',
  ];
  const text = ((): string => {
    switch (outcome) {
      case 'established':
        return rttSeconds === null
          ? 'established'
          : `established in ${duration(rttSeconds)}${synAckSeconds === null ? '' : ` (SYN-ACK after ${duration(synAckSeconds)})`}`;
      case 'syn-unanswered':
        return `no answer to ${times(syn?.transmissions ?? 0, 'SYN')}${syn?.gaveUp === true ? ', gave up' : ''}`;
      case 'refused':
        return 'refused';
      case 'syn-ack-unanswered':
        return `${times(synAck?.transmissions ?? 0, 'SYN-ACK')} without an answer${synAck?.gaveUp === true ? ', gave up' : ''}`;
      case 'aborted':
        return 'aborted before both ends were established';
      case 'old-duplicate-syn':
        return 'an old duplicate SYN: its answer was refused';
      case 'partial':
        return 'not in the capture';
    }
  })();
  return [text, ...marks.filter(Boolean)].join(', ');
}

const times = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** What both ends offered in their SYNs; left out when neither was seen. */
function optionsLine({ connections: c, id }: Subject): string[] {
  const offers = [c.word(id, Word.optionsA), c.word(id, Word.optionsB)];
  if (!offers.some(synSeen)) return [];
  const pair = (of: (summary: number) => string): string =>
    offers.map((summary) => (synSeen(summary) ? of(summary) : '?')).join('/');
  const number = (value: number | null): string => (value === null ? 'none' : String(value));
  const yes = (value: boolean): string => (value ? 'yes' : 'no');
  const parts = [
    `MSS ${pair((o) => number(mssOf(o)))}`,
    `scale ${pair((o) => number(windowShiftOf(o)))}`,
    `SACK ${pair((o) => yes(offersSack(o)))}`,
    `timestamps ${pair((o) => yes(offersTimestamps(o)))}`,
  ];
  return [`offered: ${parts.join('  ')}`];
}

function closingText({ close }: ConnDocument): string {
  const { shape, initiator, reset, waiting } = close!;
  const who = initiator === null ? 'an end' : `the ${initiator}`;
  const text = {
    'four-way': `in order (four-way), ${who} first`,
    'three-way': `in order (three-way: ACK and FIN merged), ${who} first`,
    simultaneous: 'both ends at once',
    'half-close': `${who} closed its half`,
    reset: `reset by ${who}: ${reset?.text ?? ''}`,
    'fin-unanswered': `${who} closed, without an answer`,
    open: 'still open when the capture ends',
    none: 'never came up',
  }[shape];
  const later = shape !== 'reset' && reset !== null ? `, then RST of the ${reset.side}: ${reset.text}` : '';
  const left = waiting === null ? '' : `; the ${waiting} never closed (CLOSE-WAIT)`;
  return text + later + left;
}
