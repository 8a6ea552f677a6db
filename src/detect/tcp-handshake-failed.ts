import { lifeAtEnd } from '../flow/life/life.ts';
import type { Connections } from '../flow/connections.ts';
import type { Schedule } from '../flow/life/schedule.ts';
import { Word } from '../flow/records.ts';
import {
  type Failures,
  type Listener,
  MAX_CLIENTS,
  MAX_FRAMES,
  countSuccesses,
  failedListeners,
  overtaken,
} from './failed-listeners.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';

export const tcpHandshakeFailed: Detector = {
  id: 'tcp-handshake-failed',
  title: 'Connections that never came up',
  why: 'A SYN without any answer means a firewall, a host that is down, or a capture on one side of an asymmetric path; a RST means that nothing listens there, or that a firewall refuses.',
  references: [
    { spec: 'RFC 9293', section: '3.5' },
    { spec: 'RFC 9293', section: '3.10.7.3' },
  ],
  *detect(facts) {
    const { connections, limits } = facts;
    const listeners = failedListeners(connections, limits, overtaken(facts));
    if (listeners.size === 0) return;
    countSuccesses(connections, listeners);
    const claims: Failure[] = [];
    for (const listener of listeners.values()) {
      for (const group of [listener.silent, listener.refused]) if (group !== null) claims.push({ group, listener });
    }
    yield* perHost(connections, claims);
  },
};

interface Failure {
  readonly group: Failures;
  readonly listener: Listener;
}

/** Ports of one host from which on their failures are told as one: that is a scan, or a host that is gone. */
const MANY_PORTS = 10;

/** The failures, the most attempts first; many ports of one host become one claim. */
function* perHost(c: Connections, failures: readonly Failure[]): Generator<Claim> {
  const hosts = new Map<string, Failure[]>();
  for (const failure of failures) {
    const { first, refused } = failure.group;
    const key = `${c.isIpv6(first) ? 6 : 4} ${c.word(first, Word.addressB)} ${refused}`;
    const known = hosts.get(key);
    if (known === undefined) hosts.set(key, [failure]);
    else known.push(failure);
  }
  const told: Failure[][] = [];
  for (const some of hosts.values()) {
    const together: Failure[] = [];
    // A port that was tried much more often than its neighbours is no part of a scan.
    for (const failure of some) {
      if (some.length < MANY_PORTS || failure.group.attempts >= MANY_PORTS) told.push([failure]);
      else together.push(failure);
    }
    if (together.length > 0) told.push(together);
  }
  const attempts = (some: readonly Failure[]): number => some.reduce((sum, { group }) => sum + group.attempts, 0);
  told.sort((a, b) => attempts(b) - attempts(a) || a[0]!.group.first - b[0]!.group.first);
  for (const some of sweepsJoined(c, told)) {
    if (some.length > 1 && isSweep(c, some)) yield sweepClaim(c, some);
    else if (some.length === 1) yield claim(c, some[0]!.group, some[0]!.listener.succeeded);
    else yield portsClaim(c, some);
  }
}

/** Hosts from which on one client's failures on the same port are told as one. */
const MANY_HOSTS = 10;

/** What one client met at many hosts, on the same port, stands where the first of them stood. */
function sweepsJoined(c: Connections, told: readonly Failure[][]): Failure[][] {
  const sweeps = new Map<string, Failure[]>();
  const keyOf = (some: readonly Failure[]): string | null => {
    const { first, refused, clients } = some[0]!.group;
    return some.length === 1 && clients.size === 1 ? `${c.address(first, 0)} ${c.port(first, 1)} ${refused}` : null;
  };
  for (const some of told) {
    const key = keyOf(some);
    if (key !== null) sweeps.set(key, [...(sweeps.get(key) ?? []), ...some]);
  }
  const seen = new Set<string>();
  return told.flatMap((some) => {
    const key = keyOf(some);
    const sweep = key === null ? undefined : sweeps.get(key);
    if (key === null || sweep === undefined || sweep.length < MANY_HOSTS) return [some];
    if (seen.has(key)) return [];
    seen.add(key);
    return [sweep];
  });
}

const isSweep = (c: Connections, some: readonly Failure[]): boolean =>
  c.word(some[0]!.group.first, Word.addressB) !== c.word(some[1]!.group.first, Word.addressB);

/** One claim about one client and many hosts. */
function sweepClaim(c: Connections, some: readonly Failure[]): Claim {
  const [{ group }] = some as readonly [Failure];
  const from = c.address(group.first, 0);
  const port = c.port(group.first, 1);
  const attempts = some.reduce((total, failure) => total + failure.group.attempts, 0);
  const frames = some.flatMap((failure) => failure.group.frames).toSorted((a, b) => a - b);
  const what = group.refused ? 'refused (RST)' : 'no answer';
  return {
    severity: 'warning',
    confidence: 0.8,
    summary: `${from} > ${some.length} hosts, port ${port}  ${attempts} attempts, ${what}: a host sweep, or a network that is gone`,
    frameCount: attempts,
    frames: frames.slice(0, MAX_FRAMES),
    measured: { hosts: some.length, attempts },
    against: [],
    unknowable: ['whether anybody meant to reach the hosts'],
    displayFilter: framesFilter(frames),
    about: `${group.refused ? 'refused' : 'silent'} ${from} port ${port}`,
  };
}

/** One claim about many ports of a host. */
function portsClaim(c: Connections, some: readonly Failure[]): Claim {
  const [{ group }] = some as readonly [Failure];
  const host = c.address(group.first, 1);
  const clients = new Set(some.flatMap((failure) => [...failure.group.clients]));
  const from = clients.size === 1 ? c.address(group.first, 0) : `${clients.size} addresses`;
  const sum = (of: 'attempts' | 'syns'): number => some.reduce((total, failure) => total + failure.group[of], 0);
  const frames = some.flatMap((failure) => failure.group.frames).toSorted((a, b) => a - b);
  const what = group.refused ? 'refused (RST)' : 'no answer';
  return {
    severity: 'warning',
    confidence: 0.8,
    summary: `${from} > ${host}  ${some.length} ports, ${sum('attempts')} attempts, ${what}: a port scan, or a host that is gone`,
    frameCount: sum('attempts'),
    frames: frames.slice(0, MAX_FRAMES),
    measured: { ports: some.length, attempts: sum('attempts'), syns: sum('syns'), clients: clients.size },
    against: [],
    unknowable: ['whether anybody meant to use the ports'],
    displayFilter: framesFilter(frames),
    about: `${group.refused ? 'refused' : 'silent'} ${host} ports`,
  };
}

function claim(c: Connections, group: Failures, succeeded: number): Claim {
  const { attempts, syns, refused, first } = group;
  const address = c.address(first, 1);
  const listener = `${c.isIpv6(first) ? `[${address}]` : address}:${c.port(first, 1)}`;
  const clients = group.clients.size >= MAX_CLIENTS ? `${MAX_CLIENTS} or more` : String(group.clients.size);
  const from = group.clients.size === 1 ? c.address(first, 0) : `${clients} addresses`;
  // How often and when one client tried tells its system, and whether it gave up.
  const schedule = attempts === 1 && !refused ? (lifeAtEnd(c, first)?.handshake.syn ?? null) : null;
  const tries = `${attempts} ${plural(attempts, 'attempt')}`;
  const what = refused
    ? `${tries} refused (RST): nothing listens there, or a filter rejects`
    : `${tries}, ${syns} ${plural(syns, 'SYN')}${scheduleText(schedule)}, no answer: filtered, down or overloaded`;
  return {
    severity: succeeded > attempts ? 'notice' : 'warning',
    confidence: refused ? 0.95 : 0.8,
    summary: `${from} > ${listener}  ${what}`,
    frameCount: attempts,
    frames: group.frames,
    measured: { attempts, syns, clients: group.clients.size, succeeded, ...measuredSchedule(schedule) },
    against: succeeded > 0 ? [`${succeeded} other connections to it came up`] : [],
    unknowable: refused
      ? ['whether the host or something before it refused']
      : ['whether answers took a path past the capture'],
    displayFilter: framesFilter(group.frames),
    about: `${refused ? 'refused' : 'silent'} ${listener}`,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function scheduleText(schedule: Schedule | null): string {
  if (schedule === null || schedule.transmissions < 2) return '';
  return ` in ${sum(schedule.intervals).toFixed(1)} s${schedule.gaveUp ? ', then it gave up' : ''}`;
}

function measuredSchedule(schedule: Schedule | null): Record<string, number | string> {
  if (schedule === null || schedule.transmissions < 2) return {};
  const { intervals, fits, gaveUp } = schedule;
  return { seconds: sum(intervals), schedule: fits.join(' or '), gaveUp: gaveUp ? 'yes' : 'no' };
}

const plural = (count: number, word: string): string => (count === 1 ? word : `${word}s`);
