/** What goes wrong, and what the user is told: one row each, with the line that is typed, the exit code and stderr. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  block,
  concat,
  enhancedPacket,
  interfaceDescription,
  pcap,
  pcapHeader,
  pcapRecord,
  pcapRecordHeader,
  pcapng,
  sectionHeader,
  simplePacket,
} from '../support/capture-bytes.ts';
import { type Files, type Ran, finished, folder, idle, run, start } from '../support/command.ts';
import { conversations, unanswered } from '../support/conversations.ts';

interface Fault {
  readonly what: string;
  readonly files?: Files;
  readonly line: string;
  readonly exit: number | readonly number[];
  /** All of standard error without its last line end; '' when it must stay silent. */
  readonly says: string | RegExp;
  /** Looks at the result; without it, standard output must be empty. */
  readonly prints?: (out: string, cwd: string) => void;
  /** Sent once the command has read `stdin`, which then stays open. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly stdin: Uint8Array };
  readonly skip?: boolean;
}

const frames = conversations.slice(0, 4);
const sound = pcap(frames);
const nextRecord = pcapRecord({}, conversations[4]!);
const size = sound.length;
const tailed = (...tail: Uint8Array[]): Files => ({ 'a.pcap': concat(sound, ...tail) });
const recordOf = (length: number): Uint8Array => pcapRecordHeader({}, 1, 1, length, 60);

const soundNg = pcapng(frames);
const sizeNg = soundNg.length;
const tailedNg = (...tail: Uint8Array[]): Files => ({ 'a.pcapng': concat(soundNg, ...tail, pcapng(frames)) });
const packet = conversations[4]!.data;
/** 15 frames of the first two connections, then an end in the middle of the sixteenth. */
const withFindings = pcap(conversations).subarray(0, -100);
const many = pcap(unanswered(600));

/** The JSON that was printed, checked for the promises that every document makes. */
function document(out: string): Json {
  const doc = JSON.parse(out) as Json;
  const { framesRead, framesDecoded, framesUndecoded, framesSkipped } = doc.accounting;
  const others = [...Object.values(framesUndecoded), ...Object.values(framesSkipped)];
  expect(others.reduce((sum, n) => sum + n, framesDecoded)).toBe(framesRead);
  return doc;
}

interface Json {
  complete: boolean;
  accounting: {
    framesRead: number;
    framesDecoded: number;
    framesUndecoded: Record<string, number>;
    framesSkipped: Record<string, number>;
  };
  capture: { frames: number; firstTime: string | null; damage: { byte: number; frame: number }[] };
}

const partial =
  (frameCount: number, byte: number) =>
  (out: string): void =>
    expect(document(out)).toMatchObject({
      complete: false,
      accounting: { framesRead: frameCount },
      capture: { damage: [{ byte, frame: frameCount + 1 }] },
    });

const whole =
  (frameCount: number) =>
  (out: string): void =>
    expect(document(out)).toMatchObject({ complete: true, accounting: { framesRead: frameCount } });

const interrupted = (name: NodeJS.Signals, exit: number): Fault => ({
  what: `${name} while a pipe stays open`,
  line: 'exec synoptic - --json',
  signal: { name, stdin: pcap(conversations) },
  exit,
  says: '',
  prints: (out) =>
    expect(document(out)).toMatchObject({ complete: false, accounting: { framesRead: 20 }, capture: { damage: [] } }),
});

const usage = (line: string, says: string | RegExp): Fault => ({
  what: `usage: ${line}`,
  files: { 'a.pcap': sound },
  line,
  exit: 2,
  says,
});

const faults: readonly Fault[] = [
  /* No input. */
  {
    what: 'a missing file',
    line: 'synoptic nowhere.pcap',
    exit: 3,
    says: 'synoptic: nowhere.pcap: no such file at byte 0: expected a capture file, found ENOENT',
  },
  {
    what: 'a command with a slip in it',
    files: { 'a.pcap': sound },
    line: 'synoptic anaylze a.pcap --json',
    exit: 3,
    says: 'synoptic: anaylze: no such file; did you mean the command analyze?',
  },
  {
    what: 'the same, alone',
    line: 'synoptic htpp',
    exit: 3,
    says: 'synoptic: htpp: no such file; did you mean the command http?',
  },
  {
    what: 'a missing file that is like no command',
    line: 'synoptic somewhere',
    exit: 3,
    says: 'synoptic: somewhere: no such file at byte 0: expected a capture file, found ENOENT',
  },
  {
    what: 'a file whose name is like a command',
    files: { htpp: sound },
    line: 'synoptic htpp --csv',
    exit: 0,
    says: '',
    prints: (out) => expect(out).toContain('capture.files.0.path,htpp'),
  },
  {
    what: 'a missing file beside a sound one',
    files: { 'a.pcap': sound },
    line: 'synoptic a.pcap nowhere.pcap --json',
    exit: 3,
    says: 'synoptic: nowhere.pcap: no such file at byte 0: expected a capture file, found ENOENT',
  },
  {
    what: 'a name that would steer the terminal',
    line: String.raw`synoptic $'evil\e[31m\n\xe2\x80\xaetxt.pcap'`,
    exit: 3,
    says: String.raw`synoptic: evil\x1b[31m\x0a\u{202e}txt.pcap: no such file at byte 0: expected a capture file, found ENOENT`,
  },
  {
    what: 'an unreadable file (not tried as root, who may read everything)',
    files: { 'a.pcap': sound },
    line: 'chmod 000 a.pcap; synoptic a.pcap',
    exit: 3,
    says: 'synoptic: a.pcap: cannot be read at byte 0: expected a readable file, found EACCES',
    skip: process.getuid?.() === 0,
  },
  {
    what: 'a directory',
    line: 'synoptic .',
    exit: 3,
    says: 'synoptic: .: is a directory at byte 0: expected a capture file, found a directory',
  },
  {
    what: '0 bytes',
    files: { 'a.pcap': '' },
    line: 'synoptic a.pcap',
    exit: 3,
    says: 'synoptic: a.pcap: empty input at byte 0: expected a capture, found 0 bytes',
  },
  {
    what: '3 bytes',
    files: { 'a.pcap': sound.subarray(0, 3) },
    line: 'synoptic a.pcap',
    exit: 3,
    says: 'synoptic: a.pcap: not a capture file at byte 0: expected the magic number of pcap or pcapng, found the bytes d4 c3 b2',
  },
  {
    what: 'a text file',
    files: { 'a.txt': 'hello, world\n' },
    line: 'synoptic a.txt --json',
    exit: 3,
    says: 'synoptic: a.txt: not a capture file at byte 0: expected the magic number of pcap or pcapng, found the bytes 68 65 6c 6c',
  },
  {
    what: 'a pcap cut in its file header',
    files: { 'a.pcap': sound.subarray(0, 23) },
    line: 'synoptic a.pcap',
    exit: 3,
    says: 'synoptic: a.pcap: file header cut short at byte 23: expected 24 bytes, found 23 bytes',
  },
  {
    what: 'pcap version 9.9',
    files: { 'a.pcap': pcap(frames, { version: [9, 9] }) },
    line: 'synoptic a.pcap',
    exit: 3,
    says: 'synoptic: a.pcap: unsupported pcap version at byte 4: expected version 2.4, found version 9.9',
  },
  {
    what: 'a closed standard input',
    line: 'synoptic - <&-',
    exit: 3,
    says: 'synoptic: standard input: empty input at byte 0: expected a capture, found 0 bytes',
  },
  {
    what: 'an empty standard input',
    line: 'synoptic - --json </dev/null',
    exit: 3,
    says: 'synoptic: standard input: empty input at byte 0: expected a capture, found 0 bytes',
  },
  {
    what: 'an unknown link type: the accounting is still printed',
    files: { 'a.pcap': pcap(frames, { linkType: 147 }) },
    line: 'synoptic a.pcap --json',
    exit: 3,
    says: 'synoptic: not one of 4 frames could be decoded (4 unknown-link-type; link type 147)',
    prints: (out) =>
      expect(document(out).accounting).toEqual({
        framesRead: 4,
        framesDecoded: 0,
        framesUndecoded: { 'unknown-link-type': 4 },
        framesSkipped: {},
      }),
  },

  /* Odd, but whole. */
  {
    what: 'a header and no frames',
    files: { 'a.pcap': pcapHeader() },
    line: 'synoptic a.pcap --json',
    exit: 0,
    says: '',
    prints: whole(0),
  },
  {
    what: 'no connection to show',
    files: { 'a.pcap': sound },
    line: "synoptic conns a.pcap -f 'port 1'",
    exit: 0,
    says: '',
    prints: (out) => expect(out).toBe('no connections\n'),
  },
  {
    what: 'a pcapng whose frames have no time',
    files: {
      'a.pcapng': concat(sectionHeader(), interfaceDescription(), ...frames.map((f) => simplePacket('little', f.data))),
    },
    line: 'synoptic a.pcapng --json; synoptic a.pcapng',
    exit: 0,
    says: '',
    prints: (out) => {
      const [json, text] = out.split(/^}$/m) as [string, string];
      expect(document(`${json}}`)).toMatchObject({
        complete: true,
        accounting: { framesRead: 4 },
        capture: { firstTime: null, lastTime: null, durationSeconds: 0, framesWithoutTime: 4 },
      });
      expect(text).toContain('no frame has a time');
      expect(text).not.toContain('1970');
    },
  },
  {
    what: 'time that runs backwards',
    files: { 'a.pcap': pcap(frames.toReversed()) },
    line: 'synoptic a.pcap --json',
    exit: 0,
    says: '',
    prints: (out) =>
      expect(document(out)).toMatchObject({
        complete: true,
        capture: {
          firstTime: '2023-11-14T22:13:20.000000000Z',
          lastTime: '2023-11-14T22:13:20.750003000Z',
          framesBackwards: 3,
        },
      }),
  },
  {
    what: 'frames cut by the snaplen',
    files: { 'a.pcap': pcap(frames.map((f) => Object.assign({}, f, { originalLength: 1514 }))) },
    line: 'synoptic a.pcap --json',
    exit: 0,
    says: '',
    prints: (out) => expect(document(out)).toMatchObject({ complete: true, capture: { cutFrames: 4 } }),
  },
  {
    what: 'damage behind the frames that -c asks for',
    files: tailed(recordOf(0x7fff_ffff)),
    line: 'synoptic a.pcap --json -c 4',
    exit: 0,
    says: '',
    prints: whole(4),
  },

  /* Damaged: everything before the damage counts. */
  {
    what: 'cut in the header of a record',
    files: tailed(nextRecord.subarray(0, 9)),
    line: 'synoptic a.pcap --json',
    exit: 4,
    says: `synoptic: a.pcap: record header cut short at byte ${size} (frame 5): expected 16 bytes, found 9 bytes; 4 frames analysed`,
    prints: partial(4, size),
  },
  {
    what: 'cut in the body of a record',
    files: tailed(nextRecord.subarray(0, 30)),
    line: 'synoptic a.pcap --json',
    exit: 4,
    says: `synoptic: a.pcap: record cut short at byte ${size} (frame 5): expected ${nextRecord.length} bytes, found 30 bytes; 4 frames analysed`,
    prints: partial(4, size),
  },
  {
    what: 'cut in the body of a record, in a pipe',
    files: tailed(nextRecord.subarray(0, 30)),
    line: 'cat a.pcap | synoptic - --json',
    exit: 4,
    says: `synoptic: standard input: record cut short at byte ${size} (frame 5): expected ${nextRecord.length} bytes, found 30 bytes; 4 frames analysed`,
    prints: partial(4, size),
  },
  {
    what: 'a captured length of 2^31-1',
    files: tailed(recordOf(0x7fff_ffff), sound),
    line: 'synoptic a.pcap --json',
    exit: 4,
    says: `synoptic: a.pcap: record length out of range at byte ${size} (frame 5): expected a record of at most 262144 bytes, found 2147483647; 4 frames analysed`,
    prints: partial(4, size),
  },
  {
    what: 'a captured length of 2^32-1',
    files: tailed(recordOf(0xffff_ffff), sound),
    line: 'synoptic a.pcap --json',
    exit: 4,
    says: `synoptic: a.pcap: record length out of range at byte ${size} (frame 5): expected a record of at most 262144 bytes, found 4294967295; 4 frames analysed`,
    prints: partial(4, size),
  },
  ...[0, 8, 0xffff_fff0].map((length) => ({
    what: `a pcapng block length of ${length}`,
    files: tailedNg(block('little', 6, packet, length)),
    line: 'synoptic a.pcapng --json',
    exit: 4,
    says: `synoptic: a.pcapng: block length out of range at byte ${sizeNg} (frame 5): expected 12 to 16777216 bytes, found ${length}; 4 frames analysed`,
    prints: partial(4, sizeNg),
  })),
  {
    what: 'a wrong trailer of a pcapng block',
    files: tailedNg(block('little', 6, new Uint8Array(100), 112, 116)),
    line: 'synoptic a.pcapng --json',
    exit: 4,
    says: `synoptic: a.pcapng: the two lengths of a block differ at byte ${sizeNg} (frame 5): expected 112, found 116; 4 frames analysed`,
    prints: partial(4, sizeNg),
  },
  {
    what: 'a pcapng frame of an interface that is not there',
    files: { 'a.pcapng': concat(sectionHeader(), interfaceDescription(), enhancedPacket('little', 7, 0n, packet)) },
    line: 'synoptic a.pcapng --json',
    exit: 4,
    says: 'synoptic: a.pcapng: frame of an interface that is not described at byte 48 (frame 1): expected an id below 1, found 7; 0 frames analysed',
    prints: partial(0, 48),
  },
  {
    what: 'a damaged file wins over --fail-on',
    files: { 'a.pcap': withFindings },
    line: 'synoptic a.pcap --json --fail-on info',
    exit: 4,
    says: /^synoptic: a\.pcap: record cut short at byte \d+ \(frame 19\): expected \d+ bytes, found \d+ bytes; 18 frames analysed$/,
    prints: (out) => expect(document(out)).toMatchObject({ complete: false, accounting: { framesRead: 18 } }),
  },
  {
    what: 'a damaged file, conns --csv',
    files: tailed(nextRecord.subarray(0, 9)),
    line: 'synoptic conns a.pcap --csv',
    exit: 4,
    says: `synoptic: a.pcap: record header cut short at byte ${size} (frame 5): expected 16 bytes, found 9 bytes; 4 frames analysed`,
    prints: (out) => expect(out.trimEnd().split('\n')).toHaveLength(3),
  },

  /* Nowhere to write. */
  {
    what: 'a full disk under standard output',
    files: { 'a.pcap': sound },
    line: 'synoptic a.pcap --json >/dev/full',
    exit: 5,
    says: 'synoptic: standard output: cannot write the result: no space left',
  },
  {
    what: 'a full disk under --version',
    line: 'synoptic --version >/dev/full',
    exit: 5,
    says: 'synoptic: standard output: cannot write the result: no space left',
  },
  {
    what: 'a full disk under --help',
    line: 'synoptic conns --help >/dev/full',
    exit: 5,
    says: 'synoptic: standard output: cannot write the result: no space left',
  },
  {
    what: 'a full disk under -o',
    files: { 'a.pcap': sound },
    line: 'synoptic a.pcap -o /dev/full',
    exit: 5,
    says: 'synoptic: /dev/full: cannot write the result: no space left',
  },
  {
    what: '-o into a missing folder',
    files: { 'a.pcap': sound },
    line: 'synoptic a.pcap -o nowhere/out.json',
    exit: 5,
    says: 'synoptic: nowhere/out.json: cannot write the result: no such folder',
  },
  {
    what: '-o below a file',
    files: { 'a.pcap': sound },
    line: 'synoptic a.pcap -o a.pcap/out.json',
    exit: 5,
    says: 'synoptic: a.pcap/out.json: cannot write the result: no such folder',
  },
  {
    what: '-o onto the capture itself',
    files: { 'a.pcap': sound },
    line: 'synoptic a.pcap -o ./a.pcap',
    exit: 2,
    says: 'synoptic: -o ./a.pcap: that is the capture itself\n  expected: another file',
  },
  {
    what: '-o onto a folder',
    files: { 'a.pcap': sound },
    line: 'synoptic a.pcap -o .',
    exit: 5,
    says: 'synoptic: .: cannot write the result: it is a folder',
  },
  {
    what: '-o that fails half-way leaves nothing new behind, and what was there as it was',
    files: { 'a.pcap': many, 'out.json': 'old' },
    // In blocks of 1 KiB: enough for the first write, not for the second.
    line: 'ulimit -f 100; synoptic conns a.pcap --ndjson -o out.json',
    exit: 5,
    says: 'synoptic: out.json: cannot write the result: the largest size of a file is reached',
    prints: (out, cwd) => {
      expect(out).toBe('');
      expect(readdirSync(cwd).toSorted()).toEqual(['a.pcap', 'out.json']);
      expect(readFileSync(join(cwd, 'out.json'), 'utf8')).toBe('old');
    },
  },
  {
    what: '-o of a capture that cannot be read makes no file',
    line: 'synoptic nowhere.pcap -o out.json',
    exit: 3,
    says: 'synoptic: nowhere.pcap: no such file at byte 0: expected a capture file, found ENOENT',
    prints: (out, cwd) => {
      expect(out).toBe('');
      expect(readdirSync(cwd)).toEqual([]);
    },
  },
  {
    what: '-o of a damaged capture has what could be read',
    files: tailed(nextRecord.subarray(0, 9)),
    line: 'synoptic a.pcap --json -o out.json',
    exit: 4,
    says: /^synoptic: a\.pcap: record header cut short .*; 4 frames analysed$/,
    prints: (out, cwd) => {
      expect(out).toBe('');
      partial(4, size)(readFileSync(join(cwd, 'out.json'), 'utf8'));
      expect(existsSync(join(cwd, 'out.json'))).toBe(true);
    },
  },
  {
    what: 'a reader that goes away',
    files: { 'a.pcap': many },
    line: 'synoptic conns a.pcap --ndjson | head -1; exit ${PIPESTATUS[0]}',
    exit: 141,
    says: '',
    prints: (out) => expect(JSON.parse(out)).toMatchObject({ type: 'connection', id: 'tcp:0' }),
  },
  {
    what: 'a reader that goes away from a table',
    files: { 'a.pcap': pcap(unanswered(2000)) },
    line: 'synoptic conns a.pcap | head -1; exit ${PIPESTATUS[0]}',
    exit: 141,
    says: '',
    prints: (out) => expect(out).toMatch(/^id .*\n$/),
  },
  {
    what: 'a reader that goes away after the result went into the pipe',
    files: { 'a.pcap': sound },
    line: 'synoptic a.pcap | head -1; exit ${PIPESTATUS[0]}',
    exit: [0, 141],
    says: '',
    prints: (out) => expect(out).toMatch(/^a\.pcap {2}pcap, Ethernet {2}4 frames/),
  },

  /* Interrupted. */
  interrupted('SIGINT', 130),
  interrupted('SIGTERM', 143),
  interrupted('SIGHUP', 129),

  /* Words that cannot be used. */
  usage(
    'synoptic',
    'synoptic: no capture given\n  expected: synoptic CAPTURE..., or - for standard input\n  see: synoptic --help',
  ),
  usage('synoptic - -', "synoptic: '-' is given twice: there is one standard input"),
  usage('synoptic --jsn a.pcap', "synoptic: unknown option '--jsn'\n  (Did you mean --json?)"),
  usage(
    'synoptic conns --conn-stat S0 a.pcap',
    "synoptic: unknown option '--conn-stat'\n  (Did you mean --conn-state?)",
  ),
  usage('synoptic a.pcap -c', "synoptic: option '-c, --count <n>' argument missing"),
  usage('synoptic a.pcap -c 0', 'synoptic: -c 0: expected a whole number from 1'),
  usage('synoptic a.pcap -c 1e3', 'synoptic: -c 1e3: expected a whole number from 1'),
  usage(
    "synoptic a.pcap -f tcp -f 'udp port 53'",
    "synoptic: -f is given twice\n  expected: one filter, as in -f '(tcp) and (udp port 53)'",
  ),
  usage(
    'synoptic a.pcap --from 2026-02-30T00:00Z',
    'synoptic: --from 2026-02-30T00:00Z: not a time\n  expected: seconds from the first frame (12.5), or 2026-11-20T04:26:33.5Z',
  ),
  usage('synoptic a.pcap --jobs many', 'synoptic: --jobs many: expected a whole number from 1'),
  usage('synoptic a.pcap --json --csv', 'synoptic: --json and --csv cannot go together: one format at a time'),
  usage('synoptic a.pcap --fail-on bad', 'synoptic: --fail-on bad: expected one of info, notice, warning, alert'),
  usage('synoptic a.pcap --color red', 'synoptic: --color red: expected auto, always or never'),
  usage(
    'synoptic a.pcap --from 2026-13-40T00:00Z',
    'synoptic: --from 2026-13-40T00:00Z: not a time\n  expected: seconds from the first frame (12.5), or 2026-11-20T04:26:33.5Z',
  ),
  usage(
    'synoptic a.pcap --to=-1',
    'synoptic: --to -1: not a time\n  expected: seconds from the first frame (12.5), or 2026-11-20T04:26:33.5Z',
  ),
  usage(
    'synoptic conns a.pcap --conn-state S9',
    'synoptic: --conn-state S9: expected one or more of S0, S1, SF, REJ, S2, S3, RSTO, RSTR, RSTOS0, RSTRH, SH, SHR, OTH',
  ),
  usage(
    "synoptic a.pcap -Y 'tcp.port == 80'",
    "synoptic: -Y takes a Wireshark display filter, which synoptic does not read\n  use -f with tcpdump's language: -f 'tcp port 80 and host 10.0.0.1'",
  ),
  usage(
    "synoptic a.pcap -f 'tcp porr 80'",
    /^synoptic: filter: unknown word 'porr' at column 5\n {2}tcp porr 80\n {6}\^{4}\n {2}expected: port, .*$/,
  ),
  usage("synoptic a.pcap -f 'tcp port'", /^synoptic: filter: .*\n {2}tcp port\n {2,}\^\n {2}expected: .*$/),
  usage(
    String.raw`synoptic a.pcap --color $'\e[2J'`,
    String.raw`synoptic: --color \x1b[2J: expected auto, always or never`,
  ),
  usage(String.raw`synoptic a.pcap $'--\e[2J'`, String.raw`synoptic: unknown option '--\x1b[2J'`),
];

test.for(faults)('$what', async (fault, { skip }) => {
  skip(fault.skip === true);
  const cwd = folder(fault.files);
  const ran = fault.signal === undefined ? await run(fault.line, { cwd }) : await interrupt(fault.line, fault.signal);
  const says = ran.err.replace(/\n$/, '');
  if (typeof fault.says === 'string') expect(says).toBe(fault.says);
  else expect(says).toMatch(fault.says);
  expect([fault.exit].flat()).toContain(ran.exit);
  if (fault.prints === undefined) expect(ran.out).toBe('');
  else fault.prints(ran.out, cwd);
  // One line, indented help below it, and never where in our code it happened.
  for (const line of says.split('\n').slice(1)) expect(line).toMatch(/^ {2}\S| {2,}\^/);
  expect(ran.out + ran.err).not.toMatch(/\n\s+at |node:internal|\.[jt]s:\d|Error:|internal error/);
});

async function interrupt(line: string, { name, stdin }: NonNullable<Fault['signal']>): Promise<Ran> {
  const child = start(line);
  const end = finished(child);
  child.stdin!.write(stdin);
  await idle(child);
  child.kill(name);
  return end;
}
