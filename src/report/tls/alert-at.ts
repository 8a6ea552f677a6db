import type { AlertRow, TlsRow, TlsStep } from './model.ts';

/**
 * The alert that a step of `steps` tells. Several of one side may stand in one segment: they come in the order of their steps.
 * `steps` is the very list that `step` is of: a row makes a new one each time it is asked.
 */
export function alertAt(steps: readonly TlsStep[], step: TlsStep, alerts: TlsRow['alerts']): AlertRow | undefined {
  const place = (each: { readonly frame: number; readonly side: string }): boolean =>
    each.frame === step.frame && each.side === step.side;
  const before = steps.slice(0, steps.indexOf(step)).filter((each) => each.message === 'alert' && place(each));
  return alerts.filter(place)[before.length];
}
