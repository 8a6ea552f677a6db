/**
 * The accept queue, rebuilt: a connection is in it from the ACK that finished its handshake until the application takes it.
 * When that is, a capture shows by what the application does next: its first answer, or its FIN or RST. A connection that
 * was answered without a pause did not wait.
 */
import type { Connections } from '../../flow/connections.ts';
import type { Span } from '../../flow/waits/ledger.ts';
import { Cause } from '../../flow/waits/names.ts';
import { stallsOf } from '../../flow/waits/read.ts';
import { type Story, isFin, isPlainAck, isReset } from '../../flow/life/story.ts';
import { Attempt, type Clock } from './attempts.ts';
import type { Columns } from './columns.ts';
import { HalfOpen } from './half-open.ts';
import { MAX_QUEUE_LIVES } from './limits.ts';
import type { Lives } from './stories.ts';

/** Of completed attempts, in order of number; those that never were taken wait for ever. */
export function acceptEntriesOf(lives: Lives, clock: Clock, { ids, kind }: Columns): HalfOpen {
  let room = 0;
  for (let row = 0; row < kind.length; row++) if (kind[row] === Attempt.completed) room++;
  room = Math.min(room, MAX_QUEUE_LIVES);
  const entries = { ids: new Int32Array(room), from: new Float64Array(room), to: new Float64Array(room) };
  let count = 0;
  for (let row = 0; row < kind.length && count < room; row++) {
    if (kind[row] !== Attempt.completed || !mayWait(lives.c, ids[row]!)) continue;
    const story = lives.story(ids[row]!);
    const from = story === null ? null : finishedAt(story, clock);
    if (story === null || from === null) continue;
    const to = takenAt(lives, clock, ids[row]!, story, from);
    if (to <= from) continue;
    entries.ids[count] = ids[row]!;
    entries.from[count] = from;
    entries.to[count++] = to;
  }
  return new HalfOpen({
    ids: entries.ids.subarray(0, count),
    from: entries.from.subarray(0, count),
    to: entries.to.subarray(0, count),
  });
}

/**
 * Told without its segments: most connections were answered without a pause. One whose request was not even acknowledged
 * waits for no application: the host was gone.
 */
function mayWait(c: Connections, id: number): boolean {
  if (c.payloadBytes(id, 0) > 0 && c.frames(id, 1) < 2) return false;
  return c.payloadBytes(id, 1) === 0 || silenceOf(c, id) !== undefined;
}

/** The first silence that the server's application was to end. */
const silenceOf = (c: Connections, id: number): Span | undefined =>
  stallsOf(c, id).longest.find(({ kind, side }) => side === 1 && kind === Cause.serverThinking);

/** When the ACK came that was not followed by one more SYN-ACK. */
function finishedAt({ segments, lastSynAck }: Story, clock: Clock): number | null {
  if (lastSynAck[1] < 0) return null;
  const ack = segments.find((s, i) => i > lastSynAck[1] && s.side === 0 && isPlainAck(s));
  return ack === undefined ? null : clock.at(ack.seconds, ack.nanoseconds);
}

function takenAt({ c }: Lives, clock: Clock, id: number, { segments }: Story, from: number): number {
  const end = segments.find((s) => s.side === 1 && (isFin(s) || isReset(s)));
  const ended = end === undefined ? Infinity : clock.at(end.seconds, end.nanoseconds);
  if (c.payloadBytes(id, 1) === 0) return ended;
  const silence = silenceOf(c, id);
  if (silence === undefined) return from;
  return Math.min(ended, clock.start(id) + (silence.atNanoseconds + silence.nanoseconds) / 1e9);
}
