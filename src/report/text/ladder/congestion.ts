/** The tables below a ladder that say how an end sent its data: phases of its flight, and its rate. */
import type { Congestion } from '../../ladder/congestion.ts';
import type { ConnDocument } from '../../ladder/document.ts';
import { bytes, count, percent } from '../format.ts';
import { sparkline } from '../sparkline.ts';
import { padEnd, padStart } from '../width.ts';

const SECONDS = 12;
const ROUNDS = 8;
const PHASE = 14;
const FLIGHT = 24;
const SHOWN_PHASES = 20;
const CELLS = 50;

export function congestionLines({ congestion }: ConnDocument): string[] {
  if (congestion === null) return [];
  return (['originator', 'responder'] as const).flatMap((end) => {
    const of = congestion[end];
    return of === null ? [] : endLines(end, of);
  });
}

function endLines(end: string, { phases, throughput, goodputBytesPerSecond, ...of }: Congestion): string[] {
  const rows = phases.slice(0, SHOWN_PHASES).map((phase) => {
    const { fromFlightBytes: from, toFlightBytes: to, resentSegments, frames } = phase;
    const flight = phase.rounds === 1 ? bytes(from) : `${bytes(from)} > ${bytes(to)}`;
    const cells = [
      padStart(phase.startSeconds.toFixed(6), SECONDS),
      padStart(count(phase.rounds), ROUNDS),
      `  ${padEnd(phase.phase.replaceAll('-', ' '), PHASE)}${padEnd(flight, FLIGHT)}${frames[0]} to ${frames[1]}`,
      resentSegments === 0 ? '' : `, ${count(resentSegments)} sent again`,
    ];
    return cells.join('');
  });
  const left = phases.length - SHOWN_PHASES;
  const peak = Math.max(...throughput.bytes) / (throughput.intervalSeconds || 1);
  const resent = of.resentSegments === 0 ? '' : `, resent ${percent(of.resentShare, 1)} of segments`;
  return [
    '',
    `flight of the ${end} (inferred): ${count(of.rounds)} rounds, at most ${bytes(of.peakFlightBytes)} on their way`,
    `${padStart('seconds', SECONDS)}${padStart('rounds', ROUNDS)}  ${padEnd('phase', PHASE)}${padEnd('on their way', FLIGHT)}frames`,
    ...rows,
    ...(left > 0 ? [`  ... and ${count(left)} more: --json lists them`] : []),
    `  ${sparkline(throughput.bytes, CELLS)}  peak ${bytes(peak)}/s, goodput ${bytes(goodputBytesPerSecond)}/s${resent}`,
  ];
}
