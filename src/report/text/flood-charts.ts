/** The curves of one victim, for people. */
import type { VictimRow } from '../flood/model.ts';
import { type ChartStyle, type Curve, chartLines } from './chart.ts';
import { count, duration, localTime } from './format.ts';

/** SYNs that failed, and half-open connections where there were any; where the accept queue was full, that as well. */
export function floodCharts(
  victim: VictimRow,
  width: number,
  utc: boolean,
  chart: ChartStyle,
  sampling: number,
): string[] {
  const { rate, halfOpen, acceptQueue } = victim;
  const clock = (time: string | null | undefined): string =>
    time === null || time === undefined ? '' : localTime(time, utc).time.slice(0, 8);
  const ends = { from: clock(rate[0]?.time), to: clock(halfOpen.at(-1)?.time ?? rate.at(-1)?.time) };
  const curves: Curve[] = [
    {
      title: `failed handshakes${sampling > 1 ? ' in the sample' : ''}, each ${duration(rateSeconds(victim))}`,
      values: rate.map(({ failed }) => failed),
      ...ends,
    },
  ];
  const depths = (title: string, points: VictimRow['halfOpen']): void => {
    if (points.some(({ depth }) => depth > 0))
      curves.push({ title, values: points.map(({ depth }) => depth), ...ends });
  };
  depths('half open', halfOpen);
  depths('accept queue', acceptQueue);
  return chartLines(curves, width, chart, count);
}

/** Seconds of a point of the rate. */
function rateSeconds({ rate: [first, second], evidence }: VictimRow): number {
  const times = [first?.time, second?.time].map((time) => Date.parse(time?.replace(/\.(\d{3})\d*Z$/, '.$1Z') ?? ''));
  const seconds = (times[1]! - times[0]!) / 1000;
  return Number.isNaN(seconds) ? evidence.change.intervalSeconds : seconds;
}
