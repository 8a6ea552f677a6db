/** The document of `follow`: the connection, what was odd about its streams, and their bytes as rows. */
import type { SecretScanner } from '../../app/secrets/scanner.ts';
import type { Facts } from '../../detect/facts.ts';
import type { Finding } from '../../detect/finding.ts';
import type { Conflict } from '../../stream/conflicts.ts';
import type { OverlapPolicy } from '../../stream/overlap.ts';
import type { Side } from '../../stream/segment.ts';
import type { Stream } from '../../stream/stream.ts';
import type { Chunk, Transcript } from '../../stream/transcript.ts';
import { connectionRow } from '../connection-rows.ts';
import { heading, limitsReached } from '../documents.ts';
import { type SideName, sideNames } from '../ladder/model.ts';
import type { ConnectionRow, Heading } from '../model.ts';
import { isoTime } from '../times.ts';
import { Redaction } from './redaction.ts';

interface StreamDocument {
  /** Length of the stream, gaps included. */
  readonly bytes: number;
  /** Of them, bytes of which the capture has nothing, and bytes that the snaplen cut off. */
  readonly lostBytes: number;
  readonly cutBytes: number;
  readonly resentBytes: number;
  /** Of those, bytes sent too long ago to be compared. */
  readonly uncomparedBytes: number;
  readonly conflicts: number;
}

export interface ConflictRow {
  readonly side: SideName;
  readonly start: number;
  readonly end: number;
  /** Frames of both versions; null where the frame is no longer known. */
  readonly keptFrame: number | null;
  readonly otherFrame: number;
  /** The first bytes of both versions, as hex. */
  readonly kept: string;
  readonly other: string;
}

export interface ChunkRow {
  readonly side: SideName;
  readonly start: number;
  readonly end: number;
  readonly kind: Chunk['kind'];
  readonly frame: number;
  readonly readableFrame: number;
  readonly time: string | null;
  /** Null for a gap. */
  readonly hex: string | null;
}

export interface FollowDocument extends Heading {
  readonly limitsReached: readonly string[];
  readonly connection: ConnectionRow;
  readonly overlapPolicy: OverlapPolicy;
  readonly streams: { readonly originator: StreamDocument; readonly responder: StreamDocument };
  readonly conflicts: readonly ConflictRow[];
  /** Chunks are what was inside TLS, at the frames of its records; the rest is about the bytes as they were sent. */
  readonly decrypted: boolean;
  /** Secrets that are covered; null where they are shown. */
  readonly redactedSecrets: number | null;
  /** About the stream. */
  readonly findings: readonly Finding[];
}

/** What `follow` gathered of a connection. */
export interface Followed {
  readonly id: number;
  readonly stream: Stream;
  readonly transcript: Transcript;
  readonly policy: OverlapPolicy;
  /** Null for both sides. */
  readonly side: Side | null;
  /** What is to be covered; null to show all. */
  readonly secrets: SecretScanner | null;
  /** The transcript is what was inside TLS. */
  readonly decrypted: boolean;
}

export function followDocument(facts: Facts, followed: Followed, findings: readonly Finding[]): FollowDocument {
  const { id, stream, transcript, policy, secrets, decrypted } = followed;
  const redaction = secrets && new Redaction(secrets);
  const { connections: c } = facts;
  if (secrets?.limitReached) facts.limits.add('secrets');
  if (transcript.limitReached) facts.limits.add('transcript');
  if (stream.directions.some(({ limited }) => limited > 0)) facts.limits.add('held-bytes');
  return {
    ...heading(facts),
    limitsReached: limitsReached(facts),
    connection: connectionRow(c, id, c.indexes()[id]!),
    overlapPolicy: policy,
    streams: { originator: streamDocument(stream, 0), responder: streamDocument(stream, 1) },
    conflicts: sidesOf(followed).flatMap((side) =>
      stream.directions[side].conflicts.list.map((conflict) =>
        conflictRow(
          side,
          redaction === null || decrypted ? conflict : { ...conflict, ...redaction.coverVersions(side, conflict) },
        ),
      ),
    ),
    decrypted,
    redactedSecrets: redaction && redaction.count(sidesOf(followed)),
    findings,
  };
}

const sidesOf = ({ side }: Followed): Side[] => (side === null ? [0, 1] : [side]);

/** Chunks of the sides that are shown. */
export function* chunksOf({ transcript, side }: Followed): Generator<Chunk> {
  for (const chunk of transcript.chunks) if (side === null || chunk.side === side) yield chunk;
}

/** As they are to be read, and as many bytes as there were. */
export type Form = 'label' | 'cover';

/** The same with secrets out of sight. */
export function* redactedChunks(followed: Followed, form: Form): Generator<Chunk> {
  const redaction = followed.secrets && new Redaction(followed.secrets);
  for (const chunk of chunksOf(followed)) {
    if (redaction === null || chunk.bytes === null) yield chunk;
    else yield { ...chunk, bytes: redaction[form](chunk) };
  }
}

export function* chunkRows(followed: Followed): Generator<ChunkRow> {
  for (const chunk of redactedChunks(followed, 'cover')) {
    const { side, start, end, kind, frame, readableFrame, seconds, nanoseconds, bytes } = chunk;
    const time = isoTime(seconds, nanoseconds);
    yield { side: sideNames[side], start, end, kind, frame, readableFrame, time, hex: bytes && hexOf(bytes) };
  }
}

function streamDocument(stream: Stream, side: Side): StreamDocument {
  const { offset, lostBytes, cutBytes, resentBytes, uncomparedBytes, conflicts } = stream.directions[side];
  return { bytes: offset, lostBytes, cutBytes, resentBytes, uncomparedBytes, conflicts: conflicts.count };
}

const conflictRow = (side: Side, { start, end, keptFrame, otherFrame, kept, other }: Conflict): ConflictRow => ({
  side: sideNames[side],
  start,
  end,
  keptFrame: keptFrame === 0 ? null : keptFrame,
  otherFrame,
  kept: hexOf(kept),
  other: hexOf(other),
});

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += digits[byte]!;
  return text;
}
