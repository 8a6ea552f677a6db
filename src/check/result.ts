/** What came of the rules: the document of `check`. */
import type { Heading } from '../report/model.ts';
import type { Level } from './rule.ts';

/** A row that failed a rule, or that shows why it failed. */
export interface Evidence {
  /** Null when it is about more or less than one. */
  connection: string | null;
  frame: number | null;
  /** `connState S0, service http`. */
  found: string;
  /** Of a finding. */
  fingerprint: string | null;
}

export interface RuleResult {
  rule: string;
  passed: boolean;
  expected: string;
  found: string;
  /** The first hundred. */
  evidence: Evidence[];
  /** Rows that failed. */
  evidenceCount: number;
  /** Rows that the rule was about. */
  selected: number;
  level: Level;
  message: string | null;
  /** Where the policy has the rule. */
  line: number;
}

export interface BaselineSummary {
  path: string;
  /** Findings of the capture that it knows, and that rules did not look at. */
  known: number;
  /** Findings that it does not know. */
  new: number;
  /** What it knows and the capture has no more. */
  gone: string[];
}

export interface CheckDocument extends Heading {
  limitsReached: string[];
  policy: string;
  passed: boolean;
  counts: { rules: number; passed: number; failed: number };
  baseline: BaselineSummary | null;
  results: RuleResult[];
}

export const MAX_EVIDENCE = 100;
