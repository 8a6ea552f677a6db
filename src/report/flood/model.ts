/** The document of `synoptic synflood`: what docs/synflood.md promises. */
import type { Finding } from '../../detect/finding.ts';
import type { AcceptQueue } from '../../detect/flood/accept-queue.ts';
import type { Affected, Fare } from '../../detect/flood/clients.ts';
import type { Outcomes } from '../../detect/flood/outcomes.ts';
import type { RelatedId } from '../../detect/flood/related/judge.ts';
import type { Remedy, WhatIf } from '../../detect/flood/remedies.ts';
import type { Shape } from '../../detect/flood/shapes.ts';
import type { Sources } from '../../detect/flood/sources.ts';
import type { Spoofing } from '../../detect/flood/spoofing.ts';
import type { Verdict } from '../../detect/flood/verdict.ts';
import type { Prediction } from '../../detect/flood/what-if.ts';
import type { Heading } from '../model.ts';

export interface VictimRow {
  address: string;
  port: number | null;
  kind: 'listener' | 'host' | 'prefix';
  verdict: Verdict;
  confidence: number;
  reasons: readonly string[];
  against: readonly string[];
  onsetTime: string | null;
  endTime: string | null;
  durationSeconds: number;
  /** Handshakes that were begun and never finished. */
  handshakeCount: number;
  synCount: number;
  peakPerSecond: number;
  sourceCount: number;
  sourceCountEstimated: boolean;
  spoofed: Spoofing['spoofed'];
  peakHalfOpen: number;
  peakHalfOpenTime: string | null;
  /** First frames of the connections that were half open then. */
  peakHalfOpenFrames: readonly number[];
  cookies: 'yes' | 'no' | 'unknown';
  halfOpen: { time: string | null; depth: number }[];
  /** Finished handshakes that waited for the application; empty unless it left SYNs unanswered. */
  acceptQueue: { time: string | null; depth: number }[];
  /** `newSources`: sources whose first handshake of the attack was begun then. */
  rate: { time: string | null; failed: number; completed: number; newSources: number }[];
  newSourcesEstimated: boolean;
  evidence: {
    frames: readonly number[];
    outcomes: Outcomes;
    change: {
      phases: { onsetTime: string | null; endTime: string | null }[];
      intervalSeconds: number;
      usual: number;
      slack: number;
      peakSum: number;
    };
    sources: SourcesRow;
    spoofing: { score: number; signs: (Spoofing['signs'][number] & { frames: readonly number[] })[] };
    shapes: { sampled: number; clusters: readonly Shape[] };
    acceptQueue: AcceptQueue;
    defence: {
      cookieScore: number;
      answeredOnce: number;
      droppedShare: number;
      firstDropFrame: number | null;
      fullDepth: number | null;
      why: readonly string[];
    };
  };
  legitimate: {
    before: Fare;
    during: Fare;
    after: Fare;
    /** Clients that were refused or delayed during the attack; the worst off are named. */
    affectedCount: number;
    affected: readonly Affected[];
  };
  whatIf: WhatIfRow | null;
}

export interface SourcesRow extends Omit<Sources, 'top'> {
  readonly top: { address: string; attempts: number; frames: readonly number[] }[];
}

interface WhatIfRow extends Omit<WhatIf, 'rows'> {
  readonly rows: (Omit<Remedy, 'prediction'> & { prediction: PredictionRow })[];
}

interface PredictionRow extends Omit<Prediction, 'fullAt'> {
  /** When the first SYN found no place in the SYN queue. */
  readonly fullTime: string | null;
}

/** A flood without SYNs of its own. */
export interface RelatedRow {
  id: RelatedId;
  address: string;
  port: number | null;
  /** What the address is to it. */
  role: 'target' | 'sender' | 'receiver';
  confidence: number;
  reasons: readonly string[];
  against: readonly string[];
  onsetTime: string | null;
  endTime: string | null;
  durationSeconds: number;
  connectionCount: number;
  segmentCount: number;
  peakPerSecond: number;
  answeredWithReset: number;
  /** Connections that were open at the same time. */
  mostOpen: number;
  sources: SourcesRow;
  frames: readonly number[];
}

export interface SynfloodDocument extends Heading {
  limitsReached: string[];
  /** One frame in so many was captured. */
  sampling: number;
  victims: VictimRow[];
  related: RelatedRow[];
  findings: Finding[];
}
