/** Connections that a decoder found something in, as detectors want to know them. */
import type { Connections } from '../flow/connections.ts';
import { lifeAtEnd } from '../flow/life/life.ts';
import { socketText } from './groups.ts';

/** Connections that take part, in the order of rows. */
export function inOrder<Each extends { readonly id: number }>(c: Connections, found: readonly Each[]): Each[] {
  return found.filter(({ id }) => c.isCounted(id)).toSorted((a, b) => c.compare(a.id, b.id));
}

/** Connections with what detectors want to know of them. */
export function sitesOf<Each extends { readonly id: number }>(
  c: Connections,
  found: readonly Each[],
): (Each & { name: string; client: string; server: string; reset: { frame: number; side: 0 | 1 } | null })[] {
  const indexes = c.indexes();
  return found.map((each) => {
    const { id } = each;
    const reset = (c.connState(id).startsWith('RST') ? lifeAtEnd(c, id)?.close.reset : null) ?? null;
    return {
      ...each,
      name: `tcp:${indexes[id]!}`,
      client: c.address(id, 0),
      server: socketText(c, id, 1),
      reset: reset === null ? null : { frame: reset.frame, side: reset.side },
    };
  });
}
