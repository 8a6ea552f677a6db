/** How the first screen is drawn. */
import type { Style } from './style.ts';

export interface ScreenOptions {
  /** Columns to fill; lines are cut to it only when `fit` is set (a terminal). */
  readonly width: number;
  readonly fit: boolean;
  readonly utc: boolean;
  readonly style: Style;
  /** Drawn while frames still come in. */
  readonly live?: boolean;
  /** The command line that a person would repeat, as in `synoptic`. */
  readonly command: string;
}
