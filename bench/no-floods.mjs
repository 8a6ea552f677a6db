// node bench/no-floods.mjs CAPTURE...: bulk, lossy and web workloads have no flood of any kind. Exit code 1 when one is told.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const captures = process.argv.slice(2);
if (captures.length === 0) {
  console.error('usage: node bench/no-floods.mjs CAPTURE...');
  process.exit(64);
}
const main = fileURLToPath(new URL('../bin/synoptic.js', import.meta.url));
let alarms = 0;
for (const capture of captures) {
  const command = [main, 'synflood', '--json', '--no-progress', capture];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { maxBuffer: 1 << 28 });
  // 4: the capture is cut short.
  if (status !== 0 && status !== 4) throw new Error(`${capture}: exit code ${status}: ${stderr}`);
  const { victims, related, findings } = JSON.parse(String(stdout));
  const told = [
    ...victims.filter(({ verdict }) => verdict === 'flood' || verdict === 'burst').map(({ verdict }) => verdict),
    ...related.map(({ id }) => id),
    ...findings.map(({ id }) => id),
  ];
  console.log(`${capture}: ${told.length === 0 ? 'no flood' : told.join(', ')}`);
  alarms += told.length;
}
process.exit(alarms === 0 ? 0 : 1);
