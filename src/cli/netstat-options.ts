/** The words of `synoptic netstat` -> options. */
import { ipv4Text, ipv6Text } from '../bytes/address.ts';
import { parseIpv4, parseIpv6 } from '../filter/addresses.ts';
import { type State, netstatNames, states } from '../flow/life/states.ts';
import type { Host, Selection } from '../flow/sockets/walk.ts';
import { forTerminal } from '../report/sanitize.ts';
import type { Moment } from '../window.ts';
import { UsageError } from './exit-codes.ts';
import { type CommonOptions, readMoment } from './options.ts';

export interface RawNetstatOptions {
  at?: string;
  state?: string;
  host?: string;
  summary?: true;
  every?: string;
}

interface Every {
  readonly text: string;
  readonly seconds: number;
}

export interface NetstatOptions extends CommonOptions {
  readonly at: Moment | undefined;
  readonly selection: Selection;
  readonly summary: boolean;
  readonly every: Every | undefined;
}

export function netstatOptions(common: CommonOptions, raw: RawNetstatOptions): NetstatOptions {
  if (raw.summary === true && raw.every !== undefined) {
    throw new UsageError('--summary and --every cannot go together: one counts by host, the other by time');
  }
  return {
    ...common,
    at: raw.at === undefined ? undefined : readMoment('--at', raw.at),
    selection: {
      states: raw.state === undefined ? null : readStates(raw.state),
      host: raw.host === undefined ? null : readHost(raw.host),
    },
    summary: raw.summary === true,
    every: raw.every === undefined ? undefined : readEvery(raw.every),
  };
}

/** `syn_recv`, `SYN-RECV` and `SYN-RECEIVED` are the same state. */
const fold = (name: string): string => name.toUpperCase().replaceAll(/[-_\s]/g, '');

const byName: ReadonlyMap<string, State> = new Map(
  states.flatMap((state) => {
    const name = netstatNames[state];
    return name === null ? [] : [[fold(name), state] as const, [fold(state), state] as const];
  }),
);

function readStates(text: string): ReadonlySet<State> {
  return new Set(
    text.split(',').map((word) => {
      const state = byName.get(fold(word));
      if (state !== undefined) return state;
      const names = Object.values(netstatNames).filter((name) => name !== null);
      throw new UsageError(`--state ${forTerminal(word.trim())}: expected one or more of ${names.join(', ')}`);
    }),
  );
}

function readHost(text: string): Host {
  const ipv4 = parseIpv4(text);
  if (ipv4?.bits === 32) return { isIpv6: false, word: ipv4.value, text: ipv4Text(ipv4.value) };
  const words = text.includes(':') ? parseIpv6(text.replace(/^\[(.*)\]$/, '$1')) : undefined;
  if (words !== undefined) return { isIpv6: true, word: 0, text: ipv6Text(bytesOf(words), 0) };
  throw new UsageError(`--host ${forTerminal(text)}: expected an IP address, as in 10.0.0.9 or 2001:db8::9`);
}

const bytesOf = (words: readonly number[]): Uint8Array =>
  Uint8Array.from(words.flatMap((word) => [word >>> 24, word >>> 16, word >>> 8, word]));

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

function readEvery(text: string): Every {
  const [, digits = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)$/.exec(text) ?? [];
  const seconds = Number(digits) * (unitSeconds[unit] ?? 0);
  if (seconds >= MIN_STEP_SECONDS) return { text, seconds };
  throw new UsageError(
    `--every ${forTerminal(text)}: not a step\n  expected: a number with ms, s, m or h, as in 500ms or 1s; at least 0.001ms`,
  );
}

const MIN_STEP_SECONDS = 0.000_001;
