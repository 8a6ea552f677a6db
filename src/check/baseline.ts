/** A baseline: findings that are known and not looked at, by fingerprint. JSON, so that a diff of it can be read. */
import type { Finding } from '../detect/finding.ts';
import { jsonPieces } from '../report/json.ts';

export interface Known {
  readonly fingerprint: string;
  readonly id: string;
  /** For people; not compared. */
  readonly summary: string;
}

/** A baseline that cannot be used; `message` says why. */
export class BaselineError extends Error {}

const MAX_BASELINE_BYTES = 64 << 20;

/** Throws BaselineError. */
export function readBaseline(text: string): ReadonlyMap<string, Known> {
  if (text.length > MAX_BASELINE_BYTES) throw new BaselineError(`larger than ${MAX_BASELINE_BYTES} bytes`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new BaselineError('not JSON');
  }
  const { version, findings } = (parsed ?? {}) as { version?: unknown; findings?: unknown };
  if (version !== 1 || !Array.isArray(findings)) throw new BaselineError('no baseline of version 1');
  const known = new Map<string, Known>();
  for (const each of findings as Partial<Known>[]) {
    const { fingerprint, id, summary } = each ?? {};
    if (typeof fingerprint !== 'string' || !/^[0-9a-f]{16}$/.test(fingerprint) || typeof id !== 'string') {
      throw new BaselineError(`entry ${known.size + 1} has no fingerprint or no id`);
    }
    known.set(fingerprint, { fingerprint, id, summary: typeof summary === 'string' ? summary : '' });
  }
  return known;
}

/** The baseline that knows exactly these findings; the same findings give the same text. */
export function baselineText(findings: readonly Finding[]): string {
  const entries = new Map(findings.map(({ fingerprint, id, summary }) => [fingerprint, { fingerprint, id, summary }]));
  const sorted = [...entries.values()].toSorted((a, b) => compare(a.id, b.id) || compare(a.fingerprint, b.fingerprint));
  return [...jsonPieces({ version: 1 }, 'findings', sorted)].join('');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
