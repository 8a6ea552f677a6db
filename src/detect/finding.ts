/** What a detector is, and what it says: one claim, the frames that prove it, and what speaks against it. */
import type { Facts } from './facts.ts';

export const severities = ['info', 'notice', 'warning', 'alert'] as const;
export type Severity = (typeof severities)[number];

interface Reference {
  spec: string;
  section: string;
}

export interface Finding {
  /** `<protocol>-<noun>`, the detector's id. */
  id: string;
  severity: Severity;
  /** 0 to 1. */
  confidence: number;
  /** Connection id, or null when the finding is about more or less than one. */
  connection: string | null;
  summary: string;
  frameCount: number;
  /** The first 100. */
  frames: number[];
  measured: Record<string, number | string>;
  against: string[];
  unknowable: string[];
  /** Shows the same frames in Wireshark. */
  displayFilter: string;
  references: Reference[];
  /** The same for the same finding in another capture: of id and endpoints, without ephemeral ports. */
  fingerprint: string;
}

/** A detector's file exports one of these; `detect/index.ts` lists them. */
export interface Detector {
  /** The file's name. */
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly references: readonly Reference[];
  detect(facts: Facts): Iterable<Claim>;
}

/** What a detector yields; the registry adds what it knows itself (id, references, fingerprint). */
export interface Claim {
  severity: Severity;
  confidence: number;
  connection?: string;
  summary: string;
  frameCount: number;
  frames: number[];
  measured: Record<string, number | string>;
  against?: string[];
  unknowable?: string[];
  displayFilter: string;
  /** What tells this finding from others of its detector: addresses and service ports, as text. */
  about: string;
}

/** What is the same for every claim of a detector. */
export type Told = Pick<Detector, 'id' | 'references'>;

/** No clock of a capture is finer than a nanosecond: what stands behind it comes from adding up. */
const rounded = (value: number | string): number | string =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(9)) : value;

/** A claim with what its detector says of all of them. */
export function findingOf({ id, references }: Told, told: Claim): Finding {
  const { about, against = [], unknowable = [], connection = null, ...claim } = told;
  return {
    id,
    severity: claim.severity,
    confidence: claim.confidence,
    connection,
    summary: claim.summary,
    frameCount: claim.frameCount,
    frames: claim.frames,
    measured: Object.fromEntries(Object.entries(claim.measured).map(([key, value]) => [key, rounded(value)])),
    against,
    unknowable,
    displayFilter: claim.displayFilter,
    references: [...references],
    fingerprint: fingerprint(`${id} ${about}`),
  };
}

/** The most severe first; among equals in the order given. */
export const bySeverity = (findings: readonly Finding[]): Finding[] =>
  findings.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));

/** 64-bit FNV-1a of the UTF-16 code units, as 16 hexadecimal digits: a name, not a protection. */
export function fingerprint(text: string): string {
  const prime = 0x100000001b3n;
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) hash = ((hash ^ BigInt(text.charCodeAt(i))) * prime) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, '0');
}

/** The first hundred frames, as an `in` list for Wireshark. */
export function framesFilter(frames: readonly number[]): string {
  return `frame.number in {${frames.slice(0, 100).join(', ')}}`;
}
