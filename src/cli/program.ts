/** The commands and their options. What a command needs is loaded when it runs. */
import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { nearest } from '../report/nearest.ts';
import { forTerminal } from '../report/sanitize.ts';
import { version } from '../version.ts';
import { Exit, UsageError } from './exit-codes.ts';
import type { RawCheckOptions } from './check-options.ts';
import type { RawConnOptions } from './conn.ts';
import type { RawConnsOptions } from './conns.ts';
import type { RawExplainOptions } from './explain.ts';
import type { RawFindingsOptions } from './findings.ts';
import type { RawFollowOptions } from './follow.ts';
import type { RawHttpOptions } from './http.ts';
import type { RawMessagesOptions } from './messages.ts';
import type { RawNetstatOptions } from './netstat-options.ts';
import type { RawOptions } from './options.ts';
import type { RawSshOptions } from './ssh.ts';
import type { RawSynfloodOptions } from './synflood.ts';
import type { RawTlsOptions } from './tls.ts';
import type { RawKeyOptions } from './tls-keys.ts';
import type { Output } from './output.ts';

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

/** Of commands that look into TLS. */
const keyLogOption = [
  '--keylog <file>',
  'secrets to decrypt TLS with, as browsers and curl write them to SSLKEYLOGFILE',
] as const;
const rsaKeyOption = [
  '--rsa-key <file>',
  "the server's RSA private key (PEM), for key exchange without forward secrecy",
] as const;

const namesOption = ['--names', 'text has the names that DNS answers in the capture gave to addresses'] as const;

const collect = (value: string, previous: string[] | undefined): string[] => [...(previous ?? []), value];

/** Of two filters the first would be ignored, and nothing says whether both or either was meant. */
function onlyFilter(value: string, previous: string | undefined): string {
  if (previous === undefined) return value;
  throw new UsageError(
    `-f is given twice\n  expected: one filter, as in -f '(${forTerminal(previous)}) and (${forTerminal(value)})'`,
  );
}

/** Options that every command on captures takes. */
function onCaptures(command: Command): Command {
  return command
    .argument('[captures...]', 'pcap or pcapng files, compressed or not; - is standard input')
    .option('-r, --read <file>', 'one more capture (the habit of tcpdump)', collect)
    .option('-f, --filter <expr>', "only frames that match, in tcpdump's filter language", onlyFilter)
    .option('-c, --count <n>', 'stop after this many frames')
    .option('--from <time>', 'from this time: ISO 8601, or seconds from the first frame')
    .option('--to <time>', 'until this time')
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
  onCaptures(root.command('analyze', { isDefault: true }))
    .description('one screen about the capture (this is what runs without a command)')
    .option('--no-decode', 'do not look into HTTP, TLS, SSH and DNS')
    .option(...namesOption)
    .action(async (captures: string[], raw: RawOptions & { decode: boolean; names?: true }) => {
      const [{ commonOptions }, { runAnalyze }] = await Promise.all([import('./options.ts'), import('./commands.ts')]);
      const own = { decode: raw.decode, names: raw.names === true };
      setExit(await runAnalyze({ ...(await commonOptions(captures, raw)), ...own }));
    });
  onCaptures(root.command('findings'))
    .description('what deserves a look, with the evidence: frames, measurements, what speaks against it')
    .option('--severity <severity>', 'only findings this severe: info, notice, warning or alert')
    .option('--id <ids>', 'only these kinds, as in tcp-reset or tcp-reset,syn-flood')
    .option('--no-decode', 'do not look into HTTP, TLS, SSH and DNS')
    .action(async (captures: string[], raw: RawOptions & RawFindingsOptions & { decode: boolean }) => {
      const [{ commonOptions }, findings] = await Promise.all([import('./options.ts'), import('./findings.ts')]);
      const own = { ...findings.findingsChoice(raw), decode: raw.decode };
      setExit(await findings.runFindings({ ...(await commonOptions(captures, raw)), ...own }));
    });
  onCaptures(root.command('conns'))
    .description('one row per connection')
    .option('--conn-state <states>', 'only these, as in S0 or S0,REJ')
    .option('--handshake <outcomes>', 'only these, as in refused or syn-unanswered')
    .option('--close <shapes>', 'only these, as in reset or half-close')
    .option('--service <names>', 'only these, as in http or dns,tls')
    .option('--sort <key>', 'start (the default), duration, bytes, frames or rtt: the greatest first')
    .option('--limit <n>', 'no more rows than this')
    .option(...namesOption)
    .action(async (captures: string[], raw: RawOptions & RawConnsOptions) => {
      const [{ commonOptions }, conns] = await Promise.all([import('./options.ts'), import('./conns.ts')]);
      setExit(
        await conns.runConns({
          ...(await commonOptions(captures, raw)),
          choice: conns.rowChoice(raw),
          names: raw.names === true,
        }),
      );
    });
  onCaptures(root.command('conn'))
    .description('one connection, segment by segment: synoptic conn CAPTURE ID')
    .usage('CAPTURE... ID [options]')
    .option('--full', 'every segment; otherwise long runs are folded')
    .option('--ca <file>', 'certificates (PEM) to trust, as for tls')
    .option('--keylog <file>', 'secrets to read encrypted messages of TLS with, as for tls', collect)
    .option('--rsa-key <file>', "the server's RSA private key (PEM), as for tls", collect)
    .option('--known-hosts <file>', 'host keys of SSH to compare with, as for ssh')
    .action(async (words: string[], raw: RawOptions & RawConnOptions) => {
      const [{ commonOptions }, { readConnWords }, conn] = await Promise.all([
        import('./options.ts'),
        import('./connection-name.ts'),
        import('./conn.ts'),
      ]);
      const { captures, connection } = readConnWords('conn', words);
      setExit(await conn.runConn({ ...(await commonOptions(captures, raw)), ...conn.connOptions(raw, connection) }));
    });
  onCaptures(root.command('follow'))
    .description('the bytes of one TCP connection, put in order: synoptic follow CAPTURE ID')
    .usage('CAPTURE... ID [options]')
    .option('--side <side>', 'only what the originator or the responder sent')
    .option('--hex', 'a hex dump')
    .option('--raw', 'the bytes and nothing else, secrets included, for a file or a pipe')
    .option('--show-secrets', 'passwords, cookies and credentials as they were sent')
    .option(...keyLogOption, collect)
    .option(...rsaKeyOption, collect)
    .option('--overlap <policy>', 'whose bytes win where segments overlap: first, last, bsd, linux, old-linux, solaris')
    .action(async (words: string[], raw: RawOptions & RawFollowOptions) => {
      const [{ commonOptions }, { readConnWords }, follow] = await Promise.all([
        import('./options.ts'),
        import('./connection-name.ts'),
        import('./follow.ts'),
      ]);
      const { captures, connection } = readConnWords('follow', words);
      setExit(
        await follow.runFollow({ ...(await commonOptions(captures, raw)), ...follow.followOptions(raw, connection) }),
      );
    });
  onCaptures(root.command('messages'))
    .description('message boundaries: which segments carried each message, whole, sticky or split, and why')
    .option('--frame <spec>', 'how messages end: [PORT=]SPEC, as in 9000=length:size=4; several may be given', collect)
    .option('--frames <file>', 'more of them, one a line; those of --frame go first')
    .option('--infer', 'guess how the messages of other connections end, and say why')
    .option('--read-size <n>', 'what a loop of read() with a buffer of n bytes would have returned')
    .option('--read-delay <time>', 'its pause after every read, as in 10ms')
    .option(...keyLogOption, collect)
    .option(...rsaKeyOption, collect)
    .option('--overlap <policy>', 'whose bytes win where segments overlap, as for follow')
    .option('--show-secrets', 'passwords, cookies and credentials as they were sent')
    .option('--full', 'every connection and segment is drawn')
    .action(async (captures: string[], raw: RawOptions & RawMessagesOptions) => {
      const [{ commonOptions }, messages] = await Promise.all([import('./options.ts'), import('./messages.ts')]);
      const own = messages.messagesOptions(raw);
      setExit(await messages.runMessages({ ...(await commonOptions(captures, raw)), ...own }));
    });
  onCaptures(root.command('check'))
    .description('a verdict: the rules of a policy held against the capture; exit code 1 when one fails')
    .option('--policy <file>', 'the rules, in YAML: see docs/policy.md')
    .option('--report <format=file>', 'the verdict once more, as in junit=out.xml; several may be given', collect)
    .option('--baseline <file>', 'findings that are known: rules do not look at them')
    .option('--update-baseline', 'write the findings of this capture there')
    .option('--init', 'print a commented policy that this capture passes')
    .option('--known-hosts <file>', "host keys of OpenSSH's, instead of the file that the policy names")
    .option('--ca <file>', 'certificates (PEM) to trust, instead of those that the policy names or that come with Node')
    .action(async (captures: string[], raw: RawOptions & RawCheckOptions) => {
      const [{ commonOptions }, { check }] = await Promise.all([import('./options.ts'), import('./check-options.ts')]);
      setExit(await check(await commonOptions(captures, raw), raw));
    });
  onCaptures(root.command('tls'))
    .description('TLS handshakes: what was offered and chosen, certificates, and where they failed')
    .option('--full', 'every handshake with its steps and certificates')
    .option('--ca <file>', 'certificates (PEM) to trust instead of those that come with Node')
    .option('--certs <dir>', 'write every certificate there as PEM; files that exist stay as they are')
    .option(...keyLogOption, collect)
    .option(...rsaKeyOption, collect)
    .option(...namesOption)
    .action(async (captures: string[], raw: RawOptions & RawTlsOptions) => {
      const [{ commonOptions }, tls] = await Promise.all([import('./options.ts'), import('./tls.ts')]);
      setExit(await tls.runTls({ ...(await commonOptions(captures, raw)), ...tls.tlsOptions(raw) }));
    });
  onCaptures(root.command('ssh'))
    .description('SSH sessions: software, algorithms, host keys, logins as far as lengths tell')
    .option('--full', 'every session with its steps and algorithms')
    .option('--known-hosts <file>', "compare host keys with this file of OpenSSH's")
    .action(async (captures: string[], raw: RawOptions & RawSshOptions) => {
      const [{ commonOptions }, ssh] = await Promise.all([import('./options.ts'), import('./ssh.ts')]);
      setExit(await ssh.runSsh({ ...(await commonOptions(captures, raw)), ...ssh.sshOptions(raw) }));
    });
  onCaptures(root.command('http'))
    .description('one row per HTTP request and its response: what it was, how long each part took, and why')
    .option('--slow <time>', 'only those that took at least this long, as in 500ms')
    .option('--status <codes>', 'only these, as in 5xx or 404,503; none for requests without a response')
    .option('--host <glob>', 'only of hosts that match, as in *.example.com')
    .option(...namesOption)
    .option('--explain', 'what each row means: status, fields, caching; and what each host does')
    .option('--har <file>', 'write them as HAR 1.2 too')
    .option('--extract <folder>', 'write the bodies of responses there, decompressed; nothing is overwritten')
    .option(...keyLogOption, collect)
    .option(...rsaKeyOption, collect)
    .option('--show-secrets', 'cookies and credentials as they were sent')
    .action(async (captures: string[], raw: RawOptions & RawHttpOptions) => {
      const [{ commonOptions }, http] = await Promise.all([import('./options.ts'), import('./http.ts')]);
      const own = http.httpOptions(raw);
      setExit(await http.runHttp({ ...(await commonOptions(captures, raw)), ...own }));
    });
  onCaptures(root.command('websocket'))
    .description('one row per WebSocket message: type, size, fragments, compression, what is wrong with it')
    .option(...keyLogOption, collect)
    .option(...rsaKeyOption, collect)
    .action(async (captures: string[], raw: RawOptions & RawKeyOptions) => {
      const [{ commonOptions }, { readKeys }, { runWebSocket }] = await Promise.all([
        import('./options.ts'),
        import('./tls-keys.ts'),
        import('./websocket.ts'),
      ]);
      setExit(await runWebSocket({ ...(await commonOptions(captures, raw)), keys: readKeys(raw) }));
    });
  onCaptures(root.command('dns'))
    .description('one row per DNS query: what was asked, what came back, and how long that took')
    .action(async (captures: string[], raw: RawOptions) => {
      const [{ commonOptions }, { runDns }] = await Promise.all([import('./options.ts'), import('./dns.ts')]);
      setExit(await runDns(await commonOptions(captures, raw)));
    });
  onCaptures(root.command('netstat'))
    .description('the sockets of every host at one moment, as its own netstat -an would have shown them')
    .option('--at <time>', 'the moment, written as for --from; without it, the end of the capture')
    .option('--state <states>', 'only these, as in SYN_RECV or SYN_RECV,TIME_WAIT')
    .option('--host <address>', 'only the sockets of this host')
    .option('--summary', 'how many sockets in each state, one row a host')
    .option('--every <step>', 'how many sockets in each state, one row a step, as in 500ms or 1s')
    .action(async (captures: string[], raw: RawOptions & RawNetstatOptions) => {
      const [{ commonOptions }, { netstatOptions }, { runNetstat }] = await Promise.all([
        import('./options.ts'),
        import('./netstat-options.ts'),
        import('./netstat.ts'),
      ]);
      setExit(await runNetstat(netstatOptions(await commonOptions(captures, raw), raw)));
    });
  onCaptures(root.command('synflood'))
    .description('was it a SYN flood: victims, times, sources, the SYN queue, and what would have helped')
    .option('--listen-backlog <n>', 'try the SYNs on a listener with this backlog')
    .option('--max-syn-backlog <n>', 'and this tcp_max_syn_backlog')
    .option('--synack-retries <n>', 'and this tcp_synack_retries')
    .option('--syncookies <on|off>', 'and with SYN cookies, or without')
    .option('--patience <seconds>', 'and clients that try this long')
    .option('--min-handshakes <n>', 'failed handshakes from which on somebody is asked about (100)')
    .option('--min-rate <n>', 'failed handshakes a second that are never alarming (1)')
    .option('--threshold <name=value>', 'any other threshold that docs/synflood.md names', collect)
    .option('--sampling <n>', 'the capture has one frame in so many, as sFlow and routers export them')
    .option('--sources <format>', 'only the sources that are not made up, as csv, ipset or nft')
    .option('--chart <style>', 'plain or braille (the default on a UTF-8 terminal)')
    .option('--snapshot', 'only the half-open connections at the peak, as netstat lists them')
    .action(async (captures: string[], raw: RawOptions & RawSynfloodOptions) => {
      const [{ commonOptions }, synflood] = await Promise.all([import('./options.ts'), import('./synflood.ts')]);
      setExit(await synflood.runSynflood({ ...(await commonOptions(captures, raw)), ...synflood.synfloodChoice(raw) }));
    });
  root
    .command('explain')
    .description('what a finding, a state, a code or a column means, how it comes about, and what to do')
    .argument('[id]', 'as in tcp-reset, SYN_RECV, S0, half-close; without one, all of them are listed')
    .option('--lang <language>', 'en (the default) or zh-CN')
    .option('--json', 'one JSON document')
    .option('--color <when>', 'auto, always or never', 'auto')
    .action(async (word: string | undefined, raw: RawExplainOptions) => {
      const { runExplain } = await import('./explain.ts');
      setExit(await runExplain(word, raw, output));
    });
  root
    .command('schema')
    .description("the JSON Schema of a command's --json output")
    .argument('[command]', 'the command, as in conns')
    .action(async (name: string | undefined) => {
      const { schemaNames, schemaOf } = await import('../report/schema/registry.ts');
      const schema = schemaOf(name ?? '');
      if (schema === undefined) {
        const problem = name === undefined ? 'no command given' : `${forTerminal(name)} has no schema`;
        throw new UsageError(`schema: ${problem}\n  expected one of ${schemaNames.join(', ')}`);
      }
      await output.write(`${JSON.stringify(schema, null, 2)}\n`);
    });
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
