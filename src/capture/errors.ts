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

  constructor(code: CaptureErrorCode, path: string, offset: number, message: string) {
    super(message);
    this.name = 'CaptureError';
    this.code = code;
    this.path = path;
    this.offset = offset;
  }
}
