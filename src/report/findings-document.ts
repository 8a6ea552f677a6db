/** The document of `findings`: every finding with its evidence. */
import type { Facts } from '../detect/facts.ts';
import type { Finding, Severity } from '../detect/finding.ts';
import { heading, limitsReached } from './documents.ts';
import type { Heading } from './model.ts';

export interface FindingsDocument extends Heading {
  limitsReached: string[];
  /** Findings by severity; those that did not occur are left out. */
  bySeverity: Partial<Record<Severity, number>>;
  findings: Finding[];
}

/** `findings` in the order of reports: the most severe first. */
export function findingsDocument(facts: Facts, findings: Finding[]): FindingsDocument {
  const bySeverity: Partial<Record<Severity, number>> = {};
  for (const { severity } of findings) bySeverity[severity] = (bySeverity[severity] ?? 0) + 1;
  return { ...heading(facts), limitsReached: limitsReached(facts), bySeverity, findings };
}
