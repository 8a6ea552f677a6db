/** The rungs of a ladder as lines: frame, time, the states of both ends left and right, arrows, and facts beside them. */
import type { Fold, Item } from '../../ladder/fold.ts';
import type { SegmentRow, SideName, TimerRung } from '../../ladder/model.ts';
import { rowOf } from '../../ladder/rows.ts';
import { type Subject, sinceStart } from '../../ladder/subject.ts';
import type { Transition } from '../../../flow/life/replay.ts';
import type { SynOffer } from '../../../wire/tcp-options.ts';
import { TIME_WAIT_SECONDS } from '../../../flow/life/timers.ts';
import { forTerminal } from '../../sanitize.ts';
import { count, duration } from '../format.ts';
import type { Style } from '../style.ts';
import { cells, padEnd, padStart } from '../width.ts';
import { ARROW_EXTRA, type Direction, arrow, foldDirection, foldLabel, note, segmentLabel } from './arrow.ts';

/** A line before it is laid out. */
interface Draft {
  readonly frame: string;
  readonly time: string;
  readonly left: string;
  /** An arrow and its label, or text without an arrow. */
  readonly middle: { label: string; direction: Direction; line: '-' | '=' } | string;
  readonly right: string;
  readonly facts: string;
}

/** Widths of columns. */
interface Layout {
  readonly frame: number;
  readonly time: number;
  readonly left: number;
  readonly middle: number;
  readonly right: number;
  readonly facts: number;
}

const GAP = '  ';
/** Facts that would have less room stand below their arrow. */
const MIN_FACTS = 30;
const MIN_ARROW = 30;

export function ladderLines(subject: Subject, items: readonly Item[], width: number, style: Style): string[] {
  const drafts = items.flatMap((item) => draftsOf(subject, item));
  const layout = layOut(drafts, width);
  const title = lineOf(titleOf(layout), layout);
  return [style.heading(title), ...drafts.flatMap((draft) => drawn(draft, layout, width))];
}

function titleOf({ left }: Layout): Draft {
  const head = { frame: 'frame', time: 'seconds', facts: '' };
  if (left === 0) return { ...head, left: '', middle: 'originator > responder', right: '' };
  return { ...head, left: 'originator', middle: '', right: 'responder' };
}

function draftsOf(subject: Subject, item: Item): Draft[] {
  switch (item.kind) {
    case 'segment':
      return segmentDrafts(rowOf(subject, item));
    case 'fold':
      return [foldDraft(subject, item)];
    case 'timer':
      return [timerDraft(subject, item)];
    case 'icmp':
      return [{ ...plain(note(item.text, '~')), frame: String(item.frame) }];
    case 'left-out':
      return [plain(note(`${count(item.segments)} segments not kept: limit reached`, '.'))];
  }
}

const plain = (middle: string): Draft => ({ frame: '', time: '', left: '', middle, right: '', facts: '' });

/** `0.000312`; microseconds are what most captures have. */
const timeText = (seconds: number | null): string => (seconds === null ? '' : seconds.toFixed(6));

const directionOf = (side: SideName): Direction => (side === 'originator' ? 'right' : 'left');

function segmentDrafts(row: SegmentRow): Draft[] {
  const silence = row.facts.find(({ id }) => id === 'silence');
  const facts = [
    optionsText(row),
    ...row.facts.filter((fact) => fact !== silence).map(({ text }) => forTerminal(text)),
  ];
  const draft: Draft = {
    frame: String(row.frame),
    time: timeText(row.relativeSeconds),
    left: row.states?.originator ?? '',
    middle: { label: segmentLabel(row), direction: directionOf(row.side), line: '-' },
    right: row.states?.responder ?? '',
    facts: facts.filter(Boolean).join('; '),
  };
  return silence === undefined ? [draft] : [plain(note(silence.text, '~')), draft];
}

const offerNames: Readonly<Record<SynOffer, string>> = {
  sack: 'SACK',
  timestamps: 'timestamps',
  'fast-open': 'fast open',
  mptcp: 'multipath',
};

/** A SYN that is sent again offers what it offered before. */
function optionsText({ options, facts }: SegmentRow): string {
  if (options === undefined || facts.some(({ id }) => id === 'syn-resent' || id === 'syn-ack-resent')) return '';
  const { mss, windowShift, offers } = options;
  const parts = [
    mss === null ? '' : `MSS ${mss}`,
    windowShift === null ? '' : `scale ${windowShift}`,
    ...offers.map((offer) => offerNames[offer]),
  ];
  return parts.filter(Boolean).join(', ');
}

function foldDraft(subject: Subject, fold: Fold): Draft {
  const { first, last, facts } = fold;
  const direction = foldDirection(fold);
  const [from, to] = [sinceStart(subject, first), sinceStart(subject, last)];
  const took = from === null || to === null ? [] : [duration(to - from)];
  const said = [...facts].map(([id, times]) => `${count(times)} x ${kindText(id)}`);
  return {
    frame: String(first.frame),
    time: timeText(from),
    left: '',
    middle: { label: foldLabel(fold), direction, line: '=' },
    right: '',
    facts: [`to frame ${last.frame}`, ...took, ...countsText(fold, direction), ...said].join(', '),
  };
}

/** A kind of fact in words: `duplicate-ack` is a duplicate ACK. */
const kindText = (id: string): string =>
  id.replaceAll('-', ' ').replaceAll(/\b(ack|fin|mss|rst|rtt|ssh|syn|tls)\b/g, (name) => name.toUpperCase());

/** What the label does not say: segments where it gives bytes both ways, or the ACKs of the end that was sent data. */
function countsText({ segments, bytes, acks }: Fold, direction: Direction): string[] {
  if (direction === 'both' && bytes[0] > 0) return [`${count(segments[0] + segments[1])} segments`];
  const back = direction === 'right' ? acks[1] : acks[0];
  return back === 0 || bytes[0] + bytes[1] === 0 ? [] : [`${count(back)} ${back === 1 ? 'ACK' : 'ACKs'} back`];
}

function timerDraft(subject: Subject, { transition }: TimerRung): Draft {
  const { side, from, to, by } = transition;
  return {
    frame: '',
    time: timeText(sinceStart(subject, transition)),
    left: side === 0 ? to : '',
    middle: note(by === 'reuse' ? 'ports taken over' : `timer: ${from} ends`, '.'),
    right: side === 1 ? to : '',
    facts: timerText(transition),
  };
}

function timerText({ from, by }: Transition): string {
  if (by === 'reuse') return 'inferred: a new connection uses these ports';
  return from === 'TIME-WAIT' ? `inferred: Linux waits ${TIME_WAIT_SECONDS} s` : 'inferred: gave up';
}

function layOut(drafts: readonly Draft[], width: number): Layout {
  const widest = (text: (draft: Draft) => string, least: number): number =>
    drafts.reduce((most, draft) => Math.max(most, cells(text(draft))), least);
  const hasStates = drafts.some(({ left, right }) => left !== '' || right !== '');
  const frame = widest((d) => d.frame, 'frame'.length);
  const time = widest((d) => d.time, 'seconds'.length);
  const left = hasStates ? widest((d) => d.left, 'originator'.length) : 0;
  const right = hasStates ? widest((d) => d.right, 'responder'.length) : 0;
  const middle = drafts.reduce((most, draft) => Math.max(most, middleWidth(draft)), MIN_ARROW);
  const used = frame + time + left + middle + right + GAP.length * (hasStates ? 5 : 3);
  return { frame, time, left, middle, right, facts: width - used };
}

/** What stands alone on its line may be wider than the column. */
function middleWidth({ middle, right }: Draft): number {
  if (typeof middle !== 'string') return cells(middle.label) + ARROW_EXTRA;
  return right === '' ? 0 : cells(middle);
}

function drawn(draft: Draft, layout: Layout, width: number): string[] {
  const first = lineOf(draft, layout);
  if (draft.facts === '') return [first];
  const indent = layout.frame + layout.time + 2 * GAP.length + (layout.left === 0 ? 0 : layout.left + GAP.length);
  if (layout.facts >= MIN_FACTS || cells(draft.facts) <= layout.facts) {
    const [beside = '', ...below] = wrap(draft.facts, layout.facts);
    const start = indent + layout.middle + GAP.length + (layout.right === 0 ? 0 : layout.right + GAP.length);
    return [`${padEnd(first, start)}${beside}`, ...below.map((text) => ' '.repeat(start) + text)];
  }
  return [first, ...wrap(draft.facts, Math.max(1, width - indent - 2)).map((text) => ' '.repeat(indent + 2) + text)];
}

function lineOf(draft: Draft, layout: Layout): string {
  const { middle } = draft;
  const text = typeof middle === 'string' ? middle : arrow(middle.label, middle.direction, middle.line, layout.middle);
  const states = layout.left > 0;
  const columns = [
    padStart(draft.frame, layout.frame),
    padStart(draft.time, layout.time),
    ...(states ? [padEnd(draft.left, layout.left)] : []),
    padEnd(text, layout.middle),
    ...(states ? [draft.right] : []),
  ];
  return columns.join(GAP).trimEnd();
}

/** Lines of at most `width` cells, broken between words. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && cells(line) + 1 + cells(word) <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
