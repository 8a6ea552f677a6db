/** An input that cannot be used at all. Raised when it is opened; damage found later is reported, not thrown. */

export type CaptureErrorCode =
  | 'missing'
  | 'unreadable'
  | 'directory'
  | 'empty'
  | 'not-a-capture'
  | 'unsupported-version'
  | 'unsupported-compression'
  | 'truncated-header';

export class CaptureError extends Error {
  readonly code: CaptureErrorCode;
  readonly path: string;
  /** Byte at which the input was found to be unusable. */
  readonly offset: number;
  readonly expected: string;
  readonly found: string;

  /** `message` says what is wrong without the path, as in "not a capture file"; the rest completes the sentence. */
  constructor(code: CaptureErrorCode, path: string, offset: number, message: string, expected: string, found: string) {
    super(message);
    this.name = 'CaptureError';
    this.code = code;
    this.path = path;
    this.offset = offset;
    this.expected = expected;
    this.found = found;
  }
}
