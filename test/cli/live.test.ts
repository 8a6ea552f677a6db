/** A capture that is still being written: what was sent so far is what an interruption prints. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { pcap, pcapHeader, pcapRecord, pcapng } from '../support/capture-bytes.ts';
import { finished, folder, idle, start } from '../support/command.ts';
import { conversations } from '../support/conversations.ts';

interface Result {
  complete: boolean;
  capture: { frames: number; damage: object[] };
  accounting: object;
}

const frames = conversations.slice(0, 5);
const whole = pcap(frames);
const half = pcapRecord({}, conversations[5]!).subarray(0, 40);
const fiveFrames = {
  complete: false,
  capture: { frames: 5, damage: [] },
  accounting: { framesRead: 5, framesDecoded: 5 },
};

/** Sends the pieces one by one, each once the one before it was read, then a signal; the pipe stays open. */
async function interruptAfter(pieces: readonly Uint8Array[], signal: NodeJS.Signals = 'SIGINT'): Promise<Ending> {
  const child = start('exec synoptic - --json');
  const end = finished(child);
  for (const piece of pieces) {
    child.stdin!.write(piece);
    await idle(child);
  }
  const since = performance.now();
  child.kill(signal);
  const { exit, out, err } = await end;
  return { exit, err, result: JSON.parse(out) as Result, seconds: (performance.now() - since) / 1000 };
}

interface Ending {
  readonly exit: number;
  readonly err: string;
  readonly result: Result;
  readonly seconds: number;
}

test.each<[string, readonly Uint8Array[], object]>([
  ['a header', [pcapHeader()], { complete: false, capture: { frames: 0, damage: [] } }],
  ['a header and frames', [whole], fiveFrames],
  ['frames after a pause', [pcapHeader(), whole.subarray(24, 200), whole.subarray(200)], fiveFrames],
  ['frames and half a frame', [whole, half], fiveFrames],
  ['a pcapng', [pcapng(frames)], fiveFrames],
])('%s, then nothing: SIGINT prints what was sent so far, within a second', async (_name, pieces, result) => {
  const ending = await interruptAfter(pieces);
  expect(ending).toMatchObject({ exit: 130, err: '', result });
  expect(ending.seconds).toBeLessThan(1);
});

test('the end of the pipe, instead, is the end of a whole capture', async () => {
  const child = start('exec synoptic - --json');
  const end = finished(child);
  child.stdin!.write(whole);
  await idle(child);
  child.stdin!.end();
  const { exit, out, err } = await end;
  expect({ exit, err }).toEqual({ exit: 0, err: '' });
  expect(JSON.parse(out)).toMatchObject({ ...fiveFrames, complete: true });
});

test('a signal before the first byte ends the wait for it', async () => {
  const child = start('exec synoptic - --json');
  const end = finished(child);
  await idle(child);
  child.kill('SIGINT');
  const patience = setTimeout(() => child.kill('SIGKILL'), 1000);
  const { exit } = await end;
  clearTimeout(patience);
  expect(exit).toBe(130);
});

const hasTerminal = spawnSync('script', ['--version']).status === 0;

test.skipIf(!hasTerminal)(
  'a terminal shows the screen while the pipe is still open, within seconds',
  async () => {
    const cwd = folder();
    // The terminal is that of script(1); the capture comes through a named pipe, which `cat` keeps open.
    const line = 'mkfifo live; (cat > live) <&0 & exec script -qfec "synoptic live --color never" /dev/null </dev/null';
    const child = start(line, { cwd });
    const end = finished(child);
    const since = performance.now();
    let shown = '';
    const first = new Promise<number>((resolve) => {
      child.stdout!.on('data', (chunk: Buffer) => {
        shown += chunk.toString();
        if (shown.includes('so far')) resolve((performance.now() - since) / 1000);
      });
    });
    child.stdin!.write(whole);
    // A second, and what starting two processes takes on a machine that does other things.
    expect(await first).toBeLessThan(5);
    expect(shown).toContain('5 frames');
    expect(shown).toContain('(live: Ctrl-C ends)');
    child.stdin!.end();
    const { exit } = await end;
    expect(exit).toBe(0);
  },
  15_000,
);
