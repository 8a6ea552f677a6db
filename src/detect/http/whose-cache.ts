/** Whose cache could have answered a request: an address alone does not tell users behind a NAT or a proxy apart. */
import { type Message, valueOf, valuesFor } from '../../app/http/message.ts';

/** Fields that are the same in all requests of one user with one program, and mostly differ between two. */
const TELLING = ['user-agent', 'authorization', 'x-forwarded-for', 'forwarded'] as const;

/** The same for requests that one cache may have sent: address, program, credentials, and for whom a proxy asks. */
export const cacheOf = (client: string, request: Message): string =>
  [client, ...valuesFor(request, TELLING).map((value) => value ?? '')].join('\n');

/**
 * A proxy asks (RFC 9110 section 7.6.3) and does not say for whom: what it may keep for all of its users is what a shared
 * cache may.
 */
export const isShared = (request: Message): boolean =>
  valueOf(request, 'via') !== null &&
  valueOf(request, 'x-forwarded-for') === null &&
  valueOf(request, 'forwarded') === null;

const cookies = (field: string | null): string[] => field?.split(/[;,]/).map((pair) => pair.trim()) ?? [];

/** Both have cookies, and not one of them in common; by their Cookie fields. */
export function areOthers(one: string | null, other: string | null): boolean {
  if (one === null || other === null || one === other) return false;
  const [some, more] = [cookies(one), cookies(other)];
  return some.length > 0 && more.length > 0 && !some.some((pair) => more.includes(pair));
}
