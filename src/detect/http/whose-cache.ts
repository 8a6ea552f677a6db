/** Whose cache could have answered a request: an address alone does not tell users behind a NAT or a proxy apart. */
import { type Message, valueOf } from '../../app/http/message.ts';

/** Fields that are the same in all requests of one user with one program, and mostly differ between two. */
const TELLING = ['user-agent', 'authorization', 'x-forwarded-for', 'forwarded'] as const;

/** The same for requests that one cache may have sent: address, program, credentials, and for whom a proxy asks. */
export const cacheOf = (client: string, request: Message): string =>
  [client, ...TELLING.map((name) => valueOf(request, name) ?? '')].join('\n');

/**
 * A proxy asks (RFC 9110 section 7.6.3) and does not say for whom: what it may keep for all of its users is what a shared
 * cache may.
 */
export const isShared = (request: Message): boolean =>
  valueOf(request, 'via') !== null &&
  valueOf(request, 'x-forwarded-for') === null &&
  valueOf(request, 'forwarded') === null;

const cookies = (request: Message): string[] =>
  valueOf(request, 'cookie')
    ?.split(/[;,]/)
    .map((pair) => pair.trim()) ?? [];

/** Both have cookies, and not one of them in common. */
export function areOthers(one: Message, other: Message): boolean {
  const [some, more] = [cookies(one), cookies(other)];
  return some.length > 0 && more.length > 0 && !some.some((pair) => more.includes(pair));
}
