/** The document of `http`, but for its rows, which are made one at a time. */
import type { HttpConnection } from '../../app/http/gathered.ts';
import { methodOf, statusOf } from '../../app/http/message.ts';
import { readable } from '../../app/latin1.ts';
import type { Facts } from '../../detect/facts.ts';
import type { Finding } from '../../detect/finding.ts';
import { heading, limitsReached } from '../documents.ts';
import { hostRows } from './hosts.ts';
import type { GoAwayRow, HttpDocument, HttpSummary } from './model.ts';
import type { Choice } from './rows.ts';

/** Limits that were reached are in `facts.limits` already, but for that of hosts. */
export function httpDocument(
  facts: Facts,
  connections: readonly HttpConnection[],
  choice: Choice,
  goAways: readonly GoAwayRow[],
  findings: readonly Finding[],
): HttpDocument {
  const hosts = hostRows(connections, facts.limits);
  return {
    ...heading(facts),
    limitsReached: limitsReached(facts),
    summary: summaryOf(connections, choice),
    hosts,
    goAways,
    findings,
  };
}

function summaryOf(connections: readonly HttpConnection[], choice: Choice): HttpSummary {
  const byStatus = new Map<string, number>();
  const byMethod = new Map<string, number>();
  const counts = { all: 0, shown: 0, requests: 0, responses: 0 };
  for (const { transactions } of connections) {
    for (const transaction of transactions) {
      counts.all++;
      if (choice(transaction)) counts.shown++;
      const method = methodOf(transaction);
      const status = statusOf(transaction);
      if (method !== null) counts.requests++;
      if (status !== null) counts.responses++;
      addTo(byMethod, method === null ? null : readable(method));
      addTo(byStatus, status === null ? null : String(status));
    }
  }
  return {
    transactions: counts.all,
    shown: counts.shown,
    connections: connections.length,
    requests: counts.requests,
    responses: counts.responses,
    byStatus: Object.fromEntries([...byStatus].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    byMethod: Object.fromEntries([...byMethod].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function addTo(counts: Map<string, number>, key: string | null): void {
  if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
}
