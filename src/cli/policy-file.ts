/** Reads a policy and what belongs to it from files; every mistake is a usage error with its place. */
import { readFileSync } from 'node:fs';
import type { Framing } from '../app/framing/spec.ts';
import { BaselineError, type Known, readBaseline } from '../check/baseline.ts';
import { type Place, PolicyError } from '../check/policy-error.ts';
import { type Policy, readPolicy } from '../check/policy.ts';
import { detectors } from '../detect/index.ts';
import { FilterError, compileFilter, renderFilterError } from '../filter/compile.ts';
import type { Filter } from '../filter/compile.ts';
import { forTerminal } from '../report/sanitize.ts';
import { UsageError } from './exit-codes.ts';
import { messagesOptions } from './messages.ts';

export interface LoadedPolicy {
  readonly path: string;
  readonly policy: Policy;
  /** In the order of `policy.filters`. */
  readonly filters: readonly Filter[];
  readonly framings: ReadonlyMap<number, Framing>;
}

/** Throws UsageError. */
export function loadPolicy(path: string): LoadedPolicy {
  const text = readTextFile('--policy', path);
  try {
    const policy = readPolicy(text, new Map([['findings.id', detectors.map(({ id }) => id)]]));
    const filters = policy.filters.map((each) => compiled(each, policy));
    const framings =
      policy.framings.length === 0 ? new Map() : messagesOptions({ frame: [...policy.framings] }).framings;
    return { path, policy, filters, framings };
  } catch (error) {
    if (error instanceof PolicyError) throw new UsageError(policyMessage(path, text, error));
    throw error;
  }
}

/** `ci.yaml:7:14: what`, the line with a caret below, and what was expected. */
function policyMessage(path: string, text: string, { message, place, expected }: PolicyError): string {
  const line = forTerminal(text.split('\n')[place.line - 1]?.replace(/\r$/, '') ?? '');
  const caret = line.length <= MAX_LINE_SHOWN ? `\n  ${line}\n  ${' '.repeat(place.column - 1)}^` : '';
  return `${forTerminal(path)}:${place.line}:${place.column}: ${forTerminal(message)}${caret}\n  expected: ${forTerminal(expected)}`;
}

const MAX_LINE_SHOWN = 160;

function compiled(text: string, { rules }: Policy): Filter {
  try {
    return compileFilter(text);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const place: Place = rules.find(({ filter }) => filter?.text === text)!.filter!.place;
    const lines = renderFilterError(error).split('\n');
    const expected = lines.find((line) => line.startsWith('  expected: '))?.slice('  expected: '.length);
    throw new PolicyError(place, lines[0]!, expected ?? "an expression of tcpdump's filter language");
  }
}

function readTextFile(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    const what = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'it is a folder' : `cannot be read (${code})`;
    throw new UsageError(`${option} ${forTerminal(path)}: ${what}\n  expected: a file that can be read`);
  }
}

/** Throws UsageError. A file that is not there yet is an empty baseline when it is about to be written. */
export function loadBaseline(path: string, mayLack: boolean): ReadonlyMap<string, Known> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (mayLack && (error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    return readBaselineText(path, readTextFile('--baseline', path));
  }
  return readBaselineText(path, text);
}

function readBaselineText(path: string, text: string): ReadonlyMap<string, Known> {
  try {
    return readBaseline(text);
  } catch (error) {
    if (!(error instanceof BaselineError)) throw error;
    const how = 'a file that --update-baseline wrote';
    throw new UsageError(`--baseline ${forTerminal(path)}: ${error.message}\n  expected: ${how}`);
  }
}
