/**
 * Runs the command line as a user does: a line for bash, in a folder of its own, with `synoptic` on the PATH.
 * What runs is dist/, so a dist/ that does not match src/ is an error before anything is tested.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Ran {
  /** The exit code; 128 + n when a signal ended the process. */
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export type Files = Readonly<Record<string, Uint8Array | string>>;

let home = '';

beforeAll(() => {
  requireBuild();
  home = mkdtempSync(join(tmpdir(), 'synoptic-cli-'));
  mkdirSync(join(home, 'bin'));
  symlinkSync(join(ROOT, 'bin/synoptic.js'), join(home, 'bin/synoptic'));
});

afterAll(() => {
  if (home !== '') rmSync(home, { recursive: true });
});

/** Says what to do when dist/ is missing or older than a source. */
function requireBuild(): void {
  const build = 'run "npm run build" first: these tests start bin/synoptic.js, which runs dist/';
  const joined = statSync(join(ROOT, 'dist/bin/main.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  for (const name of readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.endsWith('.d.ts')) continue;
    const built = statSync(join(ROOT, 'dist', name.replace(/ts$/, 'js')), { throwIfNoEntry: false });
    if (built === undefined) throw new Error(`dist/ lacks src/${name}; ${build}`);
    if (Math.min(built.mtimeMs, joined) < statSync(join(ROOT, 'src', name)).mtimeMs) {
      throw new Error(`dist/ is older than src/${name}; ${build}`);
    }
  }
}

/** A new folder with these files. */
export function folder(files: Files = {}): string {
  const path = mkdtempSync(join(home, 'case-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

interface Place {
  /** From `folder`. */
  readonly cwd?: string;
}

/** Starts a line of bash in which `synoptic` is a command. Nothing of the environment of the tests is passed on. */
export function start(line: string, { cwd = home }: Place = {}): ChildProcess {
  const path = [join(home, 'bin'), dirname(process.execPath), process.env['PATH']].join(':');
  return spawn('bash', ['--norc', '-c', line], { cwd, env: { PATH: path, TZ: 'UTC' } });
}

const signals: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 };

/** Waits for the end of a process that `start` gave. */
export function finished(child: ChildProcess): Promise<Ran> {
  const pieces: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
  child.stdout!.on('data', (piece: Buffer) => pieces.out.push(piece));
  child.stderr!.on('data', (piece: Buffer) => pieces.err.push(piece));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const exit = code ?? 128 + (signals[signal ?? ''] ?? 0);
      const [out, err] = [Buffer.concat(pieces.out).toString(), Buffer.concat(pieces.err).toString()];
      resolve({ exit, out, err });
    });
  });
}

/** Runs a line of bash to its end, with nothing to read on standard input unless the line says so. */
export function run(line: string, place: Place = {}): Promise<Ran> {
  const child = start(line, place);
  child.stdin!.on('error', () => undefined);
  child.stdin!.end();
  return finished(child);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/**
 * Resolves once a started `exec synoptic -` has read all that it was sent: it has its signal handlers, and its main
 * thread sleeps. Without /proc it waits a time that is long enough.
 */
export async function idle(child: ChildProcess): Promise<void> {
  if (process.platform !== 'linux') return pause(2000);
  // On a busy machine it may sleep for long between two modules that it loads.
  for (let quiet = 0; quiet < 15;) {
    await pause(20);
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    // Node itself catches SIGINT and SIGTERM, but SIGHUP only when it is asked to.
    const caught = BigInt(`0x${/^SigCgt:\s*(\w+)/m.exec(status)![1]!}`);
    const sleeps = /^State:\s*S/m.test(status);
    quiet = (caught & 1n) === 1n && sleeps ? quiet + 1 : 0;
  }
}
