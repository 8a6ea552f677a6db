/**
 * What is odd about the form of an HTTP/1 message. `ambiguous`: recipients are known to differ in where the message ends,
 * which is what request smuggling rests on (RFC 9112 section 11.2).
 */

interface AnomalyText {
  readonly ambiguous: boolean;
  readonly text: string;
}

export const anomalyTexts = {
  'length-and-chunked': { ambiguous: true, text: 'Content-Length beside Transfer-Encoding (RFC 9112 section 6.3)' },
  'lengths-differ': { ambiguous: true, text: 'several Content-Length values that differ (RFC 9112 section 6.3)' },
  'length-repeated': { ambiguous: false, text: 'Content-Length given more than once, each time the same' },
  'length-invalid': { ambiguous: true, text: 'a Content-Length that is no number (RFC 9110 section 8.6)' },
  'chunked-not-last': {
    ambiguous: true,
    text: 'a Transfer-Encoding whose last coding is not chunked (RFC 9112 section 6.3)',
  },
  'coding-unknown': { ambiguous: true, text: 'an unknown transfer coding (RFC 9112 section 7)' },
  'chunked-in-1.0': { ambiguous: true, text: 'Transfer-Encoding in a message of HTTP/1.0 (RFC 9112 section 6.1)' },
  'chunked-without-body': {
    ambiguous: true,
    text: 'Transfer-Encoding in a response that has no body (RFC 9112 section 6.1)',
  },
  'bare-lf': { ambiguous: true, text: 'lines that end in LF alone (RFC 9112 section 2.2)' },
  'bare-cr': { ambiguous: true, text: 'a CR that no LF follows (RFC 9112 section 2.2)' },
  'line-folding': { ambiguous: true, text: 'a header line continued on the next (RFC 9112 section 5.2)' },
  'space-before-colon': { ambiguous: true, text: 'white space between name and colon (RFC 9112 section 5.1)' },
  'name-invalid': { ambiguous: true, text: 'a header line without a valid name (RFC 9110 section 5.1)' },
  'nul-byte': { ambiguous: true, text: 'a NUL byte in the head (RFC 9110 section 5.5)' },
  'chunk-invalid': { ambiguous: true, text: 'a chunk that does not end where it says (RFC 9112 section 7.1)' },
  'chunk-line-bare-lf': { ambiguous: true, text: 'a chunk line that ends in LF alone (RFC 9112 section 7.1)' },
  'start-line-spaces': { ambiguous: true, text: 'surplus white space in the request line (RFC 9112 section 3)' },
  'empty-lines-before': { ambiguous: false, text: 'empty lines before the message (RFC 9112 section 2.2)' },
  'host-missing': { ambiguous: false, text: 'a request of HTTP/1.1 without Host (RFC 9112 section 3.2)' },
  'host-repeated': { ambiguous: true, text: 'more than one Host (RFC 9112 section 3.2)' },
  'bytes-after-close': {
    ambiguous: true,
    text: 'bytes behind the last message of the connection (RFC 9112 section 9.6)',
  },
} as const satisfies Readonly<Record<string, AnomalyText>>;

export type Anomaly = keyof typeof anomalyTexts;
export const anomalyNames = Object.keys(anomalyTexts) as Anomaly[];
export const isAmbiguous = (anomaly: Anomaly): boolean => anomalyTexts[anomaly].ambiguous;
