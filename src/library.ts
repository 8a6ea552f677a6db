/** `analyze` for programs: what the command of that name finds, protocols decoded and all. */
import type { Analysis } from './analysis.ts';
import { type AnalyzeOptions, analyze as analyzeOnly } from './analyze.ts';
import { Decoding } from './decoding.ts';
import { Observers } from './flow/observers.ts';

export interface LibraryOptions extends AnalyzeOptions {
  /**
   * False leaves HTTP, WebSocket, TLS, SSH and DNS alone, as `--no-decode` does: less work, `applications` is null, and
   * findings about them are missing. Documents of a `snapshot` are always so.
   */
  readonly decode?: boolean;
}

/**
 * Reads captures (paths; `-` is standard input; several are merged by time) and rebuilds what is in them. Damage does
 * not reject: what lies before it is analysed, and `complete` is false.
 *
 * Throws CaptureError for an input of which nothing can be read: missing, a folder, empty, not a capture.
 */
export async function analyze(paths: readonly string[], options: LibraryOptions = {}): Promise<Analysis> {
  const { decode = true, ...rest } = options;
  if (!decode) return analyzeOnly(paths, rest);
  const decoding = new Decoding();
  const { observer, onOpen } = rest;
  const analysis = await analyzeOnly(paths, {
    ...rest,
    observer: observer === undefined ? decoding.observer : new Observers(decoding.observer, observer),
    onOpen: (source) => {
      decoding.onOpen(source);
      onOpen?.(source);
    },
  });
  decoding.finish(analysis.facts);
  return analysis;
}
