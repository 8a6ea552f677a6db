/** TLS records, not decrypted: RFC 8446 section 5.1, RFC 5246 section 6.2. */
import type { StreamDecoder } from '../decoder.ts';
import { eachSide } from './framing.ts';
import { lengthField } from './length.ts';

const HEADER = 5;
/** RFC 8446 section 5.2 and RFC 5246 section 6.2.3: 2^14 + 2048 bytes behind the header. */
const MAX_RECORD = 16_384 + 2048 + HEADER;

export const tlsRecords: StreamDecoder = {
  protocol: 'tls',
  probe: (head) => {
    if (head.length < HEADER) return head.length > 0 && !isType(head[0]!) ? 'no' : 'more';
    const length = (head[3]! << 8) | head[4]!;
    return isType(head[0]!) && head[1] === 3 && head[2]! <= 4 && length > 0 && length <= MAX_RECORD ? 'yes' : 'no';
  },
  open: eachSide(lengthField({ size: 2, offset: 3, adjust: 0, strip: 0, max: MAX_RECORD, endian: 'big' })),
};

/** change_cipher_spec, alert, handshake, application_data. */
const isType = (byte: number): boolean => byte >= 20 && byte <= 23;
