/** `--names`: what addresses are called, as answers of DNS in the capture gave it. */
import { NameBook } from '../app/dns/name-book.ts';
import { readable } from '../app/latin1.ts';
import type { Facts } from '../detect/facts.ts';
import type { Observer } from '../flow/observer.ts';
import type { NameOf } from '../report/naming.ts';
import { DnsRun } from './dns-run.ts';

export class DnsNames {
  readonly #book = new NameBook();
  readonly #run = new DnsRun(({ answer }) => {
    if (answer !== null) this.#book.add(answer);
  });

  get observer(): Observer {
    return this.#run.observer;
  }

  /** The capture is at its end. Names of limits that were reached are added to the facts. */
  finish(facts: Facts): void {
    for (const limit of this.#run.finish(facts)) facts.limits.add(limit);
  }

  readonly nameOf: NameOf = (address) => {
    const name = this.#book.nameOf(address);
    return name === null ? null : readable(name);
  };
}
