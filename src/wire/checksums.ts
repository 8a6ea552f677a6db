/**
 * TCP and UDP checksums (RFC 9293 section 3.1, RFC 768, RFC 8200 section 8.1). Frames captured on the sending host
 * often hold only the sum of the pseudo-header, because the network card was to finish it: that is told apart.
 */
import { foldToNetwork, networkWord, sumWords } from '../bytes/checksum.ts';
import { u16be } from '../bytes/read.ts';
import { type Frame, Note } from './frame.ts';
import { TCP, UDP } from './ip.ts';

/** Verifies the innermost transport checksum of a packet all of whose bytes were captured. */
export function verifyTransport(f: Frame): void {
  const at = f.transport;
  const field = at + (f.protocol === TCP ? 16 : 6);
  const stored = u16be(f.view, field);
  if (f.protocol === UDP && stored === 0 && f.ipVersion === 4) return;
  const length = f.wireEnd - at;
  const pseudo = pseudoHeader(f, length);
  if (foldToNetwork(sumWords(f.view, at, length, pseudo)) === 0xffff) return;
  f.notes |= isOffloaded(f, stored, pseudo) ? Note.transportChecksumOffloaded : Note.transportChecksumBad;
}

function pseudoHeader(f: Frame, length: number): number {
  const addresses =
    f.ipVersion === 4
      ? sumWords(f.view, f.network + 12, 8, 0)
      : sumWords(f.view, f.finalDestination, 16, sumWords(f.view, f.network + 8, 16, 0));
  return addresses + networkWord(f.protocol) + networkWord(length & 0xffff) + networkWord(length >>> 16);
}

/** Linux leaves the folded sum of the pseudo-header (CHECKSUM_PARTIAL), some drivers leave zero. */
function isOffloaded(f: Frame, stored: number, pseudo: number): boolean {
  if (stored === 0 || stored === foldToNetwork(pseudo)) return true;
  // Segmentation offload: the pseudo-header's length is then zero (Windows) and the card adds each segment's own.
  return stored === foldToNetwork(pseudoHeader(f, 0));
}
