/** DNS messages (RFC 1035 section 4): bytes in, names and records out. Whatever is in the bytes, nothing throws or loops. */
import { ipv4Text, ipv6Text } from '../../bytes/address.ts';
import { latin1 } from '../latin1.ts';
import { MAX_DNS_RECORDS } from '../limits.ts';
import { typeName } from './names.ts';

interface Question {
  /** In lower case as compared, see `name` of records for how it was written. */
  readonly name: string;
  readonly type: string;
}

interface ResourceRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  /** As dig would print it; of types that are not known here the number of bytes. */
  readonly data: string;
}

export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: number;
  readonly rcode: number;
  readonly authoritative: boolean;
  /** TC: the whole answer is to be had over TCP. */
  readonly truncated: boolean;
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  /** Records that the header announces, of the answer section. */
  readonly answerCount: number;
  /** It ends before its header says, or makes no sense. */
  readonly damaged: boolean;
}

const HEADER = 12;
/** RFC 1035 section 3.1. */
const MAX_NAME = 255;
/** A name has at most 127 labels, so more pointers lead nowhere. */
const MAX_POINTERS = 128;

/** Null where it cannot be DNS at all. */
export function readDns(bytes: Uint8Array, start: number, end: number): DnsMessage | null {
  if (end - start < HEADER) return null;
  const cursor = new Cursor(bytes, start, end);
  const id = cursor.u16();
  const flags = cursor.u16();
  const [questionCount, answerCount] = [cursor.u16(), cursor.u16()];
  cursor.at += 4;
  const questions: Question[] = [];
  for (let i = 0; i < Math.min(questionCount, MAX_DNS_RECORDS) && !cursor.failed; i++) {
    const name = cursor.name();
    const type = typeName(cursor.u16());
    cursor.u16();
    if (!cursor.failed) questions.push({ name, type });
  }
  const answers: ResourceRecord[] = [];
  for (let i = 0; i < Math.min(answerCount, MAX_DNS_RECORDS) && !cursor.failed; i++) {
    const record = readRecord(cursor);
    if (!cursor.failed) answers.push(record);
  }
  return {
    id,
    isResponse: (flags & 0x8000) !== 0,
    opcode: (flags >> 11) & 15,
    rcode: flags & 15,
    authoritative: (flags & 0x400) !== 0,
    truncated: (flags & 0x200) !== 0,
    questions,
    answers,
    answerCount,
    damaged: cursor.failed,
  };
}

function readRecord(cursor: Cursor): ResourceRecord {
  const name = cursor.name();
  const type = typeName(cursor.u16());
  cursor.u16();
  const ttl = cursor.u16() * 65_536 + cursor.u16();
  const length = cursor.u16();
  const dataEnd = cursor.at + length;
  if (dataEnd > cursor.end) cursor.failed = true;
  const data = cursor.failed ? '' : readData(cursor, type, length);
  cursor.at = dataEnd;
  return { name, type, ttl, data };
}

function readData(cursor: Cursor, type: string, length: number): string {
  const { bytes, at } = cursor;
  switch (type) {
    case 'A':
      return length === 4 ? ipv4Text(new DataView(bytes.buffer, bytes.byteOffset).getUint32(at)) : `${length} bytes`;
    case 'AAAA':
      return length === 16 ? ipv6Text(bytes, at) : `${length} bytes`;
    case 'CNAME':
    case 'NS':
    case 'PTR':
    case 'DNAME':
      return cursor.name();
    case 'MX':
      return `${cursor.u16()} ${cursor.name()}`;
    case 'SRV':
      return `${cursor.u16()} ${cursor.u16()} ${cursor.u16()} ${cursor.name()}`;
    case 'TXT':
    case 'SPF':
      return cursor.strings(at + length);
    default:
      return `${length} bytes`;
  }
}

/** Reads numbers and names; once something does not fit, all that follows is empty. */
class Cursor {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  at: number;
  failed = false;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.at = start;
  }

  u16(): number {
    if (this.at + 2 > this.end) this.failed = true;
    if (this.failed) return 0;
    const value = this.bytes[this.at]! * 256 + this.bytes[this.at + 1]!;
    this.at += 2;
    return value;
  }

  /** Labels joined with dots, with pointers followed (section 4.1.4), which may only point back: so they end. */
  name(): string {
    const labels: string[] = [];
    let at = this.at;
    let pointers = 0;
    let least = at;
    for (let length = 0; !this.failed;) {
      const size = at < this.end ? this.bytes[at]! : -1;
      if (size === 0) {
        if (pointers === 0) this.at = at + 1;
        break;
      }
      if (size >= 0xc0) {
        const target = this.start + (size & 63) * 256 + (this.bytes[at + 1] ?? 0);
        if (at + 1 >= this.end || target >= least || pointers === MAX_POINTERS) this.failed = true;
        if (pointers === 0) this.at = at + 2;
        pointers++;
        at = least = target;
        continue;
      }
      length += size + 1;
      if (size < 0 || size > 63 || at + 1 + size > this.end || length > MAX_NAME) this.failed = true;
      else labels.push(label(this.bytes, at + 1, at + 1 + size));
      at += 1 + size;
    }
    return this.failed ? '' : labels.length === 0 ? '.' : labels.join('.');
  }

  /** Strings with a length byte each (section 3.3.14), up to `end`. */
  strings(end: number): string {
    const parts: string[] = [];
    while (this.at < end) {
      const to = Math.min(end, this.at + 1 + this.bytes[this.at]!);
      parts.push(latin1(this.bytes, this.at + 1, to));
      this.at = to;
    }
    return parts.map((part) => JSON.stringify(part)).join(' ');
  }
}

/** A dot or a backslash in a label is escaped, as in zone files (RFC 1035 section 5.1). */
function label(bytes: Uint8Array, start: number, end: number): string {
  const text = latin1(bytes, start, end);
  return /[.\\]/.test(text) ? text.replaceAll(/[.\\]/g, String.raw`\$&`) : text;
}
