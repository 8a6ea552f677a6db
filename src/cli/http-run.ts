/** HTTP on all TCP connections of a run: what `http` and `websocket` share. */
import { HttpConversation, type HttpSink } from '../app/http/conversation.ts';
import { Secured } from '../app/http/secured.ts';
import type { Keys } from '../app/tls/decryptor.ts';
import { Unsealer } from '../app/tls/unsealer.ts';
import type { FrameSource } from '../capture/source.ts';
import type { Tracker } from '../flow/tracker.ts';
import { DEFAULT_POLICY } from '../stream/overlap.ts';
import { StreamTap } from '../stream/tap.ts';

export class HttpRun {
  readonly tap: StreamTap;
  readonly #keys: Keys;
  /** Those that may still tell something. */
  readonly #open = new Set<HttpConversation>();
  #count = 0;
  #limited = false;
  #late = false;

  /** `sinkOf` is asked once for every TCP connection, by its record and its name, as in `tcp:3`. */
  constructor(keys: Keys, sinkOf: (id: number, name: string, tracker: Tracker) => HttpSink) {
    this.#keys = keys;
    const unsealer = new Unsealer(keys);
    this.tap = new StreamTap(
      (tracker, id) => {
        if (this.#count % SWEEP_EVERY === 0) this.#sweep();
        const sink = sinkOf(id, `tcp:${this.#count++}`, tracker);
        const secure = (first: number): Secured | null => Secured.open((plain) => unsealer.open(plain), sink, first);
        sink.secure = secure;
        const conversation = new HttpConversation(sink);
        this.#open.add(conversation);
        return conversation;
      },
      DEFAULT_POLICY,
      false,
      (sink) => this.#finish(sink as HttpConversation),
    );
  }

  /** Secrets of the capture itself are known as soon as they are read. */
  readonly onOpen = ({ secrets }: FrameSource): void => this.#keys.log.watch(secrets);

  /** The capture is at its end. Returns the names of limits that were reached. */
  finish(): string[] {
    this.tap.finish();
    for (const conversation of this.#open) this.#finish(conversation);
    return [
      ...(this.tap.limitReached ? ['held-bytes'] : []),
      ...(this.#limited ? ['outstanding-requests'] : []),
      ...(this.#late ? ['late-recoveries'] : []),
    ];
  }

  /** Nobody hands anything to those that are done. */
  #sweep(): void {
    for (const conversation of this.#open) if (conversation.done) this.#finish(conversation);
  }

  #finish(conversation: HttpConversation): void {
    conversation.finish();
    this.#limited ||= conversation.limitReached;
    this.#late ||= conversation.isLate;
    this.#open.delete(conversation);
  }
}

/** Connections after which those that are done are let go. */
const SWEEP_EVERY = 1024;
