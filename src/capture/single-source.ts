/** The frames of one input, in the batches of its reader: no copy, no comparison of times. */
import type { Batch } from './batch.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import type { FrameSource } from './source.ts';

export class SingleSource implements FrameSource {
  readonly files: Facts['files'];
  readonly interfaces: Facts['interfaces'];
  readonly damage: Facts['damage'];
  readonly secrets: Facts['secrets'];
  readonly #input: Input;
  #nextNumber = 1;

  constructor(input: Input, facts: Facts) {
    this.#input = input;
    this.files = facts.files;
    this.interfaces = facts.interfaces;
    this.damage = facts.damage;
    this.secrets = facts.secrets;
  }

  load(): Promise<boolean> {
    return this.#input.load();
  }

  next(batch: Batch): boolean {
    batch.firstNumber = this.#nextNumber;
    const filled = this.#input.next(batch);
    this.#nextNumber += batch.count;
    return filled;
  }

  progress(): number | null {
    const { consumed, size } = this.#input;
    if (size === null) return null;
    return size === 0 ? 1 : Math.min(1, consumed / size);
  }

  close(): void {
    this.#input.close();
  }
}
