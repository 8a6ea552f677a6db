/** The way in. Asked for its version it loads nothing else: starting Node is most of what that costs. */
import { version } from '../version.ts';
import { Exit, OutputError, UsageError } from './exit-codes.ts';
import { openOutput } from './output.ts';

async function answer(words: readonly string[]): Promise<number> {
  const output = openOutput(undefined);
  let exit: number = Exit.ok;
  if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) await output.write(`${version}\n`);
  else exit = await (await import('./program.ts')).obey(words, output);
  await output.finish();
  return exit;
}

async function main(words: readonly string[]): Promise<number> {
  try {
    return await answer(words);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`synoptic: ${error.message}\n`);
      return Exit.usage;
    }
    if (error instanceof OutputError) {
      if (error.exit !== Exit.brokenPipe) process.stderr.write(`synoptic: ${error.message}\n`);
      return error.exit;
    }
    const what = error instanceof Error ? error.message : String(error);
    process.stderr.write(`synoptic: internal error: ${what.replaceAll(/\s+/g, ' ')}\n  please report it\n`);
    if (process.env['SYNOPTIC_DEBUG'] && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
    return Exit.bug;
  }
}

// A reader that went away shows as an error of the stream, not only of a write.
process.stdout.on('error', () => {});
process.exit(await main(process.argv.slice(2)));
