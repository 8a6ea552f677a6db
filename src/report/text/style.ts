/** Colour, by meaning. The level is set here and nowhere else, because chalk does not know NO_COLOR. */
import { Chalk, type ChalkInstance } from 'chalk';
import type { Severity } from '../../detect/finding.ts';

export interface Style {
  strong(text: string): string;
  dim(text: string): string;
  heading(text: string): string;
  severity(severity: Severity, text: string): string;
}

export function makeStyle(colour: boolean): Style {
  const chalk: ChalkInstance = new Chalk({ level: colour ? 1 : 0 });
  const bySeverity: Record<Severity, ChalkInstance> = {
    info: chalk.blue,
    notice: chalk.cyan,
    warning: chalk.yellow,
    alert: chalk.red.bold,
  };
  return {
    strong: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    heading: (text) => chalk.bold(text),
    severity: (severity, text) => bySeverity[severity](text),
  };
}
