/** `synoptic synflood` for people: the verdict first, one screen a victim. */
import type { Affected, Fare } from '../../detect/flood/clients.ts';
import type { Shape } from '../../detect/flood/shapes.ts';
import type { Verdict } from '../../detect/flood/verdict.ts';
import type { SynfloodDocument, VictimRow } from '../flood/model.ts';
import { relatedLines } from './related-floods.ts';
import { count, duration, endpoint, localTime, percent } from './format.ts';
import type { ChartStyle } from './chart.ts';
import { floodCharts } from './flood-charts.ts';
import { shellWord } from './next-lines.ts';
import type { Style } from './style.ts';
import { cells, cutStyled } from './width.ts';
import { wrap } from './wrap.ts';

export interface FloodTextOptions {
  readonly width: number;
  readonly fit: boolean;
  readonly utc: boolean;
  readonly style: Style;
  readonly command: string;
  readonly chart: ChartStyle;
}

/** Wider, lines are hard to read. */
const MAX_WIDTH = 140;

export function floodText(doc: SynfloodDocument, options: FloodTextOptions): string[] {
  const { width, fit } = options;
  // What both tell of is told once.
  const victims = doc.victims.filter(
    ({ verdict, address }) => verdict !== 'backscatter' || doc.related.every((row) => row.address !== address),
  );
  const lines: string[] = [];
  const path = doc.capture.files[0]?.path ?? '-';
  for (const victim of victims) lines.push(...victimLines(victim, doc.sampling, path, options), '');
  for (const row of doc.related)
    lines.push(...relatedLines(row, doc.sampling, Math.min(width, MAX_WIDTH), options), '');
  if (lines.length === 0) lines.push(...nothing(doc));
  if (lines.at(-1) === '') lines.pop();
  return fit ? lines.map((line) => cutStyled(line, width)) : lines;
}

function nothing({ capture }: SynfloodDocument): string[] {
  return [
    `SYN flood: no.  ${count(capture.frames)} frames in ${duration(capture.durationSeconds)}, and nowhere did handshakes fail in number.`,
  ];
}

const headlines: Readonly<Record<Verdict, string>> = {
  flood: 'SYN flood: yes',
  burst: 'SYN flood: cannot be told, a burst',
  scan: 'SYN flood: no, a scan of ports',
  sweep: 'SYN flood: no, a sweep over hosts',
  backscatter: 'SYN flood: not here, answers to SYNs that somebody sent in other names',
  'dead-server': 'SYN flood: no, clients of a server that does not answer',
  overload: 'SYN flood: no, a server that is too slow for its clients',
  probes: 'SYN flood: no, probes like those of health checks',
};

const sureness = (confidence: number): string =>
  confidence >= 0.9 ? 'certain' : confidence >= 0.7 ? 'likely' : 'possible';

/** An entry of a queue begins and ends with segments that may both be left out, and so do handshakes of clients. */
const NOT_IN_SAMPLE =
  'numbers are estimates, sources those that were seen; the queues, dropped SYNs, clients and what would have helped need every frame';

function victimLines(victim: VictimRow, sampling: number, path: string, options: FloodTextOptions): string[] {
  const { utc, style } = options;
  const width = Math.min(options.width, MAX_WIDTH);
  const { verdict } = victim;
  const label = (name: string, what: string): string[] => labelled(name, what, width);
  const isFlood = verdict === 'flood';
  const name = victim.port === null ? victim.address : endpoint(victim.address, victim.port);
  const sure = isFlood ? `, ${sureness(victim.confidence)}` : '';
  const headline = `${headlines[verdict]}${sure}.  ${name}`;
  return [
    style.severity(isFlood ? 'alert' : 'notice', headline),
    ...label('when', span(victim, utc)),
    ...label('why', victim.reasons.join('; ')),
    '',
    ...floodCharts(victim, width, utc, options.chart, sampling),
    '',
    ...label('sources', sourceText(victim, sampling)),
    ...(isFlood ? label('tool', shapeText(victim.evidence.shapes.clusters[0])) : []),
    ...(sampling > 1
      ? label('sample', `one frame in ${sampling}: ${NOT_IN_SAMPLE}`)
      : [...label('server', serverText(victim, utc)), ...label('people', peopleText(victim))]),
    ...remedyLines(victim.whatIf, width, utc, style),
    ...label('against', victim.against.join('; ') || 'nothing seen'),
    ...label('frames', victim.evidence.frames.slice(0, 8).join(', ')),
    ...(isFlood ? nextLines(victim, path, options) : []),
  ];
}

/** Commands as they can be typed; of standard input nothing can be read again. */
function nextLines(victim: VictimRow, path: string, { command, style, fit, width }: FloodTextOptions): string[] {
  if (path === '-') return [];
  const commands = nextCommands(victim, command, shellWord(path));
  // A command that is cut short is worse than one with a gap to fill in.
  const fits = !fit || commands.every((text) => cells(text) + 6 <= width);
  const shown = fits ? commands : nextCommands(victim, command, 'FILE');
  return shown.map((text, i) => style.dim(`${i === 0 ? 'next:' : '     '} ${text}`));
}

function nextCommands({ peakHalfOpenTime: peak }: VictimRow, command: string, file: string): string[] {
  const conns = `${command} conns ${file} --handshake syn-ack-unanswered,syn-unanswered`;
  return peak === null
    ? [conns]
    : [`${command} netstat ${file} --at ${peak.replace(/0{0,6}Z$/, 'Z')} --state SYN_RECV`, conns];
}

const labelled = (name: string, what: string, width: number): string[] =>
  what === '' ? [] : wrap(what, width, name.padEnd(8), ' '.repeat(8));

function span({ onsetTime, endTime, durationSeconds, peakPerSecond, handshakeCount }: VictimRow, utc: boolean): string {
  const clock = (time: string | null): string => (time === null ? '?' : localTime(time, utc).time);
  const when = `${clock(onsetTime)} to ${clock(endTime)} (${duration(durationSeconds)})`;
  return `${when}; ${count(handshakeCount)} handshakes failed, ${count(peakPerSecond)} a second at the peak`;
}

function sourceText({ sourceCount, sourceCountEstimated, spoofed, evidence }: VictimRow, sampling: number): string {
  const { sources, spoofing } = evidence;
  const number = `${sampling > 1 ? 'at least ' : sourceCountEstimated ? 'about ' : ''}${count(sourceCount)} ${sourceCount === 1 ? 'address' : 'addresses'}`;
  const signs = spoofing.signs.filter(({ weight }) => weight > 0).map(({ text }) => text);
  const verdict = { yes: 'spoofed', no: 'real', unknown: 'spoofed or not cannot be told' }[spoofed];
  const top = sources.most > 1 && !sourceCountEstimated ? `, at most ${count(sources.most)} handshakes each` : '';
  return `${number}${top}: ${verdict}${signs.length > 0 ? ` (${signs.slice(0, 2).join('; ')})` : ''}`;
}

function shapeText(shape: Shape | undefined): string {
  if (shape === undefined) return '';
  const { tool, window, windows, options, sourcePort, ttlMin, ttlMax } = shape;
  const parts = [
    window === null ? `${windows} windows` : `window ${window}`,
    options === '' ? 'no options' : `options ${options}`,
    `source port ${sourcePort === 'counts-up' ? 'counts up' : sourcePort}`,
    ttlMin === ttlMax ? `TTL ${ttlMin}` : `TTL ${ttlMin} to ${ttlMax}`,
  ];
  return `${tool ?? 'none that is known'} (${parts.join(', ')})`;
}

function serverText(victim: VictimRow, utc: boolean): string {
  const { cookies, peakHalfOpenTime: fullTime } = victim;
  const { acceptQueue, defence, outcomes } = victim.evidence;
  const parts: string[] = [];
  if (defence.fullDepth !== null) {
    const since = fullTime === null ? '' : ` from ${localTime(fullTime, utc).time} on`;
    parts.push(`SYN queue full at ${count(defence.fullDepth)}${since}`);
  }
  const used = { yes: 'SYN cookies in use (inferred)', no: 'no SYN cookies', unknown: '' }[cookies];
  if (used !== '') parts.push(used);
  if (defence.firstDropFrame !== null) {
    parts.push(`${percent(defence.droppedShare, 1)} of the SYNs dropped, the first in frame ${defence.firstDropFrame}`);
  }
  if (acceptQueue.overflowed === 'yes') parts.push(`accept queue full: ${acceptQueue.why.join('; ')}`);
  if (parts.length === 0 && outcomes.halfOpen + outcomes.reset + outcomes.refused === 0)
    parts.push('no answer was seen');
  return parts.join('; ');
}

function peopleText({ legitimate: { before, during, after, affected, affectedCount } }: VictimRow): string {
  if (before.attempts + during.attempts + after.attempts === 0) return 'no clients that meant it were seen';
  const fares = `connects: before ${fareText(before)}; during ${fareText(during)}; after ${fareText(after)}`;
  const named = affected.slice(0, NAMED).map(affectedText).join(', ');
  const others = affectedCount > NAMED ? ` and ${count(affectedCount - NAMED)} more` : '';
  return named === '' ? fares : `${fares}; locked out ${named}${others}`;
}

/** Clients that are named on the screen. */
const NAMED = 2;

function affectedText({ address, attempts, refused, delayed, longestSeconds }: Affected): string {
  const parts = [
    ...(refused > 0 ? [`${count(refused)} of ${count(attempts)} refused`] : []),
    ...(delayed > 0 ? [`${count(delayed)} delayed`] : []),
    `up to ${duration(longestSeconds)}`,
  ];
  return `${address} (${parts.join(', ')})`;
}

function fareText({ attempts, completed, connectSecondsP50: p50, connectSecondsP95: p95 }: Fare): string {
  if (attempts === 0) return 'none';
  const times = p50 === null || p95 === null ? '' : ` (p50 ${duration(p50)}, p95 ${duration(p95)})`;
  return `${percent(completed, attempts)} of ${count(attempts)}${times}`;
}

type WhatIf = NonNullable<VictimRow['whatIf']>;
type Remedy = WhatIf['rows'][number];

function remedyLines(whatIf: WhatIf | null, width: number, utc: boolean, style: Style): string[] {
  if (whatIf === null || whatIf.rows[0]!.prediction.clients === 0) return [];
  const note = whatIf.cut ? ' (the first SYNs only)' : '';
  const head = `${`What would have helped, listener ${whatIf.basis}`.padEnd(44)}clients served${note}`;
  const rows = whatIf.rows.map((row) => remedyLine(row, whatIf.rows[0]!, width));
  return ['', style.heading(head), ...rows, ...fullLines(whatIf, utc), ''];
}

/** Of the listener that was asked about. */
function fullLines({ basis, rows }: WhatIf, utc: boolean): string[] {
  const { fullTime } = rows[0]!.prediction;
  if (basis !== 'given') return [];
  return [fullTime === null ? '  never full' : `  full from ${localTime(fullTime, utc).time} on`];
}

/** Where there is room, with what the model made of the queue. */
function remedyLine(row: Remedy, base: Remedy, width: number): string {
  const { peak, servedShare, dropped } = row.prediction;
  const verdict = row.enough ? '' : 'not enough';
  const line = `  ${remedyText(row, base).padEnd(42)}${percent(servedShare, 1).padStart(7)}   ${verdict}`;
  return width < 100 ? line.trimEnd() : `${line.padEnd(66)}peak ${count(peak)}, ${count(dropped)} dropped`;
}

function remedyText({ remedy, settings, filter, prefixes, perSource }: Remedy, { settings: base }: Remedy): string {
  const { listenBacklog, maxSynBacklog, synackRetries, syncookies } = settings;
  switch (remedy) {
    case 'as-set':
      return `backlog ${listenBacklog}/${maxSynBacklog}, ${synackRetries} retries, cookies ${syncookies ? 'on' : 'off'}`;
    case 'shorter-timeout':
      return `SYN-ACK retries ${base.synackRetries} -> ${synackRetries}`;
    case 'larger-backlog':
      return `backlog ${base.listenBacklog} -> ${listenBacklog}`;
    case 'gateway-filter':
      return filter === 'none' ? 'no filter' : 'drop SYNs without options';
    case 'prefix-filter':
      return `drop ${prefixes.length === 1 ? prefixes[0]! : `${prefixes.length} networks, first ${prefixes[0]!}`}`;
    case 'rate-limit':
      return `at most ${perSource ?? 0} ${perSource === 1 ? 'SYN' : 'SYNs'} a second of a source`;
    case 'syn-cookies':
      return 'SYN cookies on';
  }
}
