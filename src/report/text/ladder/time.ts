/** The tables below a ladder that say where its time went: shares, and the longest silences. */
import type { ConnDocument } from '../../ladder/document.ts';
import type { StallsRow } from '../../model.ts';
import { count, duration } from '../format.ts';
import { partsOf } from '../waits.ts';
import { padEnd, padStart } from '../width.ts';

const NAME = 16;
const SECONDS = 10;
const SHARE = 9;
const BAR = 40;
const CAUSE = 24;
const WHO = 12;

export function timeLines({ connection: { time, stalls } }: ConnDocument): string[] {
  const isTold = time && time.limitedBy !== 'unknown';
  return [...(isTold ? shareLines(partsOf(time)) : []), ...(stalls && stalls.count > 0 ? stallLines(stalls) : [])];
}

function shareLines(parts: ReturnType<typeof partsOf>): string[] {
  const total = parts.reduce((sum, { seconds }) => sum + seconds, 0);
  const rows = parts.map(({ name, seconds, share }) => {
    const bar = '#'.repeat(Math.round((BAR * seconds) / total));
    return `  ${padEnd(name, NAME)}${padStart(duration(seconds), SECONDS)}${padStart(share, SHARE)}  ${bar}`.trimEnd();
  });
  return ['', 'where the time went', ...rows];
}

function stallLines({ count: all, seconds, longest }: StallsRow): string[] {
  const shown = longest.length < all ? `, the longest ${longest.length}` : '';
  const rows = longest.map(({ cause, waitedFor, seconds: lasted, startSeconds, frames }) => {
    const [before = 0, after = 0] = frames;
    const cells = [
      padStart(startSeconds.toFixed(6), SECONDS + 2),
      padStart(` ${duration(lasted)}`, SECONDS),
      `  ${padEnd(cause.replaceAll('-', ' '), CAUSE)}${padEnd(waitedFor, WHO)}${before} > ${after}`,
    ];
    return cells.join('');
  });
  const title = `stalls: ${count(all)}, ${duration(seconds)} in all${shown}`;
  const head = `${padStart('seconds', SECONDS + 2)}${padStart('silence', SECONDS)}  ${padEnd('cause', CAUSE)}${padEnd('waited for', WHO)}frames`;
  return ['', title, head, ...rows];
}
