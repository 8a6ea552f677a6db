/** What a detector says: one claim, the frames that prove it, and what speaks against it. */

export const severities = ['info', 'notice', 'warning', 'alert'] as const;
export type Severity = (typeof severities)[number];

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
  references: { spec: string; section: string }[];
  /** The same for the same finding in another capture: of id and endpoints, without ephemeral ports. */
  fingerprint: string;
}
