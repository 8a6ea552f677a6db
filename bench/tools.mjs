// Who is measured: this project, the floor below it, and the peers that are installed.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/sbin']; // argus and tcpdump may lie outside of a user's PATH

export const US = 'synoptic';

/** tshark takes minutes for ten million packets: it gets the first million, and its rate is compared. */
const TSHARK_PACKETS = 1_000_000;

const NODE = process.execPath;

/** `arguments(file, scratch)`; `packets` limits what the tool is given. */
const TOOLS = [
  {
    name: US,
    program: NODE,
    arguments: (file) => ['bin/synoptic.js', 'analyze', file, '--json', '--no-progress', '--jobs', '1'],
  },
  { name: 'floor', program: NODE, arguments: (file) => ['bench/floor.mjs', file] },
  { name: 'tcpdump -w', program: 'tcpdump', arguments: (file) => ['-r', file, '-w', '/dev/null'] },
  { name: 'capinfos', program: 'capinfos', arguments: (file) => ['-c', '-d', '-u', file] }, // else it hashes the file
  { name: 'nfpcapd', program: 'nfpcapd', arguments: (file, scratch) => ['-r', file, '-w', scratch] },
  // -F keeps the system's configuration out
  { name: 'argus', program: 'argus', arguments: (file) => ['-F', '/dev/null', '-r', file, '-w', '/dev/null'] },
  { name: 'tcptrace', program: 'tcptrace', arguments: (file) => ['-n', file] },
  {
    name: 'tshark',
    program: 'tshark',
    packets: TSHARK_PACKETS,
    // random payload looks like thrift to its heuristics, which then take superlinear time
    arguments: (file) => ['-n', '-r', file, '-q', '-z', 'conv,tcp', '--disable-protocol', 'thrift'],
  },
  {
    // every mark of its TCP analysis, summed up
    name: 'tshark -z expert',
    program: 'tshark',
    packets: TSHARK_PACKETS,
    arguments: (file) => ['-n', '-r', file, '-q', '-z', 'expert', '--disable-protocol', 'thrift'],
  },
];

function find(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** Every tool, with its `path`, or `path: undefined` where it is not installed. */
export const tools = TOOLS.map(({ program, ...tool }) =>
  Object.assign(tool, { path: program === NODE ? NODE : find(program), isPeer: program !== NODE }),
);
