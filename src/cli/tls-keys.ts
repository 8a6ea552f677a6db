/** `--keylog` and `--rsa-key`: files with secrets -> keys. Nothing of them is ever printed. */
import { readFileSync, statSync } from 'node:fs';
import { privateKeyOf } from '../app/crypto.ts';
import type { Keys } from '../app/tls/decryptor.ts';
import { KeyLog } from '../app/tls/key-log.ts';
import { forTerminal } from '../report/sanitize.ts';
import { UsageError } from './exit-codes.ts';

export interface RawKeyOptions {
  keylog?: string[];
  rsaKey?: string[];
}

/** Longest file that is read whole. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

export function readKeys({ keylog = [], rsaKey = [] }: RawKeyOptions): Keys {
  const log = new KeyLog();
  for (const path of keylog) log.add(readBytes('--keylog', path).toString('latin1'));
  const rsa = rsaKey.map((path) => {
    const key = privateKeyOf(readBytes('--rsa-key', path));
    if (key?.asymmetricKeyType === 'rsa') return key;
    throw new UsageError(`--rsa-key ${forTerminal(path)}: no RSA private key without a passphrase, in PEM`);
  });
  return { given: keylog.length + rsaKey.length > 0, log, rsa };
}

export const readText = (option: string, path: string): string => readBytes(option, path).toString('utf8');

function readBytes(option: string, path: string): Buffer {
  try {
    if (statSync(path).size > MAX_FILE_BYTES) {
      throw new UsageError(`${option} ${forTerminal(path)}: longer than ${MAX_FILE_BYTES} bytes`);
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new UsageError(`${option} ${forTerminal(path)}: cannot be read (${code})`);
  }
}
