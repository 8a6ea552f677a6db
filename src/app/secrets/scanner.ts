/**
 * Where the secrets of a stream stand: bytes of both sides in, ranges of stream offsets out. It reads lines, so it needs no
 * knowledge of which protocol it is, and header blocks of HTTP/2 besides; it rather hides too much than too little.
 */
import type { Side, StreamSink } from '../../stream/segment.ts';
import { otherSide } from '../../stream/segment.ts';
import { MAX_SECRETS, MAX_SECRET_LINE } from '../limits.ts';
import { Http2Secrets } from './http2.ts';
import { answersAfter, asksForPassword, asksInLines, goesOn, isAnswer, namesPassword, secretsOf } from './rules.ts';

export interface SecretRange {
  readonly start: number;
  readonly end: number;
  /** `password`, `cookie`, `authorization`, `key`, or `headers` that cannot be told apart. */
  readonly what: string;
}

const LF = 10;
const CR = 13;
/** Telnet ends a line with CR NUL (RFC 854). */
const NUL = 0;

/** The longest line that is looked at as a question. */
const MAX_PROMPT = 256;

class LineReader {
  readonly ranges: SecretRange[] = [];
  readonly inHttp2: SecretRange[] = [];
  readonly http2: Http2Secrets;
  /** Bytes of the line so far, and where it starts. */
  readonly bytes = new Uint8Array(MAX_SECRET_LINE);
  length = 0;
  start = 0;
  /** Answers of an authentication that are still to come. */
  answers = 0;
  /** The rest of the line is a password, from this column on, because the other side asked for one; -1 for no. */
  askedFrom = -1;
  /** What the last line held, where the next one may go on with it. */
  last = '';
  /** A long line was cut in the middle of a secret. */
  open = '';
  /** In the form field of a password: before its empty line, or behind it. */
  form: 'no' | 'head' | 'value' = 'no';
  /** Behind a command whose arguments stand in lines of their own. */
  inArguments = false;
  /** The line before said that four bytes follow, as Redis does. */
  isBulk = false;

  constructor(limit: () => void) {
    this.http2 = new Http2Secrets((start, end, what) => {
      if (this.inHttp2.length < MAX_SECRETS) return void this.inHttp2.push({ start, end, what });
      limit();
      this.inHttp2[MAX_SECRETS - 1] = { ...this.inHttp2[MAX_SECRETS - 1]!, end: Infinity };
    });
  }
}

export class SecretScanner implements StreamSink {
  readonly #readers: readonly [LineReader, LineReader] = [this.#newReader(), this.#newReader()];
  /** More secrets than can be remembered: from there on all of that side is one. */
  limitReached = false;

  /** In ascending order; none overlaps another. */
  ranges(side: Side): readonly SecretRange[] {
    const { ranges, inHttp2 } = this.#readers[side];
    return inHttp2.length === 0 ? ranges : united(ranges, inHttp2);
  }

  #newReader(): LineReader {
    return new LineReader(() => (this.limitReached = true));
  }

  data(side: Side, bytes: Uint8Array, offset: number): void {
    const reader = this.#readers[side];
    reader.http2.data(bytes, offset);
    if (reader.length === 0) reader.start = offset;
    for (let at = 0; at < bytes.length;) {
      const end = lineEnd(bytes, at);
      const stop = Math.min(end, at + MAX_SECRET_LINE - reader.length);
      reader.bytes.set(bytes.subarray(at, stop), reader.length);
      reader.length += stop - at;
      at = stop;
      const last = reader.bytes[reader.length - 1];
      const isEnd = last === LF || last === NUL;
      if (!isEnd && reader.length < MAX_SECRET_LINE) break;
      this.#read(reader, isEnd);
      reader.start = offset + at - reader.length;
    }
    this.#listen(side);
  }

  /** What is missing may have held the end of a line. */
  gap(side: Side, offset: number, length: number): void {
    const reader = this.#readers[side];
    reader.http2.gap(offset, length);
    this.#read(reader, true);
    reader.start = offset + length;
  }

  end(side: Side): void {
    this.#readers[side].http2.end();
    this.#read(this.#readers[side], true);
  }

  /** What one side asks, the other answers in its next line. */
  #listen(side: Side): void {
    const asking = this.#readers[side];
    const answering = this.#readers[otherSide(side)];
    if (asking.length > 0 && asking.length < MAX_PROMPT && asksForPassword(textOf(asking))) {
      if (answering.askedFrom < 0) answering.askedFrom = answering.length;
    }
    // What goes on with another line does not wait; an answer that has begun stays one.
    else if (asking.length === 0 && answering.length === 0) answering.askedFrom = -1;
  }

  #read(reader: LineReader, isEnd: boolean): void {
    if (reader.length === 0) return;
    // Most of what is no text: nothing to look at.
    if (reader.length === 1 && isEnd && reader.form === 'no') return skip(reader);
    const line = textOf(reader);
    const { start } = reader;
    const before = reader.ranges.length;
    if (reader.open !== '') this.#add(reader, start, start + line.length, reader.open);
    else if (isFollowing(reader, line)) this.#add(reader, start, start + line.length, reader.last);
    else this.#judge(reader, line);
    const told = reader.ranges.length > before ? reader.ranges.at(-1)!.what : '';
    // A header goes on in lines that begin with a space; a line that was cut goes on anyway.
    reader.last = isEnd && (told === 'cookie' || told === 'authorization') ? told : '';
    reader.open = !isEnd && told !== '' && reader.ranges.at(-1)!.end === start + line.length ? told : '';
    if (isEnd || reader.open !== '') reader.length = 0;
    else carry(reader);
  }

  #judge(reader: LineReader, line: string): void {
    const { start } = reader;
    const whole = (): void => this.#add(reader, start, start + line.length, 'password');
    if (reader.form === 'value') {
      reader.form = 'no';
      if (!line.startsWith('--')) return whole();
    }
    if (namesPassword(line)) reader.form = 'head';
    else if (reader.form === 'head' && line === '') reader.form = 'value';
    if (reader.askedFrom >= 0 && line !== '') {
      const from = Math.min(reader.askedFrom, line.length);
      reader.askedFrom = -1;
      return this.#add(reader, start + from, start + line.length, 'password');
    }
    if (reader.inArguments && !line.startsWith('*')) {
      if (!line.startsWith('$')) whole();
      return;
    }
    reader.inArguments = reader.isBulk && asksInLines(line);
    reader.isBulk = line === '$4';
    if (reader.answers > 0) {
      reader.answers--;
      if (isAnswer(line)) return whole();
      reader.answers = 0;
    }
    reader.answers = answersAfter(line);
    for (const { from, to, what } of secretsOf(line)) this.#add(reader, start + from, start + to, what);
  }

  #add({ ranges }: LineReader, from: number, end: number, what: string): void {
    const start = Math.max(from, ranges.at(-1)?.end ?? 0);
    if (start >= end) return;
    if (ranges.length < MAX_SECRETS) return void ranges.push({ start, end, what });
    this.limitReached = true;
    ranges[MAX_SECRETS - 1] = { ...ranges[MAX_SECRETS - 1]!, end: Infinity };
  }
}

/** Both lists as one, in ascending order; of what overlaps, the one that begins first stays whole. */
function united(lines: readonly SecretRange[], blocks: readonly SecretRange[]): SecretRange[] {
  const all: SecretRange[] = [];
  let end = 0;
  for (const range of [...lines, ...blocks].toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (range.end <= end) continue;
    all.push(range.start >= end ? range : { ...range, start: end });
    end = range.end;
  }
  return all;
}

/** Index behind the first line break from `at` on, or the end. */
function lineEnd(bytes: Uint8Array, at: number): number {
  let i = at;
  while (i < bytes.length && bytes[i] !== LF && bytes[i] !== NUL) i++;
  return Math.min(bytes.length, i + 1);
}

function skip(reader: LineReader): void {
  reader.length = 0;
  reader.open = '';
  reader.last = '';
}

/** What stands across the place where a long line was cut is looked at again. */
const CARRIED = 512;

function carry(reader: LineReader): void {
  reader.bytes.copyWithin(0, reader.length - CARRIED, reader.length);
  reader.length = CARRIED;
}

const isFollowing = (reader: LineReader, line: string): boolean => reader.last !== '' && goesOn(line);

const decoder = new TextDecoder('latin1');

/** One character a byte, so that columns are offsets; without the line break. */
function textOf({ bytes, length }: LineReader): string {
  let end = length;
  if (end > 0 && (bytes[end - 1] === LF || bytes[end - 1] === NUL)) end--;
  if (end > 0 && bytes[end - 1] === CR) end--;
  return decoder.decode(bytes.subarray(0, end));
}
