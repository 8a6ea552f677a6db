/** A policy: YAML text -> rules. Every mistake in it is an error with its place; nothing is guessed. */
import type { Vocabulary } from './fields.ts';
import { PolicyError } from './policy-error.ts';
import { named, readFlag, readList, readMap, readNumber, readText } from './reading.ts';
import { type Rule, fieldsOf, readRule } from './rule.ts';
import { MAX_POLICY_BYTES, readYaml } from './yaml.ts';

const POLICY_VERSION = 1;
/** More are a mistake of whatever wrote them. */
const MAX_RULES = 10_000;
/** Different pcap filters of all rules: each is asked of every frame. */
export const MAX_FILTERS = 32;

export interface Policy {
  readonly rules: readonly Rule[];
  /** Framings of `messages`, as on the command line: `9000=length:size=4`. */
  readonly framings: readonly string[];
  /** Files that handshakes of SSH and TLS are held against: host keys, and certificates (PEM) that are trusted. */
  readonly knownHosts: string | null;
  readonly ca: string | null;
  /** A capture without frames passes rules that allow an empty selection. */
  readonly allowEmptyCapture: boolean;
  /** Different texts of pcap filters, in the order of the rules. */
  readonly filters: readonly string[];
}

/** Throws PolicyError. `hasKnownHosts`: host keys are known, whether the policy names a file or not. */
export function readPolicy(text: string, vocabulary: Vocabulary, hasKnownHosts = false): Policy {
  const start = { line: 1, column: 1 };
  if (text.length > MAX_POLICY_BYTES) throw new PolicyError(start, 'too large', `at most ${MAX_POLICY_BYTES} bytes`);
  const root = readYaml(text);
  if (root.kind === 'scalar' && root.value === null) throw new PolicyError(start, 'empty', 'version: 1 and rules:');
  const map = readMap(root, 'policy', ['version', 'rules', 'framings', 'knownHosts', 'ca', 'allowEmptyCapture']);
  const version = map.get('version');
  if (version === undefined) throw new PolicyError(root.place, 'no version', `version: ${POLICY_VERSION}`);
  if (readNumber(version.value, 'version') !== POLICY_VERSION) {
    throw new PolicyError(version.value.place, `version: ${named(version.value)}`, String(POLICY_VERSION));
  }
  const list = map.get('rules')?.value;
  if (list === undefined) throw new PolicyError(root.place, 'no rules', 'rules: with a list of them');
  if (list.kind !== 'list' || list.items.length === 0) {
    throw new PolicyError(
      list.place,
      `rules: ${list.kind === 'list' ? 'an empty list' : named(list)}`,
      'a list of rules',
    );
  }
  if (list.items.length > MAX_RULES) throw new PolicyError(list.place, 'too many rules', `at most ${MAX_RULES}`);
  const rules = list.items.map((item, i) => readRule(item, i + 1, vocabulary));
  refuseSameName(rules);
  const framings = map.get('framings');
  const file = (key: 'knownHosts' | 'ca'): string | null => {
    const entry = map.get(key);
    return entry === undefined ? null : readText(entry.value, key);
  };
  const empty = map.get('allowEmptyCapture');
  const policy: Policy = {
    rules,
    framings: framings === undefined ? [] : readList(framings.value, (item) => readText(item, 'framings')),
    knownHosts: file('knownHosts'),
    ca: file('ca'),
    allowEmptyCapture: empty !== undefined && readFlag(empty.value, 'allowEmptyCapture'),
    filters: filtersOf(rules),
  };
  refuseMissingFraming(policy);
  if (!hasKnownHosts) refuseMissingKnownHosts(policy);
  return policy;
}

/** A name stands for its rule in reports and baselines of other tools. */
function refuseSameName(rules: readonly Rule[]): void {
  const seen = new Map<string, Rule>();
  for (const rule of rules) {
    const other = seen.get(rule.name);
    if (other !== undefined) {
      throw new PolicyError(
        rule.place,
        `a second rule named '${rule.name}'`,
        `another name; line ${other.place.line} has it`,
      );
    }
    seen.set(rule.name, rule);
  }
}

function filtersOf(rules: readonly Rule[]): string[] {
  const texts = new Set<string>();
  for (const { filter } of rules) {
    if (filter === null) continue;
    texts.add(filter.text);
    if (texts.size > MAX_FILTERS) {
      throw new PolicyError(
        filter.place,
        'too many different filters',
        `at most ${MAX_FILTERS}; service, port and host cost less`,
      );
    }
  }
  return [...texts];
}

function refuseMissingFraming({ rules, framings }: Policy): void {
  if (framings.length > 0) return;
  const rule = rules.find(({ over }) => over.command === 'messages');
  if (rule === undefined) return;
  throw new PolicyError(
    rule.place,
    `${rule.over.name} without a framing`,
    "framings: at the top, as in framings: ['9000=length:size=4']",
  );
}

/** Without the file every host key is unknown, so that a rule could neither pass nor fail for its reason. */
function refuseMissingKnownHosts({ rules, knownHosts }: Policy): void {
  if (knownHosts !== null) return;
  const rule = rules.find(
    (each) => each.over.name === 'ssh' && fieldsOf(each).some(({ name }) => ofHostKeys.test(name)),
  );
  if (rule === undefined) return;
  throw new PolicyError(rule.place, 'host keys without a known_hosts file', 'knownHosts: at the top, with its path');
}

const ofHostKeys = /^hostKey\.(?:knownHosts|expected)/;
