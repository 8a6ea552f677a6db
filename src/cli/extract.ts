/** `--extract DIR`: bodies of responses as files. Names are made here, and nothing that exists is touched. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Bodies } from '../app/http/bodies.ts';
import { type Transaction, targetOf } from '../app/http/message.ts';
import { makeFolder } from './make-folder.ts';
import { outputError } from './output.ts';

const MAX_NAME = 80;
/** Files of one name. */
const MAX_TRIES = 1000;

export class Extraction {
  readonly bodies = new Bodies();
  readonly #folder: string;
  files = 0;
  /** Bodies that are not whole, do not decompress, or are too large. */
  left = 0;

  constructor(folder: string) {
    this.#folder = folder;
    try {
      makeFolder(folder);
    } catch (error) {
      throw outputError(folder, error);
    }
  }

  /** A transaction is over: the body of its response is written where it is whole and wanted. `connection` as in `tcp:3`. */
  take(connection: string, transaction: Transaction, wanted: boolean): void {
    this.bodies.take(transaction.request);
    const content = this.bodies.take(transaction.response);
    if (content === null || !wanted) return;
    if (content.bytes === null || transaction.response!.lack !== null) this.left++;
    else
      this.#writeFile(`${connection.replace(':', '-')}-${transaction.index}-${baseName(transaction)}`, content.bytes);
  }

  #writeFile(name: string, bytes: Uint8Array): void {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const path = join(this.#folder, tries === 0 ? name : `${name}.${tries}`);
      try {
        // Fails where something has that name already, a link too.
        const descriptor = openSync(path, 'wx');
        for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
        closeSync(descriptor);
        this.files++;
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw outputError(path, error);
      }
    }
    this.left++;
  }
}

/** The last part of the path, of letters, digits and a few signs that mean nothing to any shell or file system. */
function baseName(transaction: Transaction): string {
  const path = (targetOf(transaction) ?? '').replace(/[?#].*$/s, '');
  const last = path.slice(path.lastIndexOf('/') + 1);
  const name = last
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^[.-]+/, '')
    .slice(-MAX_NAME);
  return name === '' ? 'index' : name;
}
