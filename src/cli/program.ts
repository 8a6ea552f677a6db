/** The commands and their options. What a command needs is loaded when it runs. */
import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { nearest } from '../report/nearest.ts';
import { forTerminal } from '../report/sanitize.ts';
import { version } from '../version.ts';
import { Exit } from './exit-codes.ts';
import type { Output } from './output.ts';
import {
  declareAnalyze,
  declareCheck,
  declareConns,
  declareFindings,
  declareNetstat,
  declareSynflood,
} from './program/capture.ts';
import { declareConn, declareFollow, declareMessages } from './program/connection.ts';
import { declareDns, declareHttp, declareSsh, declareTls, declareWebSocket } from './program/protocols.ts';
import { declareExplain, declareSchema } from './program/words.ts';

const helpTail = `
Exit codes: 0 analysed, 1 --fail-on reached, 2 bad usage, 3 nothing could be analysed, 4 partial result,
5 result not written, 130 interrupted (the partial result is printed).

Examples:
  synoptic site.pcap                        one screen: what is in it, what deserves a look
  synoptic findings site.pcap               every finding with its evidence
  synoptic conns site.pcap --conn-state S0  connections that got no answer
  synoptic conn site.pcap 17                one of them as a ladder, segment by segment
  synoptic follow site.pcap 17              what both sides sent, in order
  synoptic tls site.pcap --keylog keys.txt  TLS handshakes, certificates, and what is wrong with them
  synoptic ssh site.pcap                    SSH sessions, algorithms, host keys, logins
  synoptic netstat site.pcap --at 3.5       the sockets of every host 3.5 s after the first frame
  synoptic synflood attack.pcap             was it a SYN flood, and what would have helped
  synoptic explain tcp-reset                what a finding means, and what to do
  synoptic site.pcap -f 'tcp port 443'      only frames that match (tcpdump's language)
  tcpdump -U -w - | synoptic -              live, until Ctrl-C
`;

/** In the order of the help. */
const declarations = [
  declareAnalyze,
  declareFindings,
  declareConns,
  declareConn,
  declareFollow,
  declareMessages,
  declareCheck,
  declareTls,
  declareSsh,
  declareHttp,
  declareWebSocket,
  declareDns,
  declareNetstat,
  declareSynflood,
  declareExplain,
  declareSchema,
];

function program(output: Output, setExit: (code: number) => void): Command {
  const root = new Command('synoptic')
    .description('Reads packet captures, rebuilds every connection, and says what happened.')
    .version(version, '-V, --version')
    .addHelpText('after', helpTail)
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => void output.write(text),
      outputError: (text, write) => write(usageMessage(text)),
    });
  for (const declare of declarations) declare(root, { output, setExit });
  for (const command of root.commands) inherit(command, root);
  return root;
}

/** Subcommands report errors as the program does; the option that only exists to be refused stays out of the help. */
function inherit(command: Command, root: Command): void {
  command.copyInheritedSettings(root);
  for (const option of command.options) if (option.long === '--display-filter') option.hideHelp();
}

/** What commander says of a wrong word, in our form: one line, its suggestion indented below. */
function usageMessage(text: string): string {
  const [, what = text, suggestion] = /^error: (.*?)(?:\n(\(Did you mean .*\)))?\n$/s.exec(text) ?? [];
  return `synoptic: ${forTerminal(what)}\n${suggestion === undefined ? '' : `  ${suggestion}\n`}`;
}

/** Runs a command, or prints help or the version to `output`. Returns the exit code. */
export async function obey(words: readonly string[], output: Output): Promise<number> {
  let exit: number = Exit.ok;
  const root = program(output, (code) => (exit = code));
  const meant = commandMeant(
    words[0],
    root.commands.map((command) => command.name()),
  );
  if (meant !== null) {
    process.stderr.write(`synoptic: ${forTerminal(words[0]!)}: no such file; did you mean the command ${meant}?\n`);
    return Exit.nothing;
  }
  try {
    await root.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) return Exit.usage;
  }
  return exit;
}

/** A first word that is no command stands for a capture. Where there is no such file, it may be a command with a slip in it. */
function commandMeant(word: string | undefined, names: readonly string[]): string | null {
  if (word === undefined || !/^[a-z-]*[a-z]$/i.test(word) || word.startsWith('-') || names.includes(word)) return null;
  const [meant] = nearest(word, [...names, 'help'], 1);
  return meant === undefined || word === 'help' || existsSync(word) ? null : meant;
}
