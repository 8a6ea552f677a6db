/** The certificate authorities that Node trusts, those of Mozilla. */
import { rootCertificates } from 'node:tls';

/** One PEM text. */
export const nodeRoots = (): string => rootCertificates.join('\n');
