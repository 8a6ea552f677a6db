/** The id of a connection on the command line, as `conn` and `follow` take it behind their captures. */
import type { Analysis } from '../analysis.ts';
import { forTerminal } from '../report/sanitize.ts';
import { UsageError } from './exit-codes.ts';

export interface ConnectionName {
  readonly transport: 'tcp' | 'udp';
  readonly index: number;
}

interface NamedConnection {
  readonly captures: string[];
  readonly connection: ConnectionName;
}

/** The last word is the id, those before it are captures. */
export function readConnWords(command: string, words: readonly string[]): NamedConnection {
  const expected = `  expected: synoptic ${command} CAPTURE ID, where ID is tcp:3, 3 (the same) or udp:3; see synoptic conns CAPTURE`;
  const id = words.at(-1);
  if (id === undefined) throw new UsageError(`${command}: no capture and no id given\n${expected}`);
  const [, transport = 'tcp', index] = /^(?:(tcp|udp):)?(\d{1,9})$/.exec(id) ?? [];
  if (index === undefined) {
    throw new UsageError(`${command}: ${forTerminal(id)} is not the id of a connection\n${expected}`);
  }
  return {
    captures: words.slice(0, -1),
    connection: { transport: transport === 'udp' ? 'udp' : 'tcp', index: Number(index) },
  };
}

/** An id without a connection is a wrong word on the command line. `id` is its record, -1 when none was seen. */
export function requireConnection(
  command: string,
  analysis: Analysis,
  id: number,
  { transport, index }: ConnectionName,
): void {
  const { connections: c } = analysis.facts;
  if (id >= 0 && c.isCounted(id)) return;
  const name = `${transport}:${index}`;
  if (id >= 0) {
    throw new UsageError(
      `${command}: none of the frames of ${name} took part\n  -f, -c, --from or --to leave them out, or ${name} is only quoted by ICMP or a tunnel of its own`,
    );
  }
  let count = 0;
  for (let each = 0; each < c.count; each++) if (c.isUdp(each) === (transport === 'udp')) count++;
  const kind = transport.toUpperCase();
  const range = count === 0 ? '' : `, ${transport}:0${count === 1 ? '' : ` to ${transport}:${count - 1}`}`;
  const unread = analysis.heading().complete ? '' : '; it was not read whole';
  throw new UsageError(
    `${command}: there is no ${name}\n  the capture has ${count} ${kind} ${count === 1 ? 'connection' : 'connections'}${range}${unread}`,
  );
}
