/** Commands that need no capture. */
import type { Command } from 'commander';
import { forTerminal } from '../../report/sanitize.ts';
import { UsageError } from '../exit-codes.ts';
import type { RawExplainOptions } from '../explain.ts';
import type { Surroundings } from './shared.ts';

export function declareExplain(root: Command, { output, setExit }: Surroundings): void {
  root
    .command('explain')
    .description('what a finding, a state, a code or a column means, how it comes about, and what to do')
    .argument('[id]', 'as in tcp-reset, SYN_RECV, S0, half-close; without one, all of them are listed')
    .option('--lang <language>', 'en (the default) or zh-CN')
    .option('--json', 'one JSON document')
    .option('--color <when>', 'auto, always or never', 'auto')
    .action(async (word: string | undefined, raw: RawExplainOptions) => {
      const { runExplain } = await import('../explain.ts');
      setExit(await runExplain(word, raw, output));
    });
}

export function declareSchema(root: Command, { output }: Surroundings): void {
  root
    .command('schema')
    .description("the JSON Schema of a command's --json output")
    .argument('[command]', 'the command, as in conns')
    .action(async (name: string | undefined) => {
      const { schemaNames, schemaOf } = await import('../../report/schema/registry.ts');
      const schema = schemaOf(name ?? '');
      if (schema === undefined) {
        const problem = name === undefined ? 'no command given' : `${forTerminal(name)} has no schema`;
        throw new UsageError(`schema: ${problem}\n  expected one of ${schemaNames.join(', ')}`);
      }
      await output.write(`${JSON.stringify(schema, null, 2)}\n`);
    });
}
