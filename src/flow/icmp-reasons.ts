/** What ICMP errors say, in words. */
import { TIME_EXCEEDED, TIME_EXCEEDED_V6, UNREACHABLE, UNREACHABLE_V6 } from '../wire/icmp.ts';
import type { IcmpReport } from './icmp.ts';

/** RFC 792 and RFC 1812 section 5.2.7.1. */
const reasons: Readonly<Record<number, string>> = {
  0: 'network unreachable',
  1: 'host unreachable',
  2: 'protocol unreachable',
  3: 'port closed',
  4: 'too large for the path (fragmentation needed)',
  5: 'source route failed',
  6: 'network unknown',
  7: 'host unknown',
  9: 'network prohibited',
  10: 'host prohibited',
  13: 'prohibited by a filter',
};

/** RFC 4443 section 3.1. */
const reasonsV6: Readonly<Record<number, string>> = {
  0: 'no route',
  1: 'prohibited by a filter',
  2: 'beyond the scope of the source address',
  3: 'address unreachable',
  4: 'port closed',
  5: 'source address refused by policy',
  6: 'route rejected',
};

/** Why a packet could not be delivered. */
export const unreachableReason = (version: number, code: number): string =>
  (version === 6 ? reasonsV6 : reasons)[code] ?? `code ${code}`;

export function reportText({ version, type, code }: Pick<IcmpReport, 'version' | 'type' | 'code'>): string {
  const [unreachable, exceeded] = version === 6 ? [UNREACHABLE_V6, TIME_EXCEEDED_V6] : [UNREACHABLE, TIME_EXCEEDED];
  if (type === unreachable) return unreachableReason(version, code);
  if (type === exceeded) return code === 0 ? 'TTL ran out' : 'fragments did not arrive in time';
  return version === 6 && type === TOO_BIG ? 'too large for the path' : `type ${type}, code ${code}`;
}

/** RFC 4443 section 3.2. */
const TOO_BIG = 2;
