/** Names in place of addresses, in what people read; documents for programs keep addresses. */
import type { Finding } from '../detect/finding.ts';
import type { AnalyzeDocument } from './model.ts';

/** The name of an address; null where none is known. */
export type NameOf = (address: string) => string | null;

/** IPv4, or IPv6 with or without brackets, in a sentence. What has no name stays as it is. */
const ADDRESS = /\b(?:\d{1,3}\.){3}\d{1,3}\b|\[([\da-f:.]+)\]|\b[\da-f]{1,4}(?:::?[\da-f]{1,4}){1,7}(?:::)?/gi;

export const withNames = (text: string, nameOf: NameOf): string =>
  text.replace(ADDRESS, (found: string, bare: string | undefined) => nameOf(bare ?? found) ?? found);

export const namedFindings = (findings: readonly Finding[], nameOf: NameOf): Finding[] =>
  findings.map((finding) => ({ ...finding, summary: withNames(finding.summary, nameOf) }));

interface End {
  readonly address: string;
}

/** An end under its name. */
export const namedEnd = <Each extends End>(end: Each, nameOf: NameOf): Each => ({
  ...end,
  address: nameOf(end.address) ?? end.address,
});

/** What the first screen shows of it. */
export const namedAnalysis = (document: AnalyzeDocument, nameOf: NameOf): AnalyzeDocument => ({
  ...document,
  talkers: document.talkers.map((talker) => ({
    ...talker,
    originator: namedEnd(talker.originator, nameOf),
    responder: namedEnd(talker.responder, nameOf),
  })),
  findings: namedFindings(document.findings, nameOf),
});
