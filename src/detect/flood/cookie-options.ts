/**
 * SYN-ACKs that leave out what the SYN offered. A SYN cookie has room for SACK and window scale only in a timestamp; to a
 * client without timestamps Linux grants neither (net/ipv4/syncookies.c), while entries of the SYN queue get both.
 */
import type { Connections } from '../../flow/connections.ts';
import { WORDS, Word } from '../../flow/records.ts';
import { offersScaleOrSack, offersTimestamps, synSeen } from '../../wire/tcp-options.ts';
import { Attempt } from './attempts.ts';
import type { Columns } from './columns.ts';

/** SYN-ACKs to SYNs with SACK or window scale, and without timestamps. */
export interface CookieOptions {
  readonly withheld: number;
  readonly granted: number;
}

export function cookieOptionsOf(c: Connections, { ids, kind }: Columns): CookieOptions {
  const w = c.words;
  let [withheld, granted] = [0, 0];
  for (let row = 0; row < kind.length; row++) {
    if (kind[row] !== Attempt.halfOpen && kind[row] !== Attempt.completed) continue;
    const at = ids[row]! * WORDS;
    const asked = w[at + Word.optionsA]!;
    const answer = w[at + Word.optionsB]!;
    if (!synSeen(answer) || !offersScaleOrSack(asked) || offersTimestamps(asked)) continue;
    if (offersScaleOrSack(answer)) granted++;
    else withheld++;
  }
  return { withheld, granted };
}
