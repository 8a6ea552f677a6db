/** The options of `http`. */
import { type Transaction, statusOf } from '../app/http/message.ts';
import { totalSeconds } from '../app/http/timing.ts';
import type { Keys } from '../app/tls/decryptor.ts';
import { globMatches } from '../check/glob.ts';
import { type Choice, placeOf } from '../report/http/rows.ts';
import { forTerminal } from '../report/sanitize.ts';
import { UsageError } from './exit-codes.ts';
import { type RawKeyOptions, readKeys } from './tls-keys.ts';

export interface RawHttpOptions extends RawKeyOptions {
  names?: true;
  slow?: string;
  status?: string;
  host?: string;
  showSecrets?: true;
  explain?: true;
  har?: string;
  extract?: string;
}

export interface HttpOptions {
  readonly choice: Choice;
  /** Text says what each row means. */
  readonly explains: boolean;
  readonly secrets: boolean;
  readonly keys: Keys;
  /** Text has the names that DNS answers in the capture gave to addresses. */
  readonly names: boolean;
  /** File and folder to write to; null for none. */
  readonly har: string | null;
  readonly extract: string | null;
}

/** Throws UsageError for a word that cannot be used. */
export function httpOptions(raw: RawHttpOptions): HttpOptions {
  const choices: Choice[] = [];
  if (raw.slow !== undefined) {
    const least = readSeconds('--slow', raw.slow);
    choices.push((transaction) => (totalSeconds(transaction) ?? 0) >= least);
  }
  if (raw.status !== undefined) choices.push(statusChoice(raw.status));
  if (raw.host !== undefined) {
    const glob = raw.host.toLowerCase();
    choices.push((transaction) => globMatches(glob, hostName(placeOf(transaction).host ?? '')));
  }
  return {
    choice: (transaction) => choices.every((choice) => choice(transaction)),
    explains: raw.explain === true,
    secrets: raw.showSecrets === true,
    keys: readKeys(raw),
    names: raw.names === true,
    har: raw.har ?? null,
    extract: raw.extract ?? null,
  };
}

/** Without the port. */
const hostName = (host: string): string => host.toLowerCase().replace(/:\d*$/, '');

/** `5xx`, `404`, `4xx,503`, `none`. */
function statusChoice(text: string): Choice {
  const words = text.toLowerCase().split(',');
  for (const word of words) {
    if (/^(?:[1-9](?:xx|\d\d)|none)$/.test(word)) continue;
    throw new UsageError(`--status ${forTerminal(text)}: expected codes or classes, as in 5xx or 404,503, or none`);
  }
  const wanted = new Set(words);
  return (transaction: Transaction) => {
    const status = statusOf(transaction);
    if (status === null) return wanted.has('none');
    return wanted.has(String(status)) || wanted.has(`${Math.floor(status / 100)}xx`);
  };
}

/** `500ms`, `1.5s`. */
function readSeconds(option: string, text: string): number {
  const [, value, unit] = /^(\d{1,9}(?:\.\d{1,9})?)(ms|s)$/.exec(text) ?? [];
  if (value === undefined) throw new UsageError(`${option} ${forTerminal(text)}: expected a time, as in 500ms or 1.5s`);
  return unit === 'ms' ? Number(value) / 1000 : Number(value);
}
