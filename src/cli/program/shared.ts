/** What several commands take, and what they act on. */
import type { Command } from 'commander';
import { forTerminal } from '../../report/sanitize.ts';
import { UsageError } from '../exit-codes.ts';
import type { Output } from '../output.ts';

export interface Surroundings {
  readonly output: Output;
  /** Takes the exit code that a command came to. */
  readonly setExit: (code: number) => void;
}

/** Of commands that look into TLS. */
export const keyLogOption = [
  '--keylog <file>',
  'secrets to decrypt TLS with, as browsers and curl write them to SSLKEYLOGFILE',
] as const;
export const rsaKeyOption = [
  '--rsa-key <file>',
  "the server's RSA private key (PEM), for key exchange without forward secrecy",
] as const;

export const namesOption = ['--names', 'text has the names that DNS answers in the capture gave to addresses'] as const;

export const collect = (value: string, previous: string[] | undefined): string[] => [...(previous ?? []), value];

/** Of two filters the first would be ignored, and nothing says whether both or either was meant. */
function onlyFilter(value: string, previous: string | undefined): string {
  if (previous === undefined) return value;
  throw new UsageError(
    `-f is given twice\n  expected: one filter, as in -f '(${forTerminal(previous)}) and (${forTerminal(value)})'`,
  );
}

/** Options that every command on captures takes. */
export function onCaptures(command: Command): Command {
  return command
    .argument('[captures...]', 'pcap or pcapng files, compressed or not; - is standard input')
    .option('-r, --read <file>', 'one more capture (the habit of tcpdump)', collect)
    .option('-f, --filter <expr>', "only frames that match, in tcpdump's filter language", onlyFilter)
    .option('-c, --count <n>', 'stop after this many frames')
    .option('--from <time>', 'from this time: ISO 8601, or seconds from the first frame')
    .option('--to <time>', 'until this time')
    .option('-w, --write <file>', 'write the frames that take part as a capture too: .pcap, or .pcapng')
    .option('-n', 'accepted and ignored: names are never looked up')
    .option('--json', 'one JSON document')
    .option('--ndjson', 'one JSON row a line')
    .option('--csv', 'comma-separated values')
    .option('-o, --output <file>', 'write the result there instead of to standard output')
    .option('--color <when>', 'auto, always or never', 'auto')
    .option('--utc', 'times in UTC instead of the local time zone')
    .option('--jobs <n>', 'workers; the result is the same with any number')
    .option('--fail-on <severity>', 'exit with 1 when a finding is this severe: info, notice, warning or alert')
    .option('--lang <language>', 'language of texts for people: en (the default) or zh-CN')
    .option('--no-progress', 'no progress on standard error')
    .option('-Y, --display-filter <expr>', 'not supported: see -f');
}
