/** What others ask of the segment that was analysed last. */

/** What the segment that was analysed last turned out to be: for whoever asks what ended a silence. */
export class Judged {
  /** See `Cause`; `none` for a segment that goes on where its sender was. */
  cause = 0;
  /** How long what it was sent for had been waited for. */
  waitNs = NaN;
  /** Timeouts in a row. */
  backoff = 0;
}
