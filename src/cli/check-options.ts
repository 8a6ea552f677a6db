/** Words of the command line -> what to check, and where the verdict goes. */
import { runCheck } from './check.ts';
import { readReport } from './check-reports.ts';
import { Exit, UsageError } from './exit-codes.ts';
import type { CommonOptions } from './options.ts';
import { loadPolicy } from './policy-file.ts';

/** What commander hands over. */
export interface RawCheckOptions {
  policy?: string;
  baseline?: string;
  updateBaseline?: true;
  report?: string[];
  init?: true;
  knownHosts?: string;
  ca?: string;
}

/** Returns the exit code. Throws UsageError. */
export async function check(common: CommonOptions, raw: RawCheckOptions): Promise<number> {
  if (raw.init === true) {
    if (raw.policy !== undefined)
      throw new UsageError('check: --init writes a policy, --policy reads one: one of them');
    const idle = (['baseline', 'updateBaseline', 'report'] as const).find((option) => raw[option] !== undefined);
    if (idle !== undefined) {
      const name = idle === 'updateBaseline' ? 'update-baseline' : idle;
      throw new UsageError(`check: --init only prints a policy, so --${name} has nothing to do\n  expected: -o FILE`);
    }
    const { runInit } = await import('./check-init.ts');
    return runInit(common, raw);
  }
  if (raw.policy === undefined) {
    throw new UsageError(
      'check: no policy given\n  expected: --policy FILE, or --init to write one that this capture passes',
    );
  }
  if (raw.updateBaseline === true && raw.baseline === undefined) {
    throw new UsageError('check: --update-baseline needs --baseline FILE');
  }
  const reports = (raw.report ?? []).map(readReport);
  if (common.format !== 'text' && reports.some(({ path }) => path === '-')) {
    throw new UsageError(`check: --report to standard output would mix with --${common.format}\n  expected: a file`);
  }
  const { baseline } = raw;
  const updateBaseline = raw.updateBaseline === true;
  return (
    (await runCheck({ ...common, loaded: await loadPolicy(raw.policy, raw), baseline, updateBaseline, reports })) ||
    Exit.ok
  );
}
