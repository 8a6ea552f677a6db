/** Exit codes, as docs/cli.md lists them. */
export const Exit = {
  ok: 0,
  verdict: 1,
  usage: 2,
  nothing: 3,
  partial: 4,
  output: 5,
  bug: 70,
  brokenPipe: 141,
} as const;

/** 128 + the signal's number, as shells report it. */
export const signalExits: Readonly<Record<'SIGHUP' | 'SIGINT' | 'SIGTERM', number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

/** A word on the command line that cannot be used: exit code 2. `message` may have several lines. */
export class UsageError extends Error {}

/** The result could not be written. */
export class OutputError extends Error {
  readonly exit: number;

  constructor(message: string, exit: number = Exit.output) {
    super(message);
    this.exit = exit;
  }
}
