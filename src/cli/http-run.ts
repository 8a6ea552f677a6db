/** HTTP on all TCP connections of a run: what `http` and `websocket` share. */
import { HttpConversation, type HttpSink } from '../app/http/conversation.ts';
import { Secured } from '../app/http/secured.ts';
import type { Keys } from '../app/tls/decryptor.ts';
import { Unsealer } from '../app/tls/unsealer.ts';
import type { FrameSource } from '../capture/source.ts';
import { DEFAULT_POLICY } from '../stream/overlap.ts';
import { StreamTap } from '../stream/tap.ts';

export class HttpRun {
  readonly tap: StreamTap;
  readonly #keys: Keys;
  readonly #conversations: HttpConversation[] = [];

  /** `sinkOf` is asked once for every TCP connection, by its record and its name, as in `tcp:3`. */
  constructor(keys: Keys, sinkOf: (id: number, name: string) => HttpSink) {
    this.#keys = keys;
    const unsealer = new Unsealer(keys);
    this.tap = new StreamTap(
      (_, id) => {
        const sink = sinkOf(id, `tcp:${this.#conversations.length}`);
        const secure = (first: number): Secured | null => Secured.open((plain) => unsealer.open(plain), sink, first);
        const conversation = new HttpConversation({ ...sink, secure });
        this.#conversations.push(conversation);
        return conversation;
      },
      DEFAULT_POLICY,
      false,
    );
  }

  /** Secrets of the capture itself are known as soon as they are read. */
  readonly onOpen = ({ secrets }: FrameSource): void => this.#keys.log.watch(secrets);

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
