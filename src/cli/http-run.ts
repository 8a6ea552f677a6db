/** HTTP on all TCP connections of a run: what `http` and `websocket` share. */
import { HttpConversation, type HttpSink } from '../app/http/conversation.ts';
import type { Connections } from '../flow/connections.ts';
import { DEFAULT_POLICY } from '../stream/overlap.ts';
import { StreamTap } from '../stream/tap.ts';

export class HttpRun {
  readonly tap: StreamTap;
  readonly #conversations: HttpConversation[] = [];

  /** `sinkOf` is asked once for every connection, by its record. */
  constructor(sinkOf: (id: number) => HttpSink) {
    this.tap = new StreamTap(
      (_, id) => {
        const conversation = new HttpConversation(sinkOf(id));
        this.#conversations.push(conversation);
        return conversation;
      },
      DEFAULT_POLICY,
      false,
    );
  }

  /** The capture is at its end. Returns the names of limits that were reached. */
  finish(): string[] {
    this.tap.finish();
    for (const conversation of this.#conversations) conversation.finish();
    return [
      ...(this.tap.limitReached ? ['held-bytes'] : []),
      ...(this.#conversations.some(({ limitReached }) => limitReached) ? ['outstanding-requests'] : []),
    ];
  }
}

/** Connections that take part, in the order of rows. */
export function inOrder<Each extends { readonly id: number }>(c: Connections, found: readonly Each[]): Each[] {
  const ids = c.ordered();
  const order = new Uint32Array(c.count);
  ids.forEach((id, i) => (order[id] = i));
  return found.filter(({ id }) => c.isCounted(id)).toSorted((a, b) => order[a.id]! - order[b.id]!);
}
