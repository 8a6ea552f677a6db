import type { AlertRow, TlsRow, TlsStep } from './model.ts';

/** The alert that a step tells. Several of one side may stand in one segment: they come in the order of their steps. */
export function alertAt({ steps, alerts }: Pick<TlsRow, 'steps' | 'alerts'>, step: TlsStep): AlertRow | undefined {
  const place = (each: { readonly frame: number; readonly side: string }): boolean =>
    each.frame === step.frame && each.side === step.side;
  const before = steps.slice(0, steps.indexOf(step)).filter((each) => each.message === 'alert' && place(each));
  return alerts.filter(place)[before.length];
}
