/** Below the table of handshakes: how often each version, suite, name, protocol and fingerprint occurs. */
import { forTerminal } from '../sanitize.ts';
import type { Frequencies, TlsStatistics } from '../tls/statistics.ts';
import { count } from './format.ts';
import { cells, cut, padEnd } from './width.ts';

const LABEL = 11;
/** A longer value is cut. */
const MAX_VALUE = 50;
/** Values on one line, where they are not cut to a terminal. */
const MAX_VALUES = 8;
const SHOWN_FINGERPRINTS = 5;

export function* statisticsLines(s: TlsStatistics, width: number): Generator<string> {
  yield `\n${count(s.handshakes)} handshakes: ${s.outcomes.top.map(({ value, count: n }) => `${count(n)} ${value}`).join(', ')}\n`;
  yield line('versions', s.versions, width, 'none chosen');
  yield line('suites', s.ciphers, width, 'none chosen');
  yield line('names', s.serverNames, width, 'no name');
  yield line('ALPN', s.alpn, width, 'none');
  yield line('resumed by', s.resumptions, width, 'not resumed');
  yield* fingerprints('JA4', s.ja4);
  yield* fingerprints('JA3', s.ja3);
  yield* fingerprints('JA3S', s.ja3s);
}

/** As many values as fit on a line. */
function line(label: string, { top, distinct }: Frequencies, width: number, none: string): string {
  let shown = 0;
  let text = '';
  for (const { value, count: n } of top) {
    const next = `${text === '' ? '' : ', '}${cut(forTerminal(value ?? none), MAX_VALUE)} ${count(n)}`;
    if (shown > 0 && (shown >= MAX_VALUES || LABEL + cells(text + next) + MORE > width)) break;
    text += next;
    shown++;
  }
  const rest = distinct - shown;
  return `${padEnd(label, LABEL)}${text}${rest > 0 ? `, and ${count(rest)} more` : ''}\n`;
}

const MORE = ', and 1,000 more'.length;

/** The longest values: one a line. */
function* fingerprints(label: string, { top, distinct }: Frequencies): Generator<string> {
  const known = top.filter(({ value }) => value !== null);
  for (const [i, { value, count: n }] of known.slice(0, SHOWN_FINGERPRINTS).entries()) {
    yield `${padEnd(i === 0 ? label : '', LABEL)}${value!}  ${count(n)}\n`;
  }
  const rest = distinct - (known.length < top.length ? 1 : 0) - Math.min(known.length, SHOWN_FINGERPRINTS);
  if (rest > 0) yield `${padEnd('', LABEL)}and ${count(rest)} more: --json lists them\n`;
}
