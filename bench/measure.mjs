// Runs one command to its end and says what it cost: CPU seconds of the whole process tree and peak memory.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const GNU_TIME = '/usr/bin/time';
const hasGnuTime = spawnSync(GNU_TIME, ['-f', '%M', 'true']).status === 0;

// Without GNU time, POSIX `times` of a shell knows the CPU time of its children; peak memory then stays unknown.
const SHELL_TIMES = '"$@"; code=$?; times >"$0"; exit $code';
const SHELL_LIMIT = 'ulimit -v "$0" && exec "$@"';

export const memoryIsKnown = hasGnuTime;

/**
 * `{cpuSeconds, wallSeconds, peakBytes, failure}`; failure is null, or one line that says why.
 * `memoryBytes` limits the address space: some peers take 8 kB a connection, and would take the machine with them.
 */
export async function measure(command, { cwd, scratch, timeoutSeconds, memoryBytes }) {
  const costs = join(scratch, 'costs');
  const limited = memoryBytes ? ['sh', '-c', SHELL_LIMIT, String(Math.floor(memoryBytes / 1024)), ...command] : command;
  const timed = hasGnuTime
    ? [GNU_TIME, '-q', '-o', costs, '-f', '%U %S %M', ...limited]
    : ['sh', '-c', SHELL_TIMES, costs, ...limited];
  rmSync(costs, { force: true });
  const started = process.hrtime.bigint();
  const failure = await run(timed, cwd, timeoutSeconds);
  const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9;
  return { wallSeconds, ...readCosts(costs), failure };
}

function run([file, ...args], cwd, timeoutSeconds) {
  return new Promise((resolve) => {
    // Its own process group, so that a timeout ends the tree and not only the timer around it.
    const child = spawn(file, args, { cwd, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let timedOut = false;
    let stderr = '';
    const end = () => process.kill(-child.pid, 'SIGKILL');
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, timeoutSeconds * 1000);
    const interrupt = () => {
      end();
      process.exit(130);
    };
    process.once('SIGINT', interrupt);
    child.stderr.on('data', (text) => (stderr = (stderr + text).slice(-2000)));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupt);
      if (timedOut) resolve(`timed out after ${timeoutSeconds} s`);
      else resolve(code === 0 ? null : `${signal ?? `exit ${code}`}: ${reason(stderr)}`);
    });
  });
}

/** The line that names an error, else the last one. */
function reason(stderr) {
  const lines = stderr.split('\n').filter((line) => line.trim());
  return (lines.find((line) => /error|cannot|memory/i.test(line)) ?? lines.at(-1) ?? 'no message').trim().slice(0, 100);
}

function readCosts(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch {
    return { cpuSeconds: null, peakBytes: null };
  }
  if (hasGnuTime) {
    const [user, system, kilobytes] = text.split('\n').at(-1).split(' ').map(Number);
    return { cpuSeconds: user + system, peakBytes: kilobytes * 1024 };
  }
  // "0m1.23s 0m0.45s": the shell's own line first, that of its children last
  const children = text
    .split('\n')
    .at(-1)
    .match(/[\d.]+/g)
    .map(Number);
  return { cpuSeconds: children[0] * 60 + children[1] + children[2] * 60 + children[3], peakBytes: null };
}
