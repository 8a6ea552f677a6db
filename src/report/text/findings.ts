/** The text of `findings`: every finding with its evidence, the most severe first. */
import type { Finding, Severity } from '../../detect/finding.ts';
import type { FindingsDocument } from '../findings-document.ts';
import type { InEach, Language } from '../language.ts';
import { forTerminal } from '../sanitize.ts';
import type { Style } from './style.ts';
import { padEnd, cells } from './width.ts';
import { wrap } from './wrap.ts';

export interface FindingsTextOptions {
  readonly width: number;
  readonly style: Style;
  readonly language: Language;
  readonly command: string;
}

interface Labels {
  readonly none: string;
  readonly severities: Readonly<Record<Severity, string>>;
  readonly sure: string;
  readonly connection: string;
  readonly frames: string;
  readonly inAll: (count: number) => string;
  readonly measured: string;
  readonly against: string;
  readonly unknowable: string;
  readonly wireshark: string;
  readonly see: string;
  readonly incomplete: string;
}

const labels: InEach<Labels> = {
  en: {
    none: 'no findings',
    severities: { info: 'INFO', notice: 'NOTICE', warning: 'WARNING', alert: 'ALERT' },
    sure: 'sure',
    connection: 'connection',
    frames: 'frames',
    inAll: (count) => `${count} in all`,
    measured: 'measured',
    against: 'against it',
    unknowable: 'cannot tell',
    wireshark: 'Wireshark',
    see: 'next',
    incomplete: 'the capture was not read whole: there may be more',
  },
  'zh-CN': {
    none: '没有发现',
    severities: { info: '信息', notice: '注意', warning: '警告', alert: '告警' },
    sure: '把握',
    connection: '连接',
    frames: '帧',
    inAll: (count) => `共 ${count}`,
    measured: '测得',
    against: '反面证据',
    unknowable: '无法判断',
    wireshark: 'Wireshark',
    see: '下一步',
    incomplete: '抓包文件没有读完：可能还有别的发现',
  },
};

const MAX_FRAMES_SHOWN = 12;
const LABEL = 12;

/** Lines of the whole text, one finding at a time. */
export function* findingsText(doc: FindingsDocument, options: FindingsTextOptions): Generator<string> {
  const say = labels[options.language];
  const counts = Object.entries(doc.bySeverity).map(([severity, n]) => `${say.severities[severity as Severity]} ${n}`);
  yield `${options.style.strong(counts.length === 0 ? say.none : counts.join('   '))}\n`;
  if (!doc.complete) yield `${say.incomplete}\n`;
  for (const finding of doc.findings) {
    yield '\n';
    for (const line of findingLines(finding, doc, options)) yield `${line}\n`;
  }
}

function* findingLines(finding: Finding, doc: FindingsDocument, options: FindingsTextOptions): Generator<string> {
  const { width, style, language, command } = options;
  const say = labels[language];
  yield `${style.severity(finding.severity, say.severities[finding.severity])}  ${style.strong(finding.id)}  ${style.dim(finding.fingerprint)}`;
  yield* wrap(forTerminal(finding.summary), width, '  ');
  const line = (label: string, text: string): string[] => {
    const head = `  ${padEnd(label, LABEL)}  `;
    return wrap(forTerminal(text), width, head, ' '.repeat(cells(head)));
  };
  yield* line(say.sure, `${Math.round(100 * finding.confidence)} %`);
  if (finding.connection !== null) yield* line(say.connection, finding.connection);
  if (finding.frames.length > 0) yield* line(say.frames, framesText(finding, say));
  const measured = Object.entries(finding.measured).map(([key, value]) => `${key} ${value}`);
  if (measured.length > 0) yield* line(say.measured, measured.join(', '));
  for (const text of finding.against) yield* line(say.against, text);
  for (const text of finding.unknowable) yield* line(say.unknowable, text);
  yield* line(say.wireshark, filterText(finding));
  const path = doc.capture.files.length === 1 ? doc.capture.files[0]!.path : 'CAPTURE';
  const look =
    finding.connection?.startsWith('tcp:') === true ? `${command} conn ${path} ${finding.connection.slice(4)}` : '';
  // Commands are to be copied: they are not broken.
  yield `  ${padEnd(say.see, LABEL)}  ${command} explain ${finding.id}`;
  if (look !== '') yield `  ${padEnd('', LABEL)}  ${forTerminal(look)}`;
}

function framesText({ frames, frameCount }: Finding, say: Labels): string {
  const shown = frames.slice(0, MAX_FRAMES_SHOWN).join(', ');
  return frameCount > MAX_FRAMES_SHOWN || frames.length > MAX_FRAMES_SHOWN
    ? `${shown} ... (${say.inAll(frameCount)})`
    : shown;
}

/** A list of a hundred frames says nothing to a reader: JSON has it whole. */
function filterText({ displayFilter, frames }: Finding): string {
  if (frames.length <= MAX_FRAMES_SHOWN) return displayFilter;
  return displayFilter.replace(/\{[^}]*\}/, `{${frames.slice(0, MAX_FRAMES_SHOWN).join(', ')}, ...}`);
}
