/** Commands on application protocols. */
import type { Command } from 'commander';
import type { RawHttpOptions } from '../http.ts';
import type { RawOptions } from '../options.ts';
import type { RawSshOptions } from '../ssh.ts';
import type { RawTlsOptions } from '../tls.ts';
import type { RawKeyOptions } from '../tls-keys.ts';
import { type Surroundings, collect, keyLogOption, namesOption, onCaptures, rsaKeyOption } from './shared.ts';

export function declareTls(root: Command, { setExit }: Surroundings): void {
  onCaptures(root.command('tls'))
    .description('TLS handshakes: what was offered and chosen, certificates, and where they failed')
    .option('--full', 'every handshake with its steps and certificates')
    .option('--ca <file>', 'certificates (PEM) to trust instead of those that come with Node')
    .option('--certs <dir>', 'write every certificate there as PEM; files that exist stay as they are')
    .option(...keyLogOption, collect)
    .option(...rsaKeyOption, collect)
    .option(...namesOption)
    .action(async (captures: string[], raw: RawOptions & RawTlsOptions) => {
      const [{ commonOptions }, tls] = await Promise.all([import('../options.ts'), import('../tls.ts')]);
      setExit(await tls.runTls({ ...(await commonOptions(captures, raw)), ...tls.tlsOptions(raw) }));
    });
}

export function declareSsh(root: Command, { setExit }: Surroundings): void {
  onCaptures(root.command('ssh'))
    .description('SSH sessions: software, algorithms, host keys, logins as far as lengths tell')
    .option('--full', 'every session with its steps and algorithms')
    .option('--known-hosts <file>', "compare host keys with this file of OpenSSH's")
    .action(async (captures: string[], raw: RawOptions & RawSshOptions) => {
      const [{ commonOptions }, ssh] = await Promise.all([import('../options.ts'), import('../ssh.ts')]);
      setExit(await ssh.runSsh({ ...(await commonOptions(captures, raw)), ...ssh.sshOptions(raw) }));
    });
}

export function declareHttp(root: Command, { setExit }: Surroundings): void {
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
      const [{ commonOptions }, http] = await Promise.all([import('../options.ts'), import('../http.ts')]);
      const own = http.httpOptions(raw);
      setExit(await http.runHttp({ ...(await commonOptions(captures, raw)), ...own }));
    });
}

export function declareWebSocket(root: Command, { setExit }: Surroundings): void {
  onCaptures(root.command('websocket'))
    .description('one row per WebSocket message: type, size, fragments, compression, what is wrong with it')
    .option(...keyLogOption, collect)
    .option(...rsaKeyOption, collect)
    .action(async (captures: string[], raw: RawOptions & RawKeyOptions) => {
      const [{ commonOptions }, { readKeys }, { runWebSocket }] = await Promise.all([
        import('../options.ts'),
        import('../tls-keys.ts'),
        import('../websocket.ts'),
      ]);
      setExit(await runWebSocket({ ...(await commonOptions(captures, raw)), keys: readKeys(raw) }));
    });
}

export function declareDns(root: Command, { setExit }: Surroundings): void {
  onCaptures(root.command('dns'))
    .description('one row per DNS query: what was asked, what came back, and how long that took')
    .action(async (captures: string[], raw: RawOptions) => {
      const [{ commonOptions }, { runDns }] = await Promise.all([import('../options.ts'), import('../dns.ts')]);
      setExit(await runDns(await commonOptions(captures, raw)));
    });
}
