/** Commands on single connections and what they carry. */
import type { Command } from 'commander';
import type { RawConnOptions } from '../conn.ts';
import type { RawFollowOptions } from '../follow.ts';
import type { RawMessagesOptions } from '../messages.ts';
import type { RawOptions } from '../options.ts';
import { type Surroundings, collect, keyLogOption, onCaptures, rsaKeyOption } from './shared.ts';

export function declareConn(root: Command, { setExit }: Surroundings): void {
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
        import('../options.ts'),
        import('../connection-name.ts'),
        import('../conn.ts'),
      ]);
      const { captures, connection } = readConnWords('conn', words);
      setExit(await conn.runConn({ ...(await commonOptions(captures, raw)), ...conn.connOptions(raw, connection) }));
    });
}

export function declareFollow(root: Command, { setExit }: Surroundings): void {
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
        import('../options.ts'),
        import('../connection-name.ts'),
        import('../follow.ts'),
      ]);
      const { captures, connection } = readConnWords('follow', words);
      setExit(
        await follow.runFollow({ ...(await commonOptions(captures, raw)), ...follow.followOptions(raw, connection) }),
      );
    });
}

export function declareMessages(root: Command, { setExit }: Surroundings): void {
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
      const [{ commonOptions }, messages] = await Promise.all([import('../options.ts'), import('../messages.ts')]);
      const own = messages.messagesOptions(raw);
      setExit(await messages.runMessages({ ...(await commonOptions(captures, raw)), ...own }));
    });
}
