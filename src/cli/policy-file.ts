/** Reads a policy and what belongs to it from files; every mistake is a usage error with its place. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Framing } from '../app/framing/spec.ts';
import type { KnownHosts } from '../app/ssh/known-hosts.ts';
import type { TrustStore } from '../app/tls/trust.ts';
import { BaselineError, type Known, readBaseline } from '../check/baseline.ts';
import type { Vocabulary } from '../check/fields.ts';
import { type Place, PolicyError } from '../check/policy-error.ts';
import { type Policy, readPolicy } from '../check/policy.ts';
import { suiteNames } from '../app/tls/suites.ts';
import { allDetectors } from '../detect/all.ts';
import { FilterError, compileFilter, renderFilterError } from '../filter/compile.ts';
import type { Filter } from '../filter/compile.ts';
import { forTerminal } from '../report/sanitize.ts';
import { UsageError } from './exit-codes.ts';
import { messagesOptions } from './messages.ts';

export interface LoadedPolicy extends LoadedFiles {
  readonly path: string;
  readonly policy: Policy;
  /** In the order of `policy.filters`. */
  readonly filters: readonly Filter[];
  readonly framings: ReadonlyMap<number, Framing>;
}

/** Files of the command line, which win over those that the policy names. */
export interface GivenFiles {
  knownHosts?: string | undefined;
  ca?: string | undefined;
}

interface LoadedFiles {
  readonly knownHosts: KnownHosts | null;
  /** Null: the roots that come with Node. */
  readonly trust: TrustStore | null;
}

/** Throws UsageError. */
export async function filesOf({ knownHosts, ca }: GivenFiles): Promise<LoadedFiles> {
  return {
    knownHosts: knownHosts === undefined ? null : (await import('./ssh.ts')).readKnownHosts(knownHosts),
    trust: ca === undefined ? null : (await import('./tls.ts')).readRoots(ca),
  };
}

/** Words that the schemas leave open: what is none of them is a slip of the keys, and a rule with it would say nothing. */
const vocabulary = (): Vocabulary =>
  new Map([
    ['findings.id', allDetectors.map(({ id }) => id)],
    // A suite without a name is shown by its number.
    ['tls.cipher', [...suiteNames(), '0x*']],
  ]);

/** Throws UsageError. */
export async function loadPolicy(path: string, given: GivenFiles = {}): Promise<LoadedPolicy> {
  const text = readTextFile('--policy', path);
  try {
    const policy = readPolicy(text, vocabulary(), given.knownHosts !== undefined);
    const filters = policy.filters.map((each) => compiled(each, policy));
    const framings =
      policy.framings.length === 0 ? new Map() : messagesOptions({ frame: [...policy.framings] }).framings;
    const beside = (name: string | null): string | undefined =>
      name === null ? undefined : resolve(dirname(path), name);
    const files = await filesOf({
      knownHosts: given.knownHosts ?? beside(policy.knownHosts),
      ca: given.ca ?? beside(policy.ca),
    });
    return { path, policy, filters, framings, ...files };
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
