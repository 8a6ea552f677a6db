/** Words and lines for what connections wait for. */
import type { ShareSeconds } from '../wait-rows.ts';
import { percent } from './format.ts';

/** In the order of `shareNames`: in full, and short for a column. */
const words: Readonly<Record<keyof ShareSeconds, string>> = {
  handshakeSeconds: 'handshake',
  serverSeconds: 'server',
  clientSeconds: 'client',
  receiverWindowSeconds: 'receiver window',
  recoverySeconds: 'loss recovery',
  pathSeconds: 'path',
  pacingSeconds: 'sender pacing',
  idleSeconds: 'idle',
};

const keys = Object.keys(words) as (keyof ShareSeconds)[];

interface Part {
  readonly name: string;
  readonly seconds: number;
  readonly share: string;
}

/** The shares that are not none, the largest first; of equal ones in their order. */
export function partsOf(time: ShareSeconds): Part[] {
  const total = keys.reduce((sum, key) => sum + time[key], 0);
  return keys
    .map((key) => ({ name: words[key], seconds: time[key], share: percent(time[key], total) }))
    .filter(({ seconds }) => seconds > 0)
    .toSorted((a, b) => b.seconds - a.seconds);
}
