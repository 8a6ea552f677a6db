/** The head of the first screen: which capture it is, when it was taken, how much it holds, how complete it is. */
import type { AnalyzeDocument } from '../model.ts';
import { forTerminal } from '../sanitize.ts';
import * as say from './format.ts';
import type { ScreenOptions } from './screen-options.ts';
import { cells, cut } from './width.ts';

export function captureLines(doc: AnalyzeDocument, { style, utc, width, fit, live = false }: ScreenOptions): string[] {
  const { capture } = doc;
  const name = filesName(doc);
  const facts = [
    formats(doc),
    `${say.count(capture.frames)} ${capture.frames === 1 ? 'frame' : 'frames'}`,
    `${say.bytes(capture.wireBytes)} on the wire`,
    capture.cutFrames === 0 ? '' : `${say.count(capture.cutFrames)} frames cut by the snaplen`,
  ];
  const head = `${style.strong(name)}  ${facts.filter(Boolean).join('  ')}`;
  const lines = [fit ? cutPlain(head, name, facts, width) : head];
  const when = `${timeText(doc, utc)}  ${completenessText(doc, live)}`;
  if (fit && cells(when) > width) lines.push(timeText(doc, utc), completenessText(doc, live));
  else lines.push(when);
  const bytes = bytesLine(doc, fit ? width : Infinity);
  if (bytes !== '') lines.push(style.dim(bytes));
  return lines;
}

/** Only the name can be long: it gives way. */
function cutPlain(head: string, name: string, facts: readonly string[], width: number): string {
  const rest = facts.filter(Boolean).join('  ');
  return head.replace(name, () => cut(name, Math.max(12, width - cells(rest) - 2)));
}

function filesName({ capture }: AnalyzeDocument): string {
  const [first, ...others] = capture.files;
  if (first === undefined) return '';
  const base = forTerminal(first.path === '-' ? 'standard input' : first.path.replace(/^.*\//, ''));
  return others.length === 0 ? base : `${base} and ${others.length} more`;
}

function formats({ capture }: AnalyzeDocument): string {
  const kinds = new Set(capture.files.map((f) => f.format + (f.compressed === null ? '' : ` (${f.compressed})`)));
  const links = new Set(capture.files.flatMap((file) => file.linkTypes).map(say.linkTypeName));
  return [...kinds, ...links].join(', ');
}

function timeText({ capture }: AnalyzeDocument, utc: boolean): string {
  if (capture.frames === 0) return 'no frames';
  if (capture.framesWithoutTime >= capture.frames) return 'no frame has a time';
  if (capture.firstTime === null || capture.lastTime === null) return 'times outside the calendar';
  const from = say.localTime(capture.firstTime, utc);
  const to = say.localTime(capture.lastTime, utc);
  const until = from.date === to.date ? to.time : `${to.date} ${to.time}`;
  const zones = from.zone === to.zone ? from.zone : `${from.zone}/${to.zone}`;
  return `${from.date} ${from.time} to ${until} ${zones}  ${say.duration(capture.durationSeconds)}`;
}

function completenessText(doc: AnalyzeDocument, live: boolean): string {
  const { framesUndecoded, framesSkipped } = doc.accounting;
  const parts: string[] = [];
  const dropped = doc.capture.interfaces.reduce((sum, face) => sum + (face.dropped ?? 0), 0);
  if (doc.capture.damage.length > 0) parts.push('file damaged');
  else if (live) parts.push('so far');
  else if (!doc.complete)
    parts.push(doc.limitsReached.length > 0 ? `limit: ${doc.limitsReached.join(', ')}` : 'interrupted');
  else parts.push('read whole');
  if (dropped > 0) parts.push(`${say.count(dropped)} dropped while capturing`);
  for (const [reason, frames] of Object.entries(framesUndecoded))
    parts.push(`${say.count(frames)} not decoded (${reason})`);
  for (const [reason, frames] of Object.entries(framesSkipped)) parts.push(`${say.count(frames)} left out (${reason})`);
  const { framesWithoutTime, frames } = doc.capture;
  if (framesWithoutTime > 0 && framesWithoutTime < frames) parts.push(`${say.count(framesWithoutTime)} without a time`);
  if (doc.capture.framesBackwards > 0) parts.push(`${say.count(doc.capture.framesBackwards)} out of time order`);
  const offloaded = doc.anomalies['transport_checksum_offloaded'] ?? 0;
  if (offloaded > 0) parts.push('checksums offloaded to the network card');
  return parts.join(', ');
}

function bytesLine({ layers }: AnalyzeDocument, width: number): string {
  const [frame, packet, segment, payload] = layers;
  if (frame === undefined || packet === undefined || segment === undefined || payload === undefined) return '';
  if (segment.count === 0) return '';
  const share = say.percent(payload.bytes, frame.bytes);
  const outer = `bytes: frames ${say.bytes(frame.bytes)}`;
  const inner = `payload ${say.bytes(payload.bytes)} (${share})`;
  const whole = `${outer} > IP packets ${say.bytes(packet.bytes)} > segments ${say.bytes(segment.bytes)} > ${inner}`;
  return cells(whole) <= width ? whole : `${outer} > ${inner}`;
}
