/** `check --init CAPTURE`: a commented policy that the capture passes. */
import type { FrameSource } from '../capture/source.ts';
import { initialPolicy } from '../check/init.ts';
import { Observers } from '../flow/observers.ts';
import { findingsOf, framesOf, protocolRows, sourcesOf } from './check-sources.ts';
import type { CommonOptions } from './options.ts';
import { type GivenFiles, filesOf } from './policy-file.ts';
import { runOnCaptures } from './run.ts';

/** The files matter to findings: a host key that is not known, a certificate that is not trusted. */
export async function runInit(options: CommonOptions, given: GivenFiles): Promise<number> {
  const names = ['findings'];
  const files = await filesOf(given);
  const sources = await sourcesOf({ names, framings: new Map(), ...files, headers: false, findings: () => [] });
  const observer = new Observers(...sources.flatMap((source) => source.observer ?? []));
  const onOpen = (source: FrameSource): void => {
    for (const each of sources) each.onOpen?.(source);
  };
  return runOnCaptures({ ...options, observer, onOpen }, async (analysis, output) => {
    for (const { finish } of sources) finish?.(analysis);
    const findings = findingsOf(analysis, sources);
    const connections = analysis.connectionRows();
    const basis = { ...protocolRows(sources, analysis), connections, findings, frames: framesOf(analysis) };
    await output.write(initialPolicy(options.paths, basis));
    return findings;
  });
}
