// The workloads: their names, and how each is made when it is missing.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const GENERATORS = fileURLToPath(new URL('../../shared/bench', import.meta.url));
const OWN_GENERATOR = fileURLToPath(new URL('./synflood.mjs', import.meta.url));

// As its make.sh does; recorded from real tools in network namespaces, which needs root. w4: spoofed SYN flood in C.
const SHARED = [
  {
    name: 'w1_full',
    small: ['w1_bulk.sh', '@', '0', '160M', '4', '0'],
    full: ['w1_bulk.sh', '@', '0', '1600M', '4', '0'],
  },
  {
    name: 'w1_s96',
    small: ['w1_bulk.sh', '@', '96', '1400M', '4', '0'],
    full: ['w1_bulk.sh', '@', '96', '14G', '4', '0'],
  },
  { name: 'w2_lossy', small: ['w2_lossy.sh', '@', '3', '8'], full: ['w2_lossy.sh', '@', '60', '60'] },
  { name: 'w3_web', small: ['w3_web.sh', '@', '1'], full: ['w3_web.sh', '@', '3'] },
  { name: 'w4_syn1m', small: ['synflood', '@', '1000000', '1'] },
  { name: 'w4_syn10m', full: ['synflood', '@', '10000000', '1'] },
];
const OWN = { name: 'flood', small: ['1000000'], full: ['10000000'] };

export const names = [...SHARED.map((w) => w.name), OWN.name];

export const pathOf = (name, dir) => join(dir, `${name}.pcap`);

/** Makes those of `wanted` that `dir` lacks. Returns one line for each that cannot be made. */
export function makeMissing(wanted, dir, full) {
  const missing = new Set(wanted.filter((name) => !existsSync(pathOf(name, dir))));
  const problems = [];
  const shared = SHARED.filter((w) => missing.has(w.name));
  if (missing.has(OWN.name)) {
    run(process.execPath, [OWN_GENERATOR, pathOf(OWN.name, dir), ...(full ? OWN.full : OWN.small)], HERE);
  }
  if (shared.length > 0 && !existsSync(GENERATORS)) {
    problems.push(
      `${shared.map((w) => w.name).join(', ')}: the generators (${GENERATORS}) are not here; any pcap of that name in ${dir} will do`,
    );
  } else if (shared.length > 0) {
    problems.push(...makeShared(shared, dir, full));
  }
  return problems;
}

function makeShared(wanted, dir, full) {
  const problems = [];
  const work = mkdtempSync(join(tmpdir(), 'synoptic-generators-')); // they compile beside themselves
  try {
    cpSync(GENERATORS, work, { recursive: true });
    chmodSync(work, 0o755);
    for (const entry of readdirSync(work, { recursive: true })) chmodSync(join(work, entry), 0o755);
    for (const program of ['synflood', 'impair']) run('gcc', ['-O2', '-o', program, `${program}.c`], work);
    for (const workload of wanted) {
      if (!full && !workload.small) {
        problems.push(`${workload.name}: only with --full`);
        continue;
      }
      const [program, ...rest] = (full && workload.full) || workload.small;
      if (workload.name === 'w3_web') run('./w3_prepare.sh', [], work);
      if (
        !run(
          `./${program}`,
          rest.map((a) => at(a, workload, dir)),
          work,
        )
      )
        problems.push(`${workload.name}: failed`);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return problems;
}

const at = (argument, workload, dir) => (argument === '@' ? pathOf(workload.name, dir) : argument);

function run(program, args, cwd) {
  console.error(`making: ${program} ${args.join(' ')}`);
  const { status, error } = spawnSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (error) console.error(error.message);
  return status === 0;
}
