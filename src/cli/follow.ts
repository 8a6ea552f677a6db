/** `follow`: the bytes of one connection as text, hex dump, rows, or as they are. */
import type { Keys } from '../app/tls/decryptor.ts';
import { UnsealedSink } from '../app/tls/unsealed-sink.ts';
import { Unsealer } from '../app/tls/unsealer.ts';
import type { FrameSource } from '../capture/source.ts';
import { SecretScanner } from '../app/secrets/scanner.ts';
import { detectAll, streamDetectors } from '../detect/index.ts';
import { WantedConnection } from '../flow/wanted.ts';
import { csvLines } from '../report/csv.ts';
import {
  type FollowDocument,
  type Followed,
  chunkRows,
  chunksOf,
  followDocument,
  redactedChunks,
} from '../report/follow/document.ts';
import { jsonPieces, ndjsonLine } from '../report/json.ts';
import { sideNames } from '../report/ladder/model.ts';
import { forTerminal } from '../report/sanitize.ts';
import { DEFAULT_POLICY, type OverlapPolicy, overlapPolicies } from '../stream/overlap.ts';
import { BothSinks } from '../stream/both.ts';
import type { Side, StreamSink } from '../stream/segment.ts';
import { StreamTap } from '../stream/tap.ts';
import { Transcript } from '../stream/transcript.ts';
import { terminalWidth, writeAll } from './commands.ts';
import { type ConnectionName, requireConnection } from './connection-name.ts';
import { UsageError } from './exit-codes.ts';
import type { CommonOptions } from './options.ts';
import type { Output } from './output.ts';
import { runOnCaptures } from './run.ts';
import { type RawKeyOptions, readKeys } from './tls-keys.ts';

export interface RawFollowOptions extends RawKeyOptions {
  side?: string;
  hex?: true;
  raw?: true;
  showSecrets?: true;
  overlap?: string;
}

interface OwnOptions {
  readonly connection: ConnectionName;
  readonly side: Side | null;
  readonly form: 'text' | 'hex' | 'raw';
  readonly policy: OverlapPolicy;
  readonly showSecrets: boolean;
  readonly keys: Keys;
}

export type FollowOptions = CommonOptions & OwnOptions;

export function followOptions(raw: RawFollowOptions, connection: ConnectionName): OwnOptions {
  if (raw.hex === true && raw.raw === true) throw new UsageError('--hex and --raw cannot go together');
  if (connection.transport === 'udp') {
    throw new UsageError(
      'follow: UDP has datagrams and no stream\n  expected: the id of a TCP connection, as in tcp:3',
    );
  }
  return {
    connection,
    side: raw.side === undefined ? null : readSide(raw.side),
    form: raw.raw === true ? 'raw' : raw.hex === true ? 'hex' : 'text',
    policy: raw.overlap === undefined ? DEFAULT_POLICY : readPolicy(raw.overlap),
    showSecrets: raw.showSecrets === true,
    keys: readKeys(raw),
  };
}

function readSide(text: string): Side {
  const side = sideNames.findIndex((name) => name === text);
  if (side < 0) throw new UsageError(`--side ${forTerminal(text)}: expected one of ${sideNames.join(', ')}`);
  return side === 0 ? 0 : 1;
}

export function readPolicy(text: string): OverlapPolicy {
  const policy = overlapPolicies.find((name) => name === text);
  if (policy === undefined) {
    throw new UsageError(`--overlap ${forTerminal(text)}: expected one of ${overlapPolicies.join(', ')}`);
  }
  return policy;
}

export function runFollow(options: FollowOptions): Promise<number> {
  refuseRaw(options);
  const { connection, policy, side } = options;
  const wanted = new WantedConnection(connection.transport, connection.index);
  const wire = new Shown(options);
  const inside = new Shown(options);
  const unsealed = new UnsealedSink(new Unsealer(options.keys), inside.sink, null);
  const sink = new BothSinks(wire.sink, unsealed);
  const tap = new StreamTap((tracker, id) => (wanted.look(tracker) && wanted.id === id ? sink : null), policy);
  const onOpen = ({ secrets }: FrameSource): void => options.keys.log.watch(secrets);
  return runOnCaptures({ ...options, only: connection, observer: tap, onOpen }, async (analysis, output) => {
    requireConnection('follow', analysis, wanted.id, connection);
    tap.finish();
    const { facts } = analysis;
    facts.streams.push({ id: wanted.id, stream: tap.streams[wanted.id]!, messages: null });
    const findings = detectAll(facts, streamDetectors);
    const decrypted = unsealed.isSealed && inside.transcript.chunks.length > 0;
    const { transcript, secrets } = decrypted ? inside : wire;
    const stream = tap.streams[wanted.id]!;
    const followed: Followed = { id: wanted.id, stream, transcript, policy, side, secrets, decrypted };
    await writeFollow(followDocument(facts, followed, findings), followed, output, options);
    return options.failOn === undefined ? [] : detectAll(facts);
  });
}

/** Bytes that may be shown, and what of them is to be covered. */
class Shown {
  readonly transcript = new Transcript();
  readonly secrets: SecretScanner | null;
  readonly sink: StreamSink;

  constructor({ showSecrets, form }: OwnOptions) {
    this.secrets = showSecrets || form === 'raw' ? null : new SecretScanner();
    this.sink = this.secrets === null ? this.transcript : new BothSinks(this.transcript, this.secrets);
  }
}

/** Raw bytes could steer a terminal, and have no rows. */
function refuseRaw(options: FollowOptions): void {
  if (options.form === 'text') return;
  if (options.format !== 'text') {
    throw new UsageError(`--${options.form} and --${options.format} cannot go together: one format at a time`);
  }
  if (options.form === 'raw' && terminalWidth(options) !== null) {
    throw new UsageError('--raw writes bytes that a terminal would obey\n  expected: -o FILE, or a pipe');
  }
}

const columns = ['side', 'start', 'end', 'kind', 'frame', 'readableFrame', 'time', 'hex'];

async function writeFollow(
  doc: FollowDocument,
  followed: Followed,
  output: Output,
  options: FollowOptions,
): Promise<void> {
  switch (options.format) {
    case 'json':
      return writeAll(output, jsonPieces(doc, 'chunks', chunkRows(followed)));
    case 'ndjson':
      for (const row of chunkRows(followed)) await output.write(ndjsonLine('chunk', row));
      return output.write(ndjsonLine('summary', doc));
    case 'csv':
      return writeAll(output, csvLines(columns, chunkRows(followed)));
    default:
      return options.form === 'raw' ? writeRaw(followed, output) : writeText(doc, followed, output, options);
  }
}

/** Bytes of many segments are written at once. */
const GATHERED_BYTES = 262_144;

/** Gaps leave nothing in the bytes, so they are told beside them. */
async function writeRaw(followed: Followed, output: Output): Promise<void> {
  const gathered = new Uint8Array(GATHERED_BYTES);
  let length = 0;
  const flush = async (): Promise<void> => {
    if (length > 0) await output.writeBytes(gathered.slice(0, length));
    length = 0;
  };
  for (const { bytes, side, start, end } of chunksOf(followed)) {
    if (bytes === null) {
      process.stderr.write(`synoptic: ${sideNames[side]}: bytes ${start} to ${end} are not in the capture\n`);
      continue;
    }
    if (length + bytes.length > GATHERED_BYTES) await flush();
    if (bytes.length > GATHERED_BYTES) await output.writeBytes(bytes);
    else {
      gathered.set(bytes, length);
      length += bytes.length;
    }
  }
  await flush();
}

async function writeText(
  doc: FollowDocument,
  followed: Followed,
  output: Output,
  options: FollowOptions,
): Promise<void> {
  const [{ followText }, { makeStyle }] = await Promise.all([
    import('../report/text/follow/follow.ts'),
    import('../report/text/style.ts'),
  ]);
  const style = makeStyle(options.colour);
  const hex = options.form === 'hex';
  const chunks = redactedChunks(followed, hex ? 'cover' : 'label');
  return writeAll(output, followText(doc, chunks, { hex, style }));
}
