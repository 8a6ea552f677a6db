/** What is learnt of one SSH connection. */
import type { Arrival, Side } from '../../stream/segment.ts';
import type { AuthWatch } from './auth.ts';
import type { HostKey } from './host-key.ts';
import type { Algorithms, KexInit } from './kexinit.ts';

export interface SshStep extends Arrival {
  readonly message: string;
  readonly side: Side;
}

export const sshAnomalies = [
  'ssh_not_ssh',
  'ssh_gap',
  'ssh_packet_malformed',
  'ssh_kexinit_malformed',
  'ssh_host_key_malformed',
  'ssh_line_end',
  'ssh_lines_before_banner',
  'ssh_banner_too_long',
] as const;
export type SshAnomaly = (typeof sshAnomalies)[number];

/** `encrypted`: both sides took their keys. `no-common-algorithm`: the lists share nothing. `version-1`: SSH-1. */
export const sshOutcomes = [
  'encrypted',
  'no-common-algorithm',
  'disconnected',
  'version-1',
  'not-ssh',
  'partial',
  'stopped',
] as const;
export type SshOutcome = (typeof sshOutcomes)[number];

export class Session {
  /** The one who connected, unless what is said tells otherwise. */
  client: Side = 0;
  readonly banners: [string | null, string | null] = [null, null];
  readonly kexInits: [KexInit | null, KexInit | null] = [null, null];
  algorithms: Algorithms | null = null;
  strict = false;
  /** The guess of a side was wrong: its next packet is void. */
  readonly wrongGuess: [boolean, boolean] = [false, false];
  /** Bits of the prime of a group exchange. */
  groupBits: number | null = null;
  hostKey: HostKey | null = null;
  readonly newKeys: [boolean, boolean] = [false, false];
  readonly steps: SshStep[] = [];
  stepCount = 0;
  readonly anomalies: { readonly id: SshAnomaly; readonly side: Side; readonly frame: number }[] = [];
  /** Reason of an SSH_MSG_DISCONNECT in clear. */
  disconnect: { readonly side: Side; readonly code: number; readonly text: string; readonly frame: number } | null =
    null;
  auth: AuthWatch | null = null;

  /** The identification string of the server: what stands behind the version. */
  get isVersion1(): boolean {
    return this.banners.some((banner) => banner !== null && /^SSH-1\.(?!99)/.test(banner));
  }

  get outcome(): SshOutcome {
    if (this.newKeys[0] && this.newKeys[1]) return 'encrypted';
    if (this.isVersion1) return 'version-1';
    const has = (id: SshAnomaly): boolean => this.anomalies.some((anomaly) => anomaly.id === id);
    if (
      this.algorithms !== null &&
      Object.entries(this.algorithms).some(([name, each]) => each === null && !name.startsWith('language'))
    ) {
      return 'no-common-algorithm';
    }
    if (this.disconnect !== null) return 'disconnected';
    if (has('ssh_not_ssh')) return 'not-ssh';
    if (has('ssh_gap') || has('ssh_packet_malformed')) return 'partial';
    return 'stopped';
  }
}
