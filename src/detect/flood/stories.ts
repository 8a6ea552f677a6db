/** Segments of connections, of so many as the limit allows. */
import { lifeAtEnd } from '../../flow/life/life.ts';
import type { Story } from '../../flow/life/story.ts';
import type { Connections } from '../../flow/connections.ts';
import { MAX_QUEUE_LIVES } from './limits.ts';

export class Lives {
  readonly c: Connections;
  readonly #limits: Set<string>;
  #left = MAX_QUEUE_LIVES;

  constructor(c: Connections, limits: Set<string>) {
    this.c = c;
    this.#limits = limits;
  }

  story(id: number): Story | null {
    if (this.#left-- > 0) return lifeAtEnd(this.c, id)?.story ?? null;
    this.#limits.add('flood-queue');
    return null;
  }
}
