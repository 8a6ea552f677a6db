/** What a run has found: made into documents when they are asked for. */
import { backingOf } from './detect/flood/evidence.ts';
import { type Victim, victimsOf } from './detect/flood/flood.ts';
import { queueAtPeak, sourceList } from './detect/flood/listing.ts';
import { targetAddress, targetText } from './detect/flood/names.ts';
import { relatedOf } from './detect/flood/related/related.ts';
import { type GivenSettings, whatIf } from './detect/flood/remedies.ts';
import { type Thresholds, defaults } from './detect/flood/thresholds.ts';
import type { Finding } from './detect/finding.ts';
import { detectAll, floodDetectors } from './detect/index.ts';
import { analyzeDocument, connsDocument, heading } from './report/documents.ts';
import type { BlocklistVictim } from './report/flood/blocklist.ts';
import { synfloodDocument } from './report/flood/document.ts';
import type { SynfloodDocument } from './report/flood/model.ts';
import type { RowChoice } from './report/connection-order.ts';
import { connectionRows } from './report/connection-rows.ts';
import type { AnalyzeDocument, ConnectionRow, ConnsDocument, Heading } from './report/model.ts';
import type { Facts } from './detect/facts.ts';

/** The result of a run. Documents are made when asked for. */
export class Analysis {
  readonly facts: Facts;

  constructor(facts: Facts) {
    this.facts = facts;
  }

  /** Fields that every document starts with. */
  heading(): Heading {
    return heading(this.facts);
  }

  analyzeDocument(): AnalyzeDocument {
    return analyzeDocument(this.facts, detectAll(this.facts));
  }

  /** All rows in one document; for captures with millions of connections take `connectionRows`. */
  connsDocument(choice?: RowChoice): ConnsDocument {
    return connsDocument(this.facts, [...this.connectionRows(choice)]);
  }

  /** Rows in order of start, made one at a time. */
  connectionRows(choice?: RowChoice): Generator<ConnectionRow> {
    return connectionRows(this.facts.connections, choice);
  }

  /** Where handshakes failed in number, and what it was. `given`: settings of the listener to try the SYNs on. */
  synfloodDocument(thresholds: Thresholds = defaults, given: GivenSettings = {}): SynfloodDocument {
    const { facts } = this;
    const judged = victimsOf(this.facts, thresholds).map((victim) => {
      const { verdict } = victim.judgement;
      // A server that is too slow has a listener to set as well, where its accept queue is seen to be full.
      const hasListener = verdict === 'flood' || (verdict === 'overload' && victim.acceptance.told.waiting > 0);
      return {
        victim,
        backing: backingOf(facts.connections, victim),
        address: targetAddress(facts.connections, victim.target),
        whatIf: hasListener && thresholds.sampling === 1 ? whatIf(facts.connections, victim, given) : null,
      };
    });
    const findings = this.floodFindings(thresholds);
    return synfloodDocument(facts, judged, relatedOf(facts, thresholds), findings, thresholds.sampling);
  }

  floodFindings(thresholds: Thresholds = defaults): Finding[] {
    const { facts } = this;
    return detectAll(thresholds === defaults ? facts : { ...facts, floodThresholds: thresholds }, floodDetectors);
  }

  /** Sources of the floods, for a block list. */
  floodSources(thresholds: Thresholds = defaults): BlocklistVictim[] {
    const c = this.facts.connections;
    return this.#floods(thresholds).map((victim) => ({
      name: targetText(c, victim.target),
      ipv6: victim.target.ipv6,
      spoofed: victim.spoofing.spoofed,
      atMost: victim.rows.length,
      sources: sourceList(c, victim),
    }));
  }

  /** The victims' half-open connections as netstat would have listed them when there were the most. */
  *floodSnapshot(thresholds: Thresholds = defaults): Generator<string> {
    for (const victim of this.#floods(thresholds)) yield* queueAtPeak(this.facts.connections, victim);
  }

  #floods(thresholds: Thresholds): Victim[] {
    return victimsOf(this.facts, thresholds).filter(({ judgement }) => judgement.verdict === 'flood');
  }
}
