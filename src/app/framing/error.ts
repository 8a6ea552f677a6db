/** What is wrong with a framing that somebody wrote. */

/** A specification that cannot be read: where, and what could stand there. */
export class FramingError extends Error {
  readonly spec: string;
  readonly at: number;
  readonly length: number;
  readonly expected: string;

  constructor(spec: string, at: number, length: number, what: string, expected: string) {
    super(what);
    this.spec = spec;
    this.at = at;
    this.length = Math.max(1, length);
    this.expected = expected;
  }
}

/** The message, the specification, and a caret below the place. */
export function renderFramingError({ message, spec, at, length, expected }: FramingError): string {
  const caret = ' '.repeat(at) + '^'.repeat(length);
  return `framing: ${message} at column ${at + 1}\n  ${spec}\n  ${caret}\n  expected: ${expected}`;
}
