/** `messages`: boundaries of messages in the streams of the connections that a framing is given for. */
import { Boundaries } from '../app/framing/boundaries.ts';
import { ConnectionMessages, Room } from '../app/framing/gathered.ts';
import { Head } from '../app/framing/head.ts';
import { type ReadPlan, Reads } from '../app/framing/reads.ts';
import { type Framing, framingNames } from '../app/framing/spec.ts';
import { SampleRoom, SampleSink } from '../app/infer/sample.ts';
import { MAX_HEADS } from '../app/limits.ts';
import type { Keys } from '../app/tls/decryptor.ts';
import { UnsealedSink } from '../app/tls/unsealed-sink.ts';
import { Unsealer } from '../app/tls/unsealer.ts';
import type { FrameSource } from '../capture/source.ts';
import { detectAll, streamDetectors } from '../detect/index.ts';
import { WORDS, Word } from '../flow/records.ts';
import type { Tracker } from '../flow/tracker.ts';
import { csvLines } from '../report/csv.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import {
  type Framed,
  type FramedRun,
  allReadRows,
  messageRows,
  messagesDocument,
} from '../report/messages/document.ts';
import { type Sampled, inferredRows } from '../report/messages/inferred.ts';
import { forTerminal } from '../report/sanitize.ts';
import { DEFAULT_POLICY, type OverlapPolicy } from '../stream/overlap.ts';
import { BothSinks } from '../stream/both.ts';
import { StreamTap } from '../stream/tap.ts';
import type { Analysis } from '../analysis.ts';
import { writeAll } from './commands.ts';
import { UsageError } from './exit-codes.ts';
import { readPolicy } from './follow.ts';
import { type Framings, readFramings } from './framings.ts';
import { type CommonOptions, wholeNumber } from './options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';
import { type RawKeyOptions, readKeys } from './tls-keys.ts';

export interface RawMessagesOptions extends RawKeyOptions {
  frame?: string[];
  frames?: string;
  overlap?: string;
  full?: true;
  readSize?: string;
  readDelay?: string;
  infer?: true;
  showSecrets?: true;
}

interface OwnOptions {
  readonly framings: Framings;
  readonly policy: OverlapPolicy;
  readonly full: boolean;
  /** Reads to simulate; null for none. */
  readonly plan: ReadPlan | null;
  /** Framings of other connections are to be inferred. */
  readonly infer: boolean;
  readonly showSecrets: boolean;
  readonly keys: Keys;
}

export function messagesOptions(raw: RawMessagesOptions): OwnOptions {
  if (raw.frame === undefined && raw.frames === undefined && raw.infer === undefined) {
    throw new UsageError(
      `messages: no framing given\n  expected: --frame [PORT=]SPEC, as in --frame 9000=length:size=4, or --infer\n  framings: ${framingNames.join(', ')}`,
    );
  }
  return {
    framings: readFramings(raw.frame ?? [], raw.frames),
    policy: raw.overlap === undefined ? DEFAULT_POLICY : readPolicy(raw.overlap),
    full: raw.full === true,
    plan: readPlan(raw),
    infer: raw.infer === true,
    showSecrets: raw.showSecrets === true,
    keys: readKeys(raw),
  };
}

function readPlan({ readSize, readDelay }: RawMessagesOptions): ReadPlan | null {
  if (readSize === undefined) {
    if (readDelay !== undefined) throw new UsageError('--read-delay needs --read-size\n  expected: --read-size N');
    return null;
  }
  return {
    bytes: wholeNumber('--read-size', readSize),
    delaySeconds: readDelay === undefined ? 0 : readSeconds(readDelay),
  };
}

/** `10ms`, `1.5s`. */
function readSeconds(text: string): number {
  const [, value, unit] = /^(\d{1,9}(?:\.\d{1,9})?)(ms|s)$/.exec(text) ?? [];
  if (value === undefined)
    throw new UsageError(`--read-delay ${forTerminal(text)}: expected a time, as in 10ms or 1.5s`);
  return unit === 'ms' ? Number(value) / 1000 : Number(value);
}

export function runMessages(options: CommonOptions & OwnOptions): Promise<number> {
  const { framings, policy, plan } = options;
  const room = new Room();
  const unsealer = new Unsealer(options.keys);
  const onOpen = ({ secrets }: FrameSource): void => options.keys.log.watch(secrets);
  const found: Framed[] = [];
  const sampled: Sampled[] = [];
  const sampleRoom = new SampleRoom();
  const tap = new StreamTap((tracker, id) => {
    const framing = framingOf(tracker, id, framings);
    if (framing === undefined) return options.infer ? sampleOf(tracker, id) : null;
    const gathered = new ConnectionMessages(framing.spec, room);
    const reads = plan === null ? null : new Reads(plan);
    const boundaries = new Boundaries(framing.open, gathered);
    const head = reads === null || found.length >= MAX_HEADS ? null : new Head(options.showSecrets);
    found.push({ id, gathered, reads, head });
    const sink = reads === null ? boundaries : new BothSinks(boundaries, reads);
    const whole = head === null ? sink : new BothSinks(sink, head);
    return framing.spec === 'tls' ? whole : new UnsealedSink(unsealer, whole, whole);
  }, policy);
  const sampleOf = (tracker: Tracker, id: number): SampleSink => {
    const sink = new SampleSink(portsOf(tracker, id).responder, sampleRoom);
    sampled.push({ id, sink });
    return sink;
  };
  return runOnCaptures({ ...options, observer: tap, onOpen }, async (analysis, output) => {
    tap.finish();
    const { facts } = analysis;
    const { connections } = facts;
    const limits = [
      ...(tap.limitReached ? ['held-bytes'] : []),
      ...(room.limitReached ? ['messages'] : []),
      ...(found.some(({ reads }) => reads?.limitReached) ? ['reads'] : []),
      ...(sampleRoom.limitReached ? ['inferred-bytes'] : []),
    ];
    const inferred = options.infer ? inferredRows(facts, sampled) : null;
    const run = { framed: found.filter(({ id }) => connections.isCounted(id)), policy, plan, inferred, limits };
    for (const { id, gathered } of run.framed) {
      facts.streams.push({ id, stream: tap.streams[id]!, messages: gathered });
    }
    await writeMessages(analysis, run, output, options);
    return options.failOn === undefined ? [] : detectAll(facts);
  });
}

/** The responder's port goes first: the originator's is mostly drawn at random. */
function framingOf(tracker: Tracker, id: number, framings: Framings): Framing | undefined {
  const { originator, responder } = portsOf(tracker, id);
  return framings.get(responder) ?? framings.get(originator) ?? framings.get(0);
}

function portsOf({ table }: Tracker, id: number): { originator: number; responder: number } {
  const ports = table.records.w[id * WORDS + Word.ports]!;
  return { originator: ports >>> 16, responder: ports & 0xffff };
}

const columns = [
  'connection',
  'side',
  'index',
  'start',
  'end',
  'class',
  'cause',
  'segments',
  'frames',
  'time',
  'fields',
];

async function writeMessages(
  { facts }: Analysis,
  run: FramedRun,
  output: Output,
  options: CommonOptions & OwnOptions,
): Promise<void> {
  const doc = messagesDocument(facts, run, detectAll(facts, streamDetectors));
  switch (options.format) {
    case 'json':
      return writeAll(output, jsonPieces(doc, 'messages', messageRows(facts, run)));
    case 'ndjson': {
      const { inferred, findings, ...summary } = doc;
      for (const row of messageRows(facts, run)) await output.write(ndjsonLine('message', row));
      for (const row of allReadRows(facts, run)) await output.write(ndjsonLine('read', row));
      for (const row of inferred ?? []) await output.write(ndjsonLine('inferred', row));
      for (const row of findings) await output.write(ndjsonLine('finding', row));
      return output.write(ndjsonLine('summary', summary));
    }
    case 'csv':
      return writeAll(output, csvLines(columns, flatRows(facts, run)));
    default: {
      const [{ messagesText }, { makeStyle }] = await Promise.all([
        import('../report/text/messages/messages.ts'),
        import('../report/text/style.ts'),
      ]);
      const { colour, full } = options;
      return writeAll(
        output,
        messagesText(doc, messageRows(facts, run), allReadRows(facts, run), { style: makeStyle(colour), full }),
      );
    }
  }
}

/** Frames as words. */
function* flatRows(facts: Analysis['facts'], run: FramedRun): Generator<object> {
  for (const row of messageRows(facts, run)) yield { ...row, frames: row.frames.join(' ') };
}
