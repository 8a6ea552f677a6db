/** The one door of this room to node:crypto. */
import * as crypto from 'node:crypto';

export type { KeyObject, X509Certificate } from 'node:crypto';

export const hashHex = (name: string, bytes: Uint8Array | string): string =>
  crypto.createHash(name).update(bytes).digest('hex');
export const hashBytes = (name: string, bytes: Uint8Array): Uint8Array =>
  crypto.createHash(name).update(bytes).digest();
export const hashBase64 = (name: string, bytes: Uint8Array | string): string =>
  crypto.createHash(name).update(bytes).digest('base64');
