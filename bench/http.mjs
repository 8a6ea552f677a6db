// node bench/http.mjs CAPTURE [ROUNDS]: what decoding costs beside peers that tell the same columns.
//
// In every round each command has its turn once; CPU seconds are user + system of the whole process tree, means of the
// rounds. Prints each one's share of tshark's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure } from './measure.mjs';

const [capture, roundsText = '3'] = process.argv.slice(2);
if (!capture) {
  console.error('usage: node bench/http.mjs CAPTURE [ROUNDS]');
  process.exit(64);
}
const synoptic = [process.execPath, fileURLToPath(new URL('../bin/synoptic.js', import.meta.url))];
const FIELDS =
  'tcp.stream frame.number http.request.method http.host http.request.uri http.response.code http.content_type http.content_length_header http.time'
    .split(' ')
    .flatMap((field) => ['-e', field]);
const commands = {
  'analyze --no-decode': [...synoptic, 'analyze', capture, '--no-decode', '--json'],
  analyze: [...synoptic, 'analyze', capture, '--json'],
  'http --csv': [...synoptic, 'http', capture, '--csv'],
  http: [...synoptic, 'http', capture],
  'tshark -T fields': ['tshark', '-n', '-r', capture, '-Y', 'http', '-T', 'fields', ...FIELDS],
  ndpiReader: ['ndpiReader', '-q', '-i', capture],
};

const scratch = mkdtempSync(join(tmpdir(), 'synoptic-http-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const sums = Object.fromEntries(Object.keys(commands).map((name) => [name, { cpu: 0, peak: 0, failure: null }]));
const rounds = Number(roundsText);
for (let round = 0; round < rounds; round++) {
  for (const [name, command] of Object.entries(commands)) {
    const { cpuSeconds, peakBytes, failure } = await measure(command, { cwd: '.', scratch, timeoutSeconds: 300 });
    const sum = sums[name];
    sum.cpu += cpuSeconds ?? 0;
    sum.peak = Math.max(sum.peak, peakBytes ?? 0);
    sum.failure ??= failure;
  }
}
const peer = sums['tshark -T fields'].cpu;
for (const [name, { cpu, peak, failure }] of Object.entries(sums)) {
  const shares = `${(cpu / rounds).toFixed(2).padStart(8)} s  ${(cpu / peer).toFixed(2).padStart(6)}`;
  console.log(`${name.padEnd(20)} ${failure ?? `${shares}  ${Math.round(peak / 1e6)} MB`}`);
}
