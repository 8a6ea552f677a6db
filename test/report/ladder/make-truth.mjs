/**
 * Writes test/golden/ladder/tshark.json: relative numbers, lengths and scaled windows of every TCP segment of fixtures/flow and
 * fixtures/first-look, as tshark sees them. Run it after recording these again: node test/report/ladder/make-truth.mjs
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';

const fields = ['tcp.stream', 'frame.number', 'tcp.seq', 'tcp.ack', 'tcp.len', 'tcp.window_size'];

/** Rows by capture: stream, frame, sequence, acknowledgment, length, window. */
const truth = {};
for (const folder of ['fixtures/flow', 'fixtures/first-look']) {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.pcap'))) {
    const path = `${folder}/${name}`;
    const words = [
      '-2',
      '-n',
      '-r',
      path,
      '-Y',
      'tcp and not icmp',
      '-T',
      'fields',
      ...fields.flatMap((f) => ['-e', f]),
    ];
    const lines = execFileSync('tshark', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    truth[path] = lines
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t').map(Number));
  }
}
const captures = Object.entries(truth).map(([path, rows]) => `  ${JSON.stringify(path)}: ${JSON.stringify(rows)}`);
writeFileSync('test/golden/ladder/tshark.json', `{\n${captures.join(',\n')}\n}\n`);
