/** Lists behind the numbers: the sources of an attack, and the SYN queue as netstat would have shown it. */
import { addressText } from '../../flow/addresses.ts';
import type { Connections } from '../../flow/connections.ts';
import type { Victim } from './flood.ts';
import { sortWords } from './radix-sort.ts';
import type { SourceCount } from './sources.ts';

/** Every source and how many handshakes it began, in order of the table's words; needs memory for one at a time. */
export function* sourceList(c: Connections, { rows, columns, target }: Victim): Generator<SourceCount> {
  const words = rows.map((row) => columns.source[row]!);
  sortWords(words);
  for (let from = 0; from < words.length;) {
    let to = from + 1;
    while (to < words.length && words[to] === words[from]) to++;
    yield {
      address: addressText(c.tracker.table.keys.addresses, words[from]!, target.ipv6),
      attempts: to - from,
    };
    from = to;
  }
}

/** `netstat -n | grep SYN_RECV` at the queue's peak. */
export function* queueAtPeak(c: Connections, { queue, target }: Victim): Generator<string> {
  if (queue.peak === 0) return;
  const name = target.ipv6 ? 'tcp6' : 'tcp';
  const { ids, from, to } = queue.entries;
  for (const [row, id] of ids.entries()) {
    if (!(from[row]! <= queue.peakAt && to[row]! > queue.peakAt)) continue;
    const local = `${c.address(id, 1)}:${c.port(id, 1)}`;
    const foreign = `${c.address(id, 0)}:${c.port(id, 0)}`;
    yield `${name.padEnd(5)}      0      0 ${local.padEnd(23)} ${foreign.padEnd(23)} SYN_RECV\n`;
  }
}
