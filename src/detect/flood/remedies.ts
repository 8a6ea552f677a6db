/** The classic remedies (RFC 4987), each with the smallest setting that would have kept the clients. */
import { synAcksSent } from './attempts.ts';
import type { Victim } from './flood.ts';
import type { ListenerSettings } from './listener-model.ts';
import type { Connections } from '../../flow/connections.ts';
import { Word } from '../../flow/records.ts';
import { ipv4Text } from '../../bytes/address.ts';
import type { Gateway } from './gateway.ts';
import { type Replayable, replayable } from './replayable.ts';
import { type Prediction, predict } from './what-if.ts';

export type RemedyName =
  'as-set' | 'shorter-timeout' | 'larger-backlog' | 'gateway-filter' | 'prefix-filter' | 'rate-limit' | 'syn-cookies';

export interface Remedy {
  readonly remedy: RemedyName;
  /** Settings of the listener in this row. */
  readonly settings: ListenerSettings;
  readonly filter: 'none' | 'syns-without-options' | 'source-prefixes' | 'rate-per-source';
  /** Networks that are shut out, the busiest first, and SYNs a second that a source may send. */
  readonly prefixes: readonly string[];
  readonly perSource: number | null;
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
/** Networks (IPv4 /24) that a gateway shuts out, and SYNs a second that it lets through of each source. */
const PREFIX_COUNTS = [1, 2, 4, 8, 16, 32, 64];
const RATES = [10, 5, 2, 1];
/** What Linux has without being told: net.core.somaxconn of 5.4 and later, and five retries. */
const LINUX_BACKLOG = 4096;
const LINUX_RETRIES = 5;
/** tcp_max_syn_backlog of a host with little memory, of which an accept queue tells nothing. */
const LINUX_SYN_BACKLOG = 128;

export function whatIf(c: Connections, victim: Victim, given: GivenSettings): WhatIf | null {
  if (victim.target.kind !== 'listener') return null;
  const replay = replayable(victim, given.patienceSeconds);
  // Without an attack there is still an accept queue that was full.
  if (replay.count === 0 && replay.turns === null) return null;
  const lastSyn = replay.turns === null ? replay.at[replay.count - 1]! : victim.end;
  const window: Span = [victim.onset, Math.min(victim.end, lastSyn) + 1e-6];
  const { settings, basis } = settingsOf(c, victim, given);
  const run: Run = (changes, filter = open) => rowOf(replay, window, { ...settings, ...changes }, filter);
  const asSet: Remedy = { remedy: 'as-set', ...run({}) };
  const isAsked = basis === 'given';
  const rows = isAsked
    ? [asSet]
    : [asSet, ...remediesOf({ ...settings, syncookies: false }, run, busiestNetworks(replay))];
  return { basis, patienceSeconds: replay.patienceSeconds, cut: replay.cut, rows };
}

type Span = readonly [from: number, to: number];
type Row = Omit<Remedy, 'remedy'>;
type Filter = Pick<Remedy, 'filter' | 'prefixes' | 'perSource'> & { readonly gateway: Gateway };
type Run = (changes: Partial<ListenerSettings>, filter?: Filter) => Row;

const open: Filter = { filter: 'none', prefixes: [], perSource: null, gateway: {} };
const noBareSyns: Filter = { ...open, filter: 'syns-without-options', gateway: { dropsBare: true } };

function rowOf(replay: Replayable, [from, to]: Span, settings: ListenerSettings, chosen: Filter): Row {
  const { gateway, filter, prefixes, perSource } = chosen;
  const prediction = predict(replay, settings, from, to, gateway);
  return { settings, filter, prefixes, perSource, enough: prediction.servedShare >= KEPT, prediction };
}

/** Networks of the attack, those with the most SYNs first. */
function busiestNetworks({ network, networks }: Replayable): Filter[] {
  const counts = new Uint32Array(networks.size);
  for (const place of network) if (place >= 0) counts[place]! += 1;
  const order = topOf(counts, PREFIX_COUNTS.at(-1)!);
  return PREFIX_COUNTS.filter((_, i) => order.length > (PREFIX_COUNTS[i - 1] ?? 0)).map((size) => {
    const chosen = order.slice(0, size);
    const closed = new Uint8Array(networks.size);
    for (const place of chosen) closed[place] = 1;
    const prefixes = chosen.map((place) => `${ipv4Text(networks.word(place))}/24`);
    return { filter: 'source-prefixes', prefixes, perSource: null, gateway: { closed } };
  });
}

/** Places of the greatest counts, the greatest first; among equals in order. */
function topOf(counts: Uint32Array, most: number): number[] {
  const top: number[] = [];
  for (let place = 0; place < counts.length; place++) {
    if (top.length === most && counts[place]! <= counts[top.at(-1)!]!) continue;
    const before = top.findIndex((other) => counts[other]! < counts[place]!);
    top.splice(before < 0 ? top.length : before, 0, place);
    if (top.length > most) top.pop();
  }
  return top;
}

/** Every remedy alone, on a listener without cookies; the mildest setting first. */
function remediesOf(off: ListenerSettings, run: Run, networks: readonly Filter[]): Remedy[] {
  const retries = Array.from({ length: Math.max(1, off.synackRetries) }, (_, i) =>
    Math.max(0, off.synackRetries - 1 - i),
  );
  const filtered: Remedy[] = [
    { remedy: 'gateway-filter', ...run(off, noBareSyns) },
    { remedy: 'rate-limit', ...smallest(RATES, (rate) => run(off, rateLimit(rate))) },
  ];
  if (networks.length > 0) {
    filtered.splice(1, 0, { remedy: 'prefix-filter', ...smallest(networks, (filter) => run(off, filter)) });
  }
  return [
    { remedy: 'shorter-timeout', ...smallest(retries, (synackRetries) => run({ ...off, synackRetries })) },
    {
      remedy: 'larger-backlog',
      ...smallest(backlogs(off), (size) => run({ ...off, listenBacklog: size, maxSynBacklog: size })),
    },
    ...filtered,
    { remedy: 'syn-cookies', ...run({ ...off, syncookies: true }) },
  ];
}

const rateLimit = (perSource: number): Filter => ({
  ...open,
  filter: 'rate-per-source',
  perSource,
  gateway: { perSource },
});

function backlogs({ listenBacklog, maxSynBacklog }: ListenerSettings): number[] {
  const sizes: number[] = [];
  for (let size = Math.max(listenBacklog, maxSynBacklog) * 2; size < MAX_BACKLOG; size *= 2) sizes.push(size);
  return [...sizes, MAX_BACKLOG];
}

/** The mildest setting that is enough, or the last one. Whatever is enough, a stronger one is too, so halving finds it. */
function smallest<T>(values: readonly T[], row: (value: T) => Row): Row {
  let best = row(values.at(-1)!);
  if (!best.enough) return best;
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const tried = row(values[middle]!);
    if (tried.enough) [best, high] = [tried, middle];
    else low = middle + 1;
  }
  return best;
}

function settingsOf(
  c: Connections,
  victim: Victim,
  { listenBacklog, maxSynBacklog, synackRetries, syncookies }: GivenSettings,
): { settings: ListenerSettings; basis: WhatIf['basis'] } {
  const { defence, acceptance } = victim;
  const seen = backlogSeen(victim);
  const usual = seen ?? LINUX_BACKLOG;
  const isGiven = [listenBacklog, maxSynBacklog, synackRetries, syncookies].some((value) => value !== undefined);
  return {
    settings: {
      listenBacklog: listenBacklog ?? usual,
      maxSynBacklog:
        maxSynBacklog ?? Math.max(listenBacklog ?? usual, acceptance.told.waiting > 0 ? LINUX_SYN_BACKLOG : 0),
      synackRetries: synackRetries ?? retriesOf(c, victim),
      syncookies: syncookies ?? (defence.cookies === 'yes' || seen === null),
    },
    basis: isGiven ? 'given' : seen === null ? 'assumed' : 'inferred',
  };
}

/** An accept queue holds one more than the backlog, whatever else is set; the SYN queue tells less surely. */
function backlogSeen({ defence, acceptance }: Victim): number | null {
  if (acceptance.told.waiting > 0) return acceptance.told.waiting - 1;
  return defence.fullDepth === null ? null : backlogFor(defence.fullDepth, defence.cookies === 'yes');
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
    const id = ids[row]!;
    const again = synAcksSent(c.word(id, Word.framesB), clock.last(id) - clock.start(id)) - 1;
    most = Math.max(most, again);
    if (to[row]! >= clock.end) mostOpen = Math.max(mostOpen, again + 1);
  }
  const isOpen = mostOpen > most;
  return most < 1 || most === 2 || isOpen ? Math.max(LINUX_RETRIES, most) : Math.min(most, 10);
}
