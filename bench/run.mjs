// npm run bench -- [--dir DIR] [--make] [--full] [--only NAME]... [--tools A,B] [--runs N] [--timeout S] [--json FILE]
//
// Measures this project and its peers over the same captures, in the same minutes: one warm-up each, then N rounds in
// which every tool has its turn. CPU seconds are user + system of the whole process tree. See docs/recording.md.
//   --dir DIR     where the workloads are (default bench/work)     --make    make those that are missing (needs root)
//   --full        make them in full size                           --only    one workload; may be given again
//   --tools A,B   only these tools (synoptic is one)               --runs N  rounds (default 3)
//   --timeout S   for one run of one tool (default 120)            --json    write the results there, too
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { cpus, freemem, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { countPackets } from './floor.mjs';
import { measure, memoryIsKnown } from './measure.mjs';
import { tools, US } from './tools.mjs';
import { makeMissing, names, pathOf } from './workloads.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PEER_MEMORY_SHARE = 0.5; // of what is free: some peers would take all of it for a large flood

const { values: options } = parseArgs({
  options: {
    dir: { type: 'string', default: join(ROOT, 'bench', 'work') },
    make: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    tools: { type: 'string' },
    runs: { type: 'string', default: '3' },
    timeout: { type: 'string', default: '120' },
    json: { type: 'string' },
  },
});
const runs = Math.max(1, Number(options.runs) || 1);
const dir = resolve(options.dir);

const progress = (text) => process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`);

/** A copy of the first `limit` packets, for the tools that cannot take all of them. */
async function cut(path, limit, scratch) {
  const { packets, end } = countPackets(path, limit);
  const copy = join(scratch, 'cut.pcap');
  await pipeline(createReadStream(path, { end: end - 1 }), createWriteStream(copy));
  return { path: copy, packets };
}

async function benchOne(name, path, chosen, scratch) {
  const whole = { path, packets: countPackets(path).packets };
  const limit = Math.min(...chosen.map((tool) => tool.packets ?? Infinity));
  const part = limit < whole.packets ? await cut(path, limit, scratch) : whole;
  const entries = chosen.map((tool) => ({ tool, input: tool.packets ? part : whole, samples: [], failure: null }));
  for (let round = 0; round <= runs; round++) {
    for (const entry of entries.filter((e) => !e.failure)) {
      const { tool, input } = entry;
      progress(`${name}: ${round === 0 ? 'warm-up' : `round ${round} of ${runs}`}, ${tool.name}`);
      const output = mkdtempSync(join(scratch, 'output-'));
      const sample = await measure([tool.path, ...tool.arguments(input.path, output)], {
        cwd: ROOT,
        scratch,
        timeoutSeconds: Number(options.timeout),
        memoryBytes: tool.isPeer ? freemem() * PEER_MEMORY_SHARE : 0,
      });
      rmSync(output, { recursive: true, force: true });
      if (sample.failure) entry.failure = sample.failure;
      else if (round > 0) entry.samples.push(sample);
    }
  }
  progress('');
  const rows = entries.map(summarize);
  const us = rows.find((row) => row.tool === US);
  for (const row of rows) row.ratio = us && !us.failure && !row.failure ? us.cpuPerPacket / row.cpuPerPacket : null;
  return { workload: name, bytes: statSync(path).size, packets: whole.packets, rows };
}

function summarize({ tool, input, samples, failure }) {
  const row = { tool: tool.name, packets: input.packets, failure };
  if (failure) return row;
  const cpu = samples.map((s) => s.cpuSeconds).toSorted((a, b) => a - b);
  const median = cpu.length % 2 ? cpu[cpu.length >> 1] : (cpu[cpu.length / 2 - 1] + cpu[cpu.length / 2]) / 2;
  return {
    ...row,
    cpuSeconds: { median, min: cpu[0], max: cpu.at(-1) },
    cpuPerPacket: median / input.packets,
    packetsPerSecond: median > 0 ? input.packets / median : null,
    wallSeconds: Math.min(...samples.map((s) => s.wallSeconds)),
    peakBytes: memoryIsKnown ? Math.max(...samples.map((s) => s.peakBytes)) : null,
  };
}

const COLUMNS = [
  ['tool', -18, (row) => row.tool],
  ['packets', 10, (row) => row.packets],
  ['CPU s', 8, (row) => row.cpuSeconds.median.toFixed(2)],
  ['min-max', 14, (row) => `${row.cpuSeconds.min.toFixed(2)}-${row.cpuSeconds.max.toFixed(2)}`],
  ['packets/s', 11, (row) => (row.packetsPerSecond ? `${(row.packetsPerSecond / 1e6).toFixed(2)} M` : '-')],
  ['peak MB', 9, (row) => (row.peakBytes === null ? '-' : Math.round(row.peakBytes / 1e6))],
  ['us/it', 7, (row) => (row.ratio === null ? '-' : row.ratio.toFixed(2))],
];
const cell = (text, width) => (width < 0 ? String(text).padEnd(-width) : String(text).padStart(width));

function table({ workload, bytes, packets, rows }) {
  const lines = rows.map((row) =>
    row.failure
      ? `${cell(row.tool, -18)}${cell(row.packets, 10)}   failed: ${row.failure}`
      : COLUMNS.map(([, width, value]) => cell(value(row), width)).join(''),
  );
  const title = `${workload}: ${packets} packets, ${(bytes / 1e6).toFixed(0)} MB`;
  const some = rows.some((row) => row.packets !== packets)
    ? ['(fewer packets: a tool too slow for the whole file)']
    : [];
  return [title, COLUMNS.map(([head, width]) => cell(head, width)).join(''), ...lines, ...some, ''].join('\n');
}

const wanted = names.filter((name) => options.only.length === 0 || options.only.includes(name));
const unknown = options.only.filter((name) => !names.includes(name));
const asked = options.tools?.split(',');
const selected = tools.filter((tool) => !asked || asked.includes(tool.name));
if (unknown.length > 0 || wanted.length === 0 || selected.length === 0) {
  console.error(`workloads: ${names.join(' ')}\ntools: ${tools.map((tool) => tool.name).join(', ')}`);
  process.exit(64);
}
mkdirSync(dir, { recursive: true });
if (options.make) for (const problem of makeMissing(wanted, dir, options.full)) console.error(problem);

const present = wanted.filter((name) => existsSync(pathOf(name, dir)));
const absent = wanted.filter((name) => !present.includes(name));
const installed = selected.filter((tool) => tool.path);
const missing = selected.filter((tool) => !tool.path).map((tool) => tool.name);
console.log(
  `node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? process.arch}; ${runs} runs after a warm-up`,
);
if (absent.length > 0) console.log(`missing in ${dir}: ${absent.join(', ')} (--make makes them)`);
if (missing.length > 0) console.log(`not installed: ${missing.join(', ')}`);
console.log('');

const scratch = mkdtempSync(join(tmpdir(), 'synoptic-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const results = [];
for (const name of present) {
  const result = await benchOne(name, pathOf(name, dir), installed, scratch);
  results.push(result);
  console.log(table(result));
}
if (options.json) writeFileSync(options.json, `${JSON.stringify({ node: process.version, runs, results }, null, 2)}\n`);
process.exit(present.length > 0 ? 0 : 1);
