/** Lists behind the numbers: the sources of an attack, and the SYN queue as netstat would have shown it. */
import { addressText } from '../../flow/addresses.ts';
import type { Connections } from '../../flow/connections.ts';
import type { Victim } from './flood.ts';
import { sortWords } from './radix-sort.ts';
import { isMartian, isMartian6 } from './bogons.ts';

interface ListedSource {
  readonly address: string;
  readonly attempts: number;
  /** No host sends from there, or it is the victim's own. */
  readonly impossible: boolean;
}

/** Every source and how many handshakes it began, in order of the table's words; needs memory for one at a time. */
export function* sourceList(c: Connections, { rows, columns, target }: Victim): Generator<ListedSource> {
  const { addresses } = c.tracker.table.keys;
  const words = rows.map((row) => columns.source[row]!);
  sortWords(words);
  for (let from = 0; from < words.length;) {
    let to = from + 1;
    while (to < words.length && words[to] === words[from]) to++;
    const word = words[from]!;
    const isOwn = target.hosts.includes(word);
    yield {
      address: addressText(addresses, word, target.ipv6),
      attempts: to - from,
      impossible: isOwn || (target.ipv6 ? isMartian6(addresses.bytesOf(word)) : isMartian(word)),
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
