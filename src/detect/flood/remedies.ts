/** The classic remedies (RFC 4987), each with the smallest setting that would have kept the clients. */
import type { Victim } from './flood.ts';
import type { ListenerSettings } from './listener-model.ts';
import type { Connections } from '../../flow/connections.ts';
import { Word } from '../../flow/records.ts';
import { type Gateway, type Prediction, type Replayable, predict, replayable } from './what-if.ts';

export type RemedyName = 'as-set' | 'shorter-timeout' | 'larger-backlog' | 'gateway-filter' | 'syn-cookies';

export interface Remedy {
  readonly remedy: RemedyName;
  /** Settings of the listener in this row. */
  readonly settings: ListenerSettings;
  readonly filter: 'none' | 'syns-without-options';
  /** This much would have been enough; false: not even this would have. */
  readonly enough: boolean;
  readonly prediction: Prediction;
}

export interface WhatIf {
  /** Where the settings of the first row come from. */
  readonly basis: 'given' | 'inferred' | 'assumed';
  readonly patienceSeconds: number;
  /** Only the first SYNs were replayed: a limit. */
  readonly cut: boolean;
  readonly rows: readonly Remedy[];
}

/** Settings of the command line; what is missing is inferred, or assumed. */
export type GivenSettings = { -readonly [K in keyof ListenerSettings]?: ListenerSettings[K] | undefined } & {
  patienceSeconds?: number | undefined;
};

/** Share of clients that have to get in. */
const KEPT = 0.99;
const MAX_BACKLOG = 1 << 20;
/** What Linux has without being told: net.core.somaxconn of 5.4 and later, and five retries. */
const LINUX_BACKLOG = 4096;
const LINUX_RETRIES = 5;

export function whatIf(c: Connections, victim: Victim, given: GivenSettings): WhatIf | null {
  if (victim.target.kind !== 'listener') return null;
  const replay = replayable(victim, given.patienceSeconds);
  if (replay.count === 0) return null;
  const window = [victim.onset, Math.min(victim.end, replay.at[replay.count - 1]!) + 1e-6] as const;
  const { settings, basis } = settingsOf(c, victim, given);
  const run: Run = (changes, filter = 'none') => rowOf(replay, window, { ...settings, ...changes }, filter);
  const asSet: Remedy = { remedy: 'as-set', ...run({}) };
  const isAsked = basis === 'given';
  const rows = isAsked ? [asSet] : [asSet, ...remediesOf({ ...settings, syncookies: false }, run)];
  return { basis, patienceSeconds: replay.patienceSeconds, cut: replay.cut, rows };
}

type Row = Omit<Remedy, 'remedy'>;
type Run = (changes: Partial<ListenerSettings>, filter?: Remedy['filter']) => Row;

function rowOf(
  replay: Replayable,
  [from, to]: readonly [number, number],
  settings: ListenerSettings,
  filter: Remedy['filter'],
): Row {
  const gateway: Gateway = filter === 'none' ? {} : { dropsBare: true };
  const prediction = predict(replay, settings, from, to, gateway);
  return { settings, filter, enough: prediction.served >= KEPT * prediction.clients, prediction };
}

/** Every remedy alone, on a listener without cookies. */
function remediesOf(off: ListenerSettings, run: Run): Remedy[] {
  const retries = Array.from({ length: off.synackRetries }, (_, i) => off.synackRetries - 1 - i);
  return [
    { remedy: 'shorter-timeout', ...smallest(retries, (synackRetries) => run({ ...off, synackRetries })) },
    {
      remedy: 'larger-backlog',
      ...smallest(backlogs(off), (size) => run({ ...off, listenBacklog: size, maxSynBacklog: size })),
    },
    { remedy: 'gateway-filter', ...run(off, 'syns-without-options') },
    { remedy: 'syn-cookies', ...run({ ...off, syncookies: true }) },
  ];
}

function backlogs({ listenBacklog, maxSynBacklog }: ListenerSettings): number[] {
  const sizes: number[] = [];
  for (let size = Math.max(listenBacklog, maxSynBacklog) * 2; size < MAX_BACKLOG; size *= 2) sizes.push(size);
  return [...sizes, MAX_BACKLOG];
}

/** The first setting that is enough, or the last one. */
function smallest(values: readonly number[], row: (value: number) => Row): Row {
  let best = row(values[0] ?? 0);
  for (const value of values.slice(1)) {
    if (best.enough) return best;
    best = row(value);
  }
  return best;
}

function settingsOf(
  c: Connections,
  victim: Victim,
  { listenBacklog, maxSynBacklog, synackRetries, syncookies }: GivenSettings,
): { settings: ListenerSettings; basis: WhatIf['basis'] } {
  const { defence } = victim;
  const seen = defence.fullDepth === null ? null : backlogFor(defence.fullDepth, defence.cookies === 'yes');
  const usual = seen ?? LINUX_BACKLOG;
  const isGiven = [listenBacklog, maxSynBacklog, synackRetries, syncookies].some((value) => value !== undefined);
  return {
    settings: {
      listenBacklog: listenBacklog ?? usual,
      maxSynBacklog: maxSynBacklog ?? listenBacklog ?? usual,
      synackRetries: synackRetries ?? retriesOf(c, victim),
      syncookies: syncookies ?? (defence.cookies === 'yes' || seen === null),
    },
    basis: isGiven ? 'given' : seen === null ? 'assumed' : 'inferred',
  };
}

/**
 * The backlog that a queue full at this depth speaks of: one less, or without cookies three quarters of it and one more.
 * Administrators choose powers of two and round numbers.
 */
function backlogFor(depth: number, hasCookies: boolean): number {
  if (hasCookies || isRound(depth - 1)) return Math.max(1, depth - 1);
  return Math.max(1, Math.round(((depth - 1) * 4) / 3));
}

const isRound = (size: number): boolean => (size & (size - 1)) === 0 || size % 100 === 0;

/**
 * As often as a SYN-ACK came again. Crowding cuts that to two, so that two says nothing; and of an entry that still had its
 * place when the capture ended, more may have come.
 */
function retriesOf(c: Connections, { queue, clock }: Victim): number {
  const { ids, to } = queue.entries;
  let [most, mostOpen] = [-1, -1];
  for (let row = 0; row < ids.length; row++) {
    const again = c.word(ids[row]!, Word.framesB) - 1;
    most = Math.max(most, again);
    if (to[row]! >= clock.end) mostOpen = Math.max(mostOpen, again + 1);
  }
  const isOpen = mostOpen > most;
  return most < 1 || most === 2 || isOpen ? Math.max(LINUX_RETRIES, most) : Math.min(most, 10);
}
