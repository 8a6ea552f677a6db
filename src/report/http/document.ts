/** The document of `http`, but for its rows, which are made one at a time. */
import type { Facts } from '../../detect/facts.ts';
import type { Finding } from '../../detect/finding.ts';
import { heading, limitsReached } from '../documents.ts';
import type { TransactionCounts } from './counts.ts';
import type { Hosts } from './hosts.ts';
import type { GoAwayRow, HttpDocument } from './model.ts';

export interface HttpRunFacts {
  readonly counts: TransactionCounts;
  readonly hosts: Hosts;
  readonly goAways: readonly GoAwayRow[];
  readonly findings: readonly Finding[];
}

/** Limits that were reached are in `facts.limits` already. */
export const httpDocument = (facts: Facts, { counts, hosts, goAways, findings }: HttpRunFacts): HttpDocument => ({
  ...heading(facts),
  limitsReached: limitsReached(facts),
  summary: counts.summary(),
  hosts: hosts.rows(),
  goAways,
  findings,
});
