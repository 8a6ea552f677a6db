/** DNS over TCP: two bytes of length before each message, RFC 1035 section 4.2.2. */
import type { StreamDecoder } from '../decoder.ts';
import { eachSide } from './framing.ts';
import { lengthField } from './length.ts';

const PREFIX = 2;
const MAX_MESSAGE = PREFIX + 65_535;
/** RFC 1035 section 4.1.1. */
const DNS_HEADER = 12;

export const dnsOverTcp: StreamDecoder = {
  protocol: 'dns-tcp',
  probe: (head) => {
    if (head.length < PREFIX + DNS_HEADER) return 'more';
    const length = (head[0]! << 8) | head[1]!;
    const opcode = (head[4]! >> 3) & 15;
    const questions = (head[6]! << 8) | head[7]!;
    const answers = (head[8]! << 8) | head[9]!;
    // A known opcode, the Z bit clear, one question as everybody sends it, believable counts.
    const isDns = length >= DNS_HEADER && opcode <= 5 && (head[5]! & 0x40) === 0 && questions === 1 && answers <= 512;
    return isDns ? 'yes' : 'no';
  },
  open: eachSide(lengthField({ size: 2, offset: 0, adjust: 0, strip: 0, max: MAX_MESSAGE, endian: 'big' })),
};
