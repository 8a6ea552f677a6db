/** The bytes of a connection for people: runs of one side after the other, gaps and conflicts in their places. */
import type { Chunk } from '../../../stream/transcript.ts';
import type { ConflictRow, FollowDocument } from '../../follow/document.ts';
import { sideNames } from '../../ladder/model.ts';
import { count, endpoint } from '../format.ts';
import type { Style } from '../style.ts';
import { type Drawing, HexDump, PlainText } from './drawing.ts';

export interface FollowTextOptions {
  readonly hex: boolean;
  readonly style: Style;
}

export function* followText(
  doc: FollowDocument,
  chunks: Iterable<Chunk>,
  options: FollowTextOptions,
): Generator<string> {
  yield* headerLines(doc, options.style);
  const runs = new Runs(doc, options);
  for (const chunk of chunks) yield* runs.take(chunk);
  yield runs.rest();
}

function* headerLines(doc: FollowDocument, style: Style): Generator<string> {
  const { connection, streams, overlapPolicy, redactedSecrets, decrypted } = doc;
  const { id, originator, responder, service, connState } = connection;
  const ends = [originator, responder].map(({ address, port }) => endpoint(address, port));
  const facts = [`${ends[0]!} (originator) > ${ends[1]!} (responder)`, service ?? '', connState].filter(Boolean);
  yield `${style.strong(id)}  ${facts.join('  ')}\n`;
  const overlapped = sideNames.some((side) => streams[side].conflicts > 0);
  for (const side of sideNames) {
    const { bytes, lostBytes, cutBytes, resentBytes, conflicts } = streams[side];
    const parts = [
      `${side} ${count(bytes)} B`,
      ...(lostBytes > 0 ? [`${count(lostBytes)} B not in the capture`] : []),
      ...(cutBytes > 0 ? [`${count(cutBytes)} B cut by the snaplen`] : []),
      ...(resentBytes > 0 ? [`${count(resentBytes)} B sent again`] : []),
      ...(conflicts > 0 ? [`${count(conflicts)} ${conflicts === 1 ? 'conflict' : 'conflicts'}`] : []),
    ];
    yield `${parts.join(', ')}\n`;
  }
  if (decrypted) yield 'what follows was inside TLS; sizes above are those on the wire\n';
  if (redactedSecrets !== null && redactedSecrets > 0) {
    const secrets = `${count(redactedSecrets)} ${redactedSecrets === 1 ? 'secret is' : 'secrets are'}`;
    yield `${secrets} covered; --show-secrets shows what was sent\n`;
  }
  if (overlapped) yield `where segments overlap: as ${overlapPolicy} does\n`;
}

/** Runs of one side; what is drawn of a run so far. */
class Runs {
  readonly #style: Style;
  readonly #hex: boolean;
  /** By side, in the order of the stream. */
  readonly #conflicts: readonly ConflictRow[];
  #drawing: Drawing | null = null;
  #side = -1;

  constructor({ conflicts, decrypted }: FollowDocument, { style, hex }: FollowTextOptions) {
    this.#style = style;
    this.#hex = hex;
    // Their places are those of the bytes on the wire.
    this.#conflicts = decrypted ? [] : conflicts;
  }

  *take(chunk: Chunk): Generator<string> {
    if (chunk.side !== this.#side) yield this.rest() + this.#titleLine(chunk);
    this.#side = chunk.side;
    if (chunk.bytes === null) yield this.rest() + this.#noteLine(gapText(chunk));
    else {
      this.#drawing ??= this.#hex ? new HexDump(chunk.start) : new PlainText();
      yield this.#drawing.draw(chunk.bytes);
    }
    const here = this.#conflicts.filter(
      ({ side, start }) => side === sideNames[chunk.side] && start >= chunk.start && start < chunk.end,
    );
    for (const conflict of here) yield this.rest() + this.#noteLine(conflictText(conflict));
  }

  rest(): string {
    const text = this.#drawing?.end() ?? '';
    this.#drawing = null;
    return text;
  }

  #titleLine({ side, start, readableFrame }: Chunk): string {
    const arrow = side === 0 ? '-->' : '<--';
    return `\n${this.#style.strong(`${arrow} ${sideNames[side]}, from byte ${start}, frame ${readableFrame}`)}\n`;
  }

  #noteLine(text: string): string {
    return `${this.#style.severity('warning', `[${text}]`)}\n`;
  }
}

const reasons = { data: '', lost: 'not in the capture', cut: 'cut by the snaplen' } as const;

const gapText = ({ start, end, kind }: Chunk): string =>
  `bytes ${start} to ${end}: ${count(end - start)} B ${reasons[kind]}`;

function conflictText({ start, end, keptFrame, otherFrame, kept, other }: ConflictRow): string {
  const first = keptFrame === null ? 'an earlier frame' : `frame ${keptFrame}`;
  return `bytes ${start} to ${end}: ${first} has ${kept} (kept), frame ${otherFrame} has ${other}`;
}
