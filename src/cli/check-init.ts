/** `check --init CAPTURE`: a commented policy that the capture passes. */
import { initialPolicy } from '../check/init.ts';
import { detectAll } from '../detect/index.ts';
import type { CommonOptions } from './options.ts';
import { runOnCaptures } from './run.ts';

export function runInit(options: CommonOptions): Promise<number> {
  return runOnCaptures(options, async (analysis, output) => {
    const findings = detectAll(analysis.facts);
    await output.write(initialPolicy(options.paths, analysis.connectionRows(), findings));
    return findings;
  });
}
