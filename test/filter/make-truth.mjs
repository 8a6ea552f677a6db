/**
 * Asks tcpdump which frames every expression of cases.json matches in every capture, and which expressions it refuses.
 * Writes tcpdump-truth.json. Run by hand where tcpdump is installed:
 *
 *   node test/filter/make-truth.mjs ../shared/captures
 *
 * Each capture is copied with the frame's number as its time, so that `tcpdump -w -` says which frames passed;
 * `cut` shortens every frame as a snaplen would, `frames` keeps the first so many.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;
const captures = process.argv[2] ?? join(here, '../../../shared/captures');
const cases = JSON.parse(readFileSync(join(here, 'cases.json'), 'utf8'));
const scratch = mkdtempSync(join(tmpdir(), 'filter-truth-'));

function main() {
  const copies = cases.captures.map((capture, i) => {
    const copy = numberedCopy(
      readFileSync(join(captures, capture.file)),
      capture.cut ?? Infinity,
      capture.frames ?? Infinity,
    );
    const path = join(scratch, `${i}.pcap`);
    writeFileSync(path, copy.bytes);
    return { path, frames: copy.frames };
  });
  const matches = Object.fromEntries(
    cases.expressions.map((expression) => [expression, copies.map((copy) => cell(copy, expression)).join(' ')]),
  );
  const accepted = Object.fromEntries(cases.accepted.map((expression) => [expression, isAccepted(expression)]));
  const [, tcpdump, libpcap] = /tcpdump version (\S+)\s+libpcap version (\S+)/.exec(versionText()) ?? [];
  const how =
    'per capture: * all frames, 0 none, - refused for this link type, else count.hash of frame numbers in base 36';
  const truth = { tcpdump, libpcap, how, frames: copies.map(({ frames }) => frames).join(' '), matches, accepted };
  writeFileSync(join(here, 'tcpdump-truth.json'), `${JSON.stringify(truth, null, 2)}\n`);
  rmSync(scratch, { recursive: true });
}

const versionText = () => spawnSync('tcpdump', ['--version'], { encoding: 'utf8' }).stdout;

function cell({ path, frames }, expression) {
  const run = spawnSync('tcpdump', ['-r', path, '-w', '-', '--', expression], { maxBuffer: 1 << 28 });
  // The optimizer found a test that no frame of this link type passes: that is an answer, not a refusal.
  if (run.stderr.includes('rejects all packets')) return '0';
  if (run.status !== 0) return '-';
  const numbers = frameNumbers(run.stdout);
  if (numbers.length === frames) return '*';
  return numbers.length === 0 ? '0' : `${numbers.length.toString(36)}.${hashOf(numbers)}`;
}

/** FNV-1a over the numbers, 32 bits. */
function hashOf(numbers) {
  let hash = 0x811c9dc5;
  for (const number of numbers) hash = Math.imul(hash ^ number, 0x01000193);
  return (hash >>> 0).toString(36);
}

function isAccepted(expression) {
  const run = spawnSync('tcpdump', ['-y', 'EN10MB', '-d', '--', expression], { encoding: 'utf8' });
  return run.status === 0 || run.stderr.includes('rejects all packets');
}

function numberedCopy(file, cut, most) {
  const little = isLittle(file);
  const u32 = (at) => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const put = (buffer, value, at) => (little ? buffer.writeUInt32LE(value, at) : buffer.writeUInt32BE(value, at));
  const parts = [Buffer.from(file.subarray(0, 24))];
  let frames = 0;
  for (let at = 24; at + 16 <= file.length && frames < most; at += 16 + u32(at + 8)) {
    const captured = u32(at + 8);
    if (at + 16 + captured > file.length) break;
    frames++;
    const kept = Math.min(captured, cut);
    const header = Buffer.from(file.subarray(at, at + 16));
    put(header, frames, 0);
    put(header, 0, 4);
    put(header, kept, 8);
    parts.push(header, file.subarray(at + 16, at + 16 + kept));
  }
  return { bytes: Buffer.concat(parts), frames };
}

const isLittle = (file) => [0xd4, 0x4d].includes(file[0]);

function frameNumbers(file) {
  const numbers = [];
  for (let at = 24; at + 16 <= file.length; at += 16 + file.readUInt32LE(at + 8)) numbers.push(file.readUInt32LE(at));
  return numbers;
}

main();
