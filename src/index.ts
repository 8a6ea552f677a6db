/**
 * The public interface: read captures, get documents. Nothing here prints, exits, or reads the clock.
 *
 * ```ts
 * import { analyze } from 'synoptic';
 * const analysis = await analyze(['site.pcap']);
 * console.log(analysis.analyzeDocument().connections.byConnState);
 * for (const row of analysis.connectionRows()) console.log(row.id, row.connState);
 * ```
 */
export { Analysis } from './analysis.ts';
export type { Progress } from './analyze.ts';
export { CaptureError } from './capture/errors.ts';
export type { CaptureErrorCode } from './capture/errors.ts';
export type { Finding, Severity } from './detect/finding.ts';
export { compileFilter, FilterError, renderFilterError } from './filter/compile.ts';
export type { Filter } from './filter/compile.ts';
export { analyze } from './library.ts';
export type { LibraryOptions as AnalyzeOptions } from './library.ts';
export type {
  Accounting,
  AnalyzeDocument,
  CaptureDocument,
  ConnectionRow,
  ConnsDocument,
  EndpointRow,
  Heading,
  Talker,
} from './report/model.ts';
export { version } from './version.ts';
export type { Moment } from './window.ts';
