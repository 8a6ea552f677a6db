import type { Connections } from '../flow/connections.ts';
import { Cause } from '../flow/waits/names.ts';
import { delayedOf } from '../flow/waits/read.ts';
import { duration } from './durations.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, type Group, Groups, onlyConnection, plural, whoText } from './groups.ts';
import { framesOf, stallsOfCause, waitingConnections } from './waiting.ts';

export const tcpNagleDelayedAck: Detector = {
  id: 'tcp-nagle-delayed-ack',
  title: 'Small writes that wait for delayed ACKs',
  why: "A sender with Nagle's algorithm holds a small piece back until the one before it is acknowledged; a receiver delays that ACK, by 40 or 200 ms, because it waits for more data or for an answer to carry it. Each waits for the other. Write a message at once, or set TCP_NODELAY.",
  references: [
    { spec: 'RFC 9293', section: '3.7.4' },
    { spec: 'RFC 9293', section: '3.8.6.3' },
  ],
  *detect(facts) {
    const { connections: c, limits } = facts;
    const groups = new Groups<'held'>(c, limits);
    for (const id of waitingConnections(facts)) {
      const { count, nanoseconds, frame } = delayedOf(c, id);
      if (count < LEAST_COUNT || nanoseconds < LEAST_SECONDS * 1e9) continue;
      const kept = framesOf(stallsOfCause(c, id, Cause.delayedAck));
      groups.add('held', id, kept.length > 0 ? kept : [frame], nanoseconds / 1e9);
    }
    for (const group of groups.all()) yield claim(c, group);
  },
};

/** A few times it may be chance. */
const LEAST_COUNT = 5;
const LEAST_SECONDS = 0.1;
const WARNING_SECONDS = 1;

function claim(c: Connections, group: Group<'held'>): Claim {
  const { ids, frames, most } = group;
  const [first] = ids as [number];
  const { count, nanoseconds } = delayedOf(c, first);
  const what =
    ids.length === 1
      ? `data waited ${plural(count, 'time')} for a delayed ACK, ${duration(nanoseconds / 1e9 / count)} each`
      : `data waited for delayed ACKs in ${plural(ids.length, 'connection')}, up to ${duration(most)} in one`;
  return {
    severity: most >= WARNING_SECONDS ? 'warning' : 'notice',
    confidence: 0.85,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  ${what}: Nagle's algorithm against delayed ACKs`,
    frameCount: frames.length,
    frames,
    measured: {
      connections: ids.length,
      longestSeconds: most,
      leastCount: LEAST_COUNT,
      leastSeconds: LEAST_SECONDS,
      ...(ids.length === 1 ? { count } : {}),
    },
    against: ['ACKs that are late by themselves, on a path whose delay varies, look the same'],
    unknowable: [],
    displayFilter: framesFilter(frames),
    about: aboutText(c, group),
  };
}
