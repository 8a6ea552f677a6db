/**
 * The first screen: what the capture is, what deserves a look, how connections ended, what is in it, who talked most,
 * and what to type next. About thirty lines at a hundred columns.
 */
import type { Finding } from '../../detect/finding.ts';
import type { AnalyzeDocument } from '../model.ts';
import { forTerminal } from '../sanitize.ts';
import { applicationLines } from './application-lines.ts';
import * as say from './format.ts';
import type { Style } from './style.ts';
import { partsOf } from './waits.ts';
import { cells, cut, cutStyled, padEnd, padStart } from './width.ts';

export interface ScreenOptions {
  /** Columns to fill; lines are cut to it only when `fit` is set (a terminal). */
  readonly width: number;
  readonly fit: boolean;
  readonly utc: boolean;
  readonly style: Style;
  /** Drawn while frames still come in. */
  readonly live?: boolean;
  /** The command line that a person would repeat, as in `synoptic`. */
  readonly command: string;
}

/** From here on the slow ones are worth a look. */
const SLOW_SECONDS = 0.5;
const MAX_FINDINGS = 8;
const MAX_ROWS = 8;
const MAX_PARTS = 4;
const LEFT_COLUMN = 47;
/** Widths below which a summary, and a table beside another one, are of no use. */
const MIN_SUMMARY = 24;
const MIN_TALKERS = 40;

/** What each connState means, in a few words. */
const stateMeaning: Readonly<Record<string, string>> = {
  S0: 'no answer',
  S1: 'still open',
  SF: 'closed in order',
  REJ: 'refused',
  S2: 'originator closed, responder did not',
  S3: 'responder closed, originator did not',
  RSTO: 'reset by originator',
  RSTR: 'reset by responder',
  RSTOS0: 'SYN, then reset',
  RSTRH: 'answer, then reset',
  SH: 'SYN and FIN, no answer seen',
  SHR: 'answer and FIN, no SYN seen',
  OTH: 'joined mid-stream',
};

export function screenLines(doc: AnalyzeDocument, options: ScreenOptions): string[] {
  const sections = [
    captureLines(doc, options),
    findingLines(doc.findings, options),
    connectionLines(doc, options),
    applicationSection(doc, options),
    contentLines(doc, options),
    nextLines(doc, options),
  ];
  const lines: string[] = [];
  for (const section of sections) {
    if (section.length === 0) continue;
    if (lines.length > 0) lines.push('');
    lines.push(...section);
  }
  return options.fit ? lines.map((line) => cutStyled(line, options.width)) : lines;
}

function captureLines(doc: AnalyzeDocument, { style, utc, width, fit, live = false }: ScreenOptions): string[] {
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
  if (capture.firstTime === null && capture.lastTime !== null && capture.framesWithoutTime > 0) {
    const last = say.localTime(capture.lastTime, utc);
    return `until ${last.date} ${last.time} ${last.zone}; when it began is not known`;
  }
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

function findingLines(findings: readonly Finding[], { style, width, fit }: ScreenOptions): string[] {
  if (findings.length === 0) return [style.heading('Worth a look') + '  nothing stands out'];
  const idWidth = Math.max(...findings.slice(0, MAX_FINDINGS).map(({ id }) => id.length));
  const lines = [style.heading(`Worth a look (${findings.length})`)];
  for (const finding of findings.slice(0, MAX_FINDINGS)) {
    const label = finding.severity.toUpperCase().padEnd(8);
    const [first] = finding.frames;
    const frame = first === undefined ? '' : `  (frame ${first}${finding.frameCount > 1 ? ' ...' : ''})`;
    const room = width - 2 - 8 - idWidth - 2;
    // In a narrow terminal the summary says more than the frame's number.
    const where = fit && room - frame.length < MIN_SUMMARY ? '' : frame;
    const summary = forTerminal(finding.summary);
    const text = fit ? cut(summary, Math.max(1, room - where.length)) : summary;
    lines.push(
      `  ${style.severity(finding.severity, label)}${padEnd(finding.id, idWidth)}  ${text}${style.dim(where)}`,
    );
  }
  const left = findings.length - MAX_FINDINGS;
  if (left > 0) lines.push(style.dim(`  ... and ${left} more: --json lists them all`));
  return lines;
}

function connectionLines(doc: AnalyzeDocument, { style, width, fit }: ScreenOptions): string[] {
  const { tcp, udp } = doc.connections;
  if (doc.connections.total === 0) return [];
  const lines = [`${style.heading('Connections')}  ${say.count(tcp.total)} TCP, ${say.count(udp.total)} UDP`];
  const items = Object.entries(tcp.byConnState)
    .toSorted(([, a], [, b]) => b - a)
    .map(([state, n]) => `${state} ${say.count(n)}  ${stateMeaning[state] ?? ''}`);
  const { S0: silent = 0 } = udp.byConnState;
  if (silent > 0) items.push(`UDP ${say.count(silent)}  without an answer`);
  return [...lines, ...flow(items, fit ? width : 100), ...resentLines(doc), ...timeLines(doc)];
}

function applicationSection({ applications }: AnalyzeDocument, { style }: ScreenOptions): string[] {
  const lines = applicationLines(applications);
  return lines.length === 0 ? [] : [style.heading('Decoded'), ...lines];
}

/** Nothing, where nothing was sent again. */
function resentLines({ resent }: AnalyzeDocument): string[] {
  if (resent.segments === 0) return [];
  const segments = `${say.count(resent.segments)} ${resent.segments === 1 ? 'segment' : 'segments'}`;
  const payload =
    resent.payloadBytes === 0 ? '' : `, ${say.percent(resent.payloadBytes, resent.ofPayloadBytes)} of payload`;
  return [`  resent ${segments}${payload}`];
}

/** What the time of all TCP connections together went to, in whole percents of it. */
function timeLines({ time }: AnalyzeDocument): string[] {
  const parts = partsOf(time).filter(({ share }) => !share.startsWith('<') && !/^0(\.|\s)/.test(share));
  const { unknown = 0 } = time.byLimit;
  const lacks = unknown === 0 ? '' : `${say.count(unknown)} with one direction in the capture`;
  if (parts.length === 0) return lacks === '' ? [] : [`  time went to what nobody can tell: ${lacks}`];
  const listed = parts.slice(0, MAX_PARTS).map(({ name, share }) => `${name} ${share}`);
  return [`  time went to ${listed.join(', ')}${lacks === '' ? '' : ` (without ${lacks})`}`];
}

/** Items side by side, as many to a line as fit. */
function flow(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    if (line !== '' && cells(line) + 6 + cells(item) > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? `  ${item}` : `${line}      ${item}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** Protocols on the left, talkers on the right; one below the other where the terminal is narrow. */
function contentLines(doc: AnalyzeDocument, { style, width, fit }: ScreenOptions): string[] {
  const left = protocolTable(doc, fit ? width : Infinity);
  const column = Math.max(LEFT_COLUMN, ...left.map((line) => cells(line) + 3));
  const wide = !fit || width - column >= MIN_TALKERS;
  const right = talkerTable(doc, !fit ? Infinity : wide ? width - column : width);
  const styled = (line: string, i: number): string => (i === 0 ? style.heading(line) : line);
  if (right.length === 0) return left.map(styled);
  if (!wide) return [...left.map(styled), '', ...right.map(styled)];
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const line = `${padEnd(left[i] ?? '', column)}${right[i] ?? ''}`.trimEnd();
    return styled(line, i);
  });
}

function protocolTable({ protocols }: AnalyzeDocument, width: number): string[] {
  if (protocols.length === 0) return [];
  const rows = protocols.slice(0, MAX_ROWS).map((row) => [row.path, say.count(row.frames), say.bytes(row.bytes)]);
  const others = protocols.slice(MAX_ROWS);
  if (others.length > 0) {
    const sum = (of: 'frames' | 'bytes'): number => others.reduce((total, row) => total + row[of], 0);
    rows.push([`${others.length} more`, say.count(sum('frames')), say.bytes(sum('bytes'))]);
  }
  return table(['Protocols', 'frames', 'bytes'], rows, 25, width);
}

function talkerTable({ talkers }: AnalyzeDocument, width: number): string[] {
  if (talkers.length === 0) return [];
  const rows = talkers.slice(0, MAX_ROWS).map((t) => {
    const mark = t.transport === 'udp' ? ' udp' : '';
    const name = `${t.originator.address} > ${say.endpoint(t.responder.address, t.responder.port)}${mark}`;
    return [name, say.bytes(t.wireBytes), say.count(t.connections)];
  });
  return table(['Talkers', 'bytes', 'conns'], rows, 0, width);
}

/** First column left, the others right aligned; the first one gives way where `width` is too small. */
function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  firstWidth: number,
  width: number,
): string[] {
  const [first = 0, ...others] = head.map((title, i) =>
    Math.max(cells(title), ...rows.map((row) => cells(row[i] ?? ''))),
  );
  const room = width - others.reduce((sum, cell) => sum + 2 + cell, 0) - 2;
  const widths = [Math.min(Math.max(first, firstWidth), room), ...others];
  const line = (row: readonly string[], indent: string): string =>
    row
      .map((cell, i) => (i === 0 ? padEnd(indent + cut(cell, widths[0]!), widths[0]! + 2) : padStart(cell, widths[i]!)))
      .join('  ');
  return [line(head, ''), ...rows.map((row) => line(row, '  '))];
}

function nextLines(doc: AnalyzeDocument, { style, command, width, fit }: ScreenOptions): string[] {
  const path = doc.capture.files[0]?.path ?? '-';
  if (path === '-') return [];
  const commands = nextCommands(doc, command, shellWord(path));
  const joined = `next: ${commands.join('      ')}`;
  if (!fit || cells(joined) <= width) return [style.dim(joined)];
  // A command that is cut short is worse than one with a gap to fill in.
  const fits = commands.every((text) => cells(text) + 6 <= width);
  return (fits ? commands : nextCommands(doc, command, 'FILE')).map((text, i) =>
    style.dim(`${i === 0 ? 'next: ' : '      '}${text}`),
  );
}

function nextCommands(doc: AnalyzeDocument, command: string, file: string): string[] {
  const commands: string[] = [];
  // The finding that is about one connection leads straight to it.
  const about = doc.findings.find(({ connection }) => connection !== null)?.connection;
  if (about !== undefined) commands.push(`${command} conn ${file} ${about!.replace(/^tcp:/, '')}`);
  const failed = (['S0', 'REJ', 'RSTR', 'RSTO', 'OTH'] as const).find(
    (state) => doc.connections.tcp.byConnState[state],
  );
  if (failed !== undefined) commands.push(`${command} conns ${file} --conn-state ${failed}`);
  else if (doc.connections.total > 0) commands.push(`${command} conns ${file}`);
  const [talker] = doc.talkers;
  if (about === undefined && talker !== undefined && doc.talkers.length > 1) {
    commands.push(`${command} ${file} -f 'host ${talker.responder.address} and port ${talker.responder.port}'`);
  }
  const http = doc.applications?.http;
  if ((http?.byStatusClass['5xx'] ?? 0) > 0) commands.push(`${command} http ${file} --status 5xx`);
  else if ((http?.slowestSeconds ?? 0) >= SLOW_SECONDS) commands.push(`${command} http ${file} --slow 500ms`);
  if (commands.length === 0) commands.push(`${command} ${file} --json`);
  return commands;
}

/** A path as a shell reads it back. */
export function shellWord(path: string): string {
  const safe = forTerminal(path);
  return /^[\w./:@%+=,-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}
