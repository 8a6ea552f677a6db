/** Commands on a capture as a whole. */
import type { Command } from 'commander';
import type { RawCheckOptions } from '../check-options.ts';
import type { RawConnsOptions } from '../conns.ts';
import type { RawFindingsOptions } from '../findings.ts';
import type { RawNetstatOptions } from '../netstat-options.ts';
import type { RawOptions } from '../options.ts';
import type { RawSynfloodOptions } from '../synflood.ts';
import { type Surroundings, collect, namesOption, onCaptures } from './shared.ts';

export function declareAnalyze(root: Command, { setExit }: Surroundings): void {
  onCaptures(root.command('analyze', { isDefault: true }))
    .description('one screen about the capture (this is what runs without a command)')
    .option('--no-decode', 'do not look into HTTP, TLS, SSH and DNS')
    .option(...namesOption)
    .action(async (captures: string[], raw: RawOptions & { decode: boolean; names?: true }) => {
      const [{ commonOptions }, { runAnalyze }] = await Promise.all([
        import('../options.ts'),
        import('../commands.ts'),
      ]);
      const own = { decode: raw.decode, names: raw.names === true };
      setExit(await runAnalyze({ ...(await commonOptions(captures, raw)), ...own }));
    });
}

export function declareFindings(root: Command, { setExit }: Surroundings): void {
  onCaptures(root.command('findings'))
    .description('what deserves a look, with the evidence: frames, measurements, what speaks against it')
    .option('--severity <severity>', 'only findings this severe: info, notice, warning or alert')
    .option('--id <ids>', 'only these kinds, as in tcp-reset or tcp-reset,syn-flood')
    .option('--no-decode', 'do not look into HTTP, TLS, SSH and DNS')
    .action(async (captures: string[], raw: RawOptions & RawFindingsOptions & { decode: boolean }) => {
      const [{ commonOptions }, findings] = await Promise.all([import('../options.ts'), import('../findings.ts')]);
      const own = { ...findings.findingsChoice(raw), decode: raw.decode };
      setExit(await findings.runFindings({ ...(await commonOptions(captures, raw)), ...own }));
    });
}

export function declareConns(root: Command, { setExit }: Surroundings): void {
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
      const [{ commonOptions }, conns] = await Promise.all([import('../options.ts'), import('../conns.ts')]);
      setExit(
        await conns.runConns({
          ...(await commonOptions(captures, raw)),
          choice: conns.rowChoice(raw),
          names: raw.names === true,
        }),
      );
    });
}

export function declareCheck(root: Command, { setExit }: Surroundings): void {
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
      const [{ commonOptions }, { check }] = await Promise.all([
        import('../options.ts'),
        import('../check-options.ts'),
      ]);
      setExit(await check(await commonOptions(captures, raw), raw));
    });
}

export function declareNetstat(root: Command, { setExit }: Surroundings): void {
  onCaptures(root.command('netstat'))
    .description('the sockets of every host at one moment, as its own netstat -an would have shown them')
    .option('--at <time>', 'the moment, written as for --from; without it, the end of the capture')
    .option('--state <states>', 'only these, as in SYN_RECV or SYN_RECV,TIME_WAIT')
    .option('--host <address>', 'only the sockets of this host')
    .option('--summary', 'how many sockets in each state, one row a host')
    .option('--every <step>', 'how many sockets in each state, one row a step, as in 500ms or 1s')
    .action(async (captures: string[], raw: RawOptions & RawNetstatOptions) => {
      const [{ commonOptions }, { netstatOptions }, { runNetstat }] = await Promise.all([
        import('../options.ts'),
        import('../netstat-options.ts'),
        import('../netstat.ts'),
      ]);
      setExit(await runNetstat(netstatOptions(await commonOptions(captures, raw), raw)));
    });
}

export function declareSynflood(root: Command, { setExit }: Surroundings): void {
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
      const [{ commonOptions }, synflood] = await Promise.all([import('../options.ts'), import('../synflood.ts')]);
      setExit(await synflood.runSynflood({ ...(await commonOptions(captures, raw)), ...synflood.synfloodChoice(raw) }));
    });
}
