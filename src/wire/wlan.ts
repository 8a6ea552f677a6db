/** IEEE 802.11 data frames, with or without a radiotap header. */
import { type Frame, Stop, has } from './frame.ts';
import { Layer } from './layers.ts';

const FLAGS_PRESENT = 1 << 1;
const TSFT_PRESENT = 1 << 0;
const EXTENDED = 0x80000000 | 0;
const FLAG_FCS_AT_END = 0x10;
/** Padding between the 802.11 header and the data, so that the data begins at a multiple of 4. */
const FLAG_DATA_PAD = 0x20;

/** Radiotap (radiotap.org): version, length, presence words, fields. Only the flags field matters here. */
export function radiotap(f: Frame): Layer {
  if (!has(f, 8)) return Layer.end;
  const length = f.view.getUint16(f.at + 2, true);
  if (length < 8) {
    f.stop = Stop.badLength;
    return Layer.end;
  }
  if (!has(f, length)) return Layer.end;
  const flags = radiotapFlags(f, length);
  if ((flags & FLAG_FCS_AT_END) !== 0) trimFcs(f);
  f.at += length;
  return (flags & FLAG_DATA_PAD) === 0 ? Layer.wlan : Layer.wlanPadded;
}

function radiotapFlags(f: Frame, length: number): number {
  const present = f.view.getInt32(f.at + 4, true);
  if ((present & FLAGS_PRESENT) === 0) return 0;
  let at = f.at + 8;
  for (let word = present; (word & EXTENDED) !== 0 && at + 4 <= f.at + length; at += 4) {
    word = f.view.getInt32(at, true);
  }
  // Fields are aligned to their size from the start of the header; TSFT (8 bytes) comes before the flags.
  if ((present & TSFT_PRESENT) !== 0) at = f.at + ((at - f.at + 7) & ~7) + 8;
  return at < f.at + length ? f.bytes[at]! : 0;
}

function trimFcs(f: Frame): void {
  f.wireEnd -= 4;
  if (f.end > f.wireEnd) f.end = f.wireEnd;
}

const TYPE_DATA = 2;

/**
 * IEEE 802.11-2020 section 9.2.3 and 9.3.2: the header's length follows from the frame control field.
 * `padded`: the header is filled up to a multiple of 4 bytes.
 */
export function wlan(f: Frame, padded: boolean): Layer {
  if (!has(f, 2)) return Layer.end;
  const control = f.bytes[f.at]!;
  const flags = f.bytes[f.at + 1]!;
  const type = (control >> 2) & 3;
  const subtype = control >> 4;
  // Management, control, and data frames without data (null, CF-Ack ...).
  if (type !== TYPE_DATA || (subtype & 4) !== 0) return Layer.wlanManagement;
  const quality = (subtype & 8) !== 0;
  const fourAddresses = (flags & 3) === 3;
  let header = fourAddresses ? 30 : 24;
  let aggregated = false;
  if (quality) {
    if (!has(f, header + 2)) return Layer.end;
    aggregated = (f.bytes[f.at + header]! & 0x80) !== 0;
    header += 2;
    if ((flags & 0x80) !== 0) header += 4; // HT control
  }
  if ((flags & 0x40) !== 0) return Layer.wlanEncrypted;
  if (padded) header = (header + 3) & ~3;
  if (aggregated) header += 14; // first A-MSDU subframe: destination, source, length
  if (!has(f, header)) return Layer.end;
  if (aggregated) boundSubframe(f, header);
  f.at += header;
  return Layer.llc;
}

function boundSubframe(f: Frame, header: number): void {
  const length = f.view.getUint16(f.at + header - 2);
  const end = f.at + header + length;
  if (end < f.wireEnd) f.wireEnd = end;
  if (f.end > f.wireEnd) f.end = f.wireEnd;
}
