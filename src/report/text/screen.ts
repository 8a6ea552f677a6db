/**
 * The first screen: what the capture is, what deserves a look, how connections ended, what is in it, who talked most,
 * and what to type next. About thirty lines at a hundred columns.
 */
import type { Finding } from '../../detect/finding.ts';
import type { AnalyzeDocument } from '../model.ts';
import { forTerminal } from '../sanitize.ts';
import { applicationLines } from './application-lines.ts';
import * as say from './format.ts';
import { contentLines } from './content-lines.ts';
import { captureLines } from './capture-lines.ts';
import { nextLines } from './next-lines.ts';
import type { ScreenOptions } from './screen-options.ts';
import { partsOf } from './waits.ts';
import { cells, cut, cutStyled, padEnd } from './width.ts';

const MAX_FINDINGS = 8;
const MAX_PARTS = 4;
/** Below this width a summary is of no use. */
const MIN_SUMMARY = 24;

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

function findingLines(findings: readonly Finding[], { style, width, fit, command }: ScreenOptions): string[] {
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
  if (left > 0) lines.push(style.dim(`  ... and ${left} more: ${command} findings lists them all`));
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
