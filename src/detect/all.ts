/** Every detector there is: those of `analyze`, then those of commands that decode a protocol. */
import { dnsFailure } from './dns/dns-failure.ts';
import type { Detector } from './finding.ts';
import { httpDetectors } from './http/index.ts';
import { detectors } from './index.ts';
import { sshDetectors, tlsDetectors } from './tls-and-ssh.ts';
import { websocketDetectors } from './websocket/index.ts';

/** What can be said of any of them; how each is run is its command's business. */
export type AnyDetector = Pick<Detector, 'id' | 'title' | 'why' | 'references'>;

export const allDetectors: readonly AnyDetector[] = [
  ...detectors,
  ...tlsDetectors,
  ...sshDetectors,
  ...httpDetectors,
  ...websocketDetectors,
  dnsFailure,
];
