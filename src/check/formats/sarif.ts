/** SARIF 2.1.0 (OASIS), as GitHub code scanning reads it: results point at the rule's line in the policy. */
import { forJson, forTerminal } from '../../report/sanitize.ts';
import type { CheckDocument, RuleResult } from '../result.ts';
import type { Level } from '../rule.ts';
import { COMPLETE, type Failure, failuresOf, leftOut } from './failures.ts';

/** GitHub shows the first 5,000 results of a run. */
export const MAX_RESULTS = 5000;

const sarifLevels: Readonly<Record<Level, 'note' | 'warning' | 'error'>> = {
  notice: 'note',
  warning: 'warning',
  error: 'error',
};

export function* sarifReport(doc: CheckDocument): Generator<string> {
  const failures = failuresOf(doc);
  const names = [COMPLETE, ...doc.results.map(({ rule }) => rule)];
  const indexes = new Map(names.map((name, i) => [name, i]));
  const uri = uriOf(doc.policy);
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: doc.tool.name,
            semanticVersion: doc.tool.version,
            rules: [completeRule, ...doc.results.map(ruleOf)],
          },
        },
        invocations: [{ executionSuccessful: doc.complete }],
        columnKind: 'utf16CodeUnits',
        results: failures.slice(0, MAX_RESULTS).map((failure) => resultOf(failure, indexes.get(failure.rule)!, uri)),
        properties: { resultsLeftOut: Math.max(0, failures.length - MAX_RESULTS) + leftOut(doc) },
      },
    ],
  };
  yield `${forJson(JSON.stringify(log))}\n`;
}

const completeRule = {
  id: COMPLETE,
  shortDescription: { text: 'The capture was read whole' },
  defaultConfiguration: { level: 'error' },
};

const ruleOf = ({ rule, expected, level, message }: RuleResult): object => ({
  id: rule,
  shortDescription: { text: forTerminal(rule) },
  fullDescription: { text: forTerminal(expected) },
  defaultConfiguration: { level: sarifLevels[level] },
  ...(message === null ? {} : { help: { text: forTerminal(message) } }),
});

const resultOf = (
  { rule, level, text, line, evidence, fingerprint }: Failure,
  ruleIndex: number,
  uri: string,
): object => ({
  ruleId: rule,
  ruleIndex,
  level: sarifLevels[level],
  message: { text: forTerminal(text) },
  locations: [
    {
      physicalLocation: { artifactLocation: { uri }, region: { startLine: line } },
      ...((evidence?.connection ?? null) === null
        ? {}
        : { logicalLocations: [{ fullyQualifiedName: evidence!.connection, kind: 'resource' }] }),
    },
  ],
  partialFingerprints: { 'synoptic/v1': fingerprint },
});

/** A relative reference (RFC 3986 section 4.2), or a file URI for an absolute path. */
export function uriOf(path: string): string {
  const encoded = path.split('/').map(encodeSegment).join('/');
  if (path.startsWith('/')) return `file://${encoded}`;
  return encoded.replace(/^(?:\.\/)+/, '');
}

/** Lone surrogates cannot be encoded: the same replacement as when they are written as UTF-8. */
const encodeSegment = (segment: string): string => encodeURIComponent(segment.replaceAll(/\p{Cs}/gu, '\ufffd'));
