/** All that is measured: of every end that sent payload. */
import { Gaps } from './gaps.ts';
import { MeasuredRows } from './rows.ts';
import { TimedSegments } from './timed.ts';

export class Measures {
  readonly rows = new MeasuredRows();
  readonly timed = new TimedSegments(this.rows);
  readonly gaps = new Gaps(this.rows);

  get limitReached(): boolean {
    return this.rows.limitReached || this.timed.limitReached || this.gaps.limitReached;
  }
}
