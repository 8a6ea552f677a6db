/** Rows of `ssh --json`. Field names are the contract of docs/json.md. */
import type { AuthMethod, AuthOutcome } from '../../app/ssh/auth.ts';
import type { KexKind, ListName } from '../../app/ssh/kexinit.ts';
import type { KnownVerdict } from '../../app/ssh/known-hosts.ts';
import type { SshAnomaly, SshOutcome } from '../../app/ssh/session.ts';
import type { Finding } from '../../detect/finding.ts';
import type { SideName } from '../ladder/model.ts';
import type { Heading } from '../model.ts';

interface Socket {
  readonly address: string;
  readonly port: number;
}

export const activities = ['interactive', 'transfer', 'command', 'none'] as const;
export type Activity = (typeof activities)[number];

type Lists = Readonly<Record<ListName, readonly string[]>>;

interface BothWays {
  readonly toServer: string | null;
  readonly toClient: string | null;
}

export interface HostKeyRow {
  readonly type: string;
  readonly bits: number | null;
  readonly sha256: string;
  readonly md5: string;
  /** Null where no known_hosts file was given. */
  readonly knownHosts: KnownVerdict | null;
  readonly knownHostsLines: readonly number[];
  /** Fingerprints of the keys that are listed instead of a changed one. */
  readonly expected: readonly string[];
}

export interface AuthRow {
  /** Always: lengths and turns are all that can be seen. */
  readonly inferred: true;
  readonly outcome: AuthOutcome;
  readonly method: AuthMethod;
  readonly failures: number;
  readonly failureFrames: readonly number[];
  readonly successFrame: number | null;
  readonly activity: Activity;
}

export interface SshRow {
  readonly connection: string;
  readonly originator: Socket;
  readonly responder: Socket;
  readonly startTime: string | null;
  readonly outcome: SshOutcome;
  readonly banners: { readonly originator: string | null; readonly responder: string | null };
  /** By end; null where its KEXINIT was not seen. */
  readonly offered: { readonly originator: Lists | null; readonly responder: Lists | null };
  readonly algorithms: {
    readonly kex: string | null;
    readonly kexKind: KexKind;
    readonly hostKey: string | null;
    readonly cipher: BothWays;
    readonly mac: BothWays;
    readonly compression: BothWays;
  } | null;
  /** Lists without a common name. */
  readonly missing: readonly ListName[];
  readonly strictKex: boolean;
  readonly groupBits: number | null;
  readonly hostKey: HostKeyRow | null;
  readonly hassh: string | null;
  readonly hasshServer: string | null;
  /** Null before both sides took their keys, or where lengths tell nothing. */
  readonly auth: AuthRow | null;
  readonly disconnect: {
    readonly side: SideName;
    readonly frame: number;
    readonly code: number;
    readonly text: string;
  } | null;
  readonly steps: readonly {
    readonly message: string;
    readonly side: SideName;
    readonly frame: number;
    readonly time: string | null;
  }[];
  readonly stepCount: number;
  readonly anomalies: readonly { readonly id: SshAnomaly; readonly side: SideName; readonly frame: number }[];
}

export interface SshDocument extends Heading {
  readonly limitsReached: readonly string[];
  /** Lines of the known_hosts file; null where none was given. */
  readonly knownHosts: { readonly lines: number; readonly unreadable: number } | null;
  readonly findings: readonly Finding[];
}
