import type { Connections } from '../flow/connections.ts';
import { Meta, Word } from '../flow/records.ts';
import type { Stuck } from '../flow/recovery/summary.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { Groups, aboutText, type Group, onlyConnection, plural, whoText } from './groups.ts';
import { type Loss, eventsWith, lossesOf } from './losses.ts';

type Kind = 'shrunk 0' | 'shrunk 1' | 'told 0' | 'told 1' | 'stuck 0' | 'stuck 1';

/** Smaller segments fit every path: IPv6 carries 1,280 bytes everywhere (RFC 8200 section 5), less its headers and options. */
const LARGE = 1000;
/** Resends of the same segment: twice where something else bears it out. */
const MIN_TIMES = 2;
const MIN_TIMES_ALONE = 3;

export const tcpMtuBlackHole: Detector = {
  id: 'tcp-mtu-black-hole',
  title: 'Large segments that never arrive',
  why: 'The path lets small packets through and drops large ones, and the ICMP message that should say so does not reach the sender, or is not heeded. Connections come up and answer short questions; the first long answer hangs.',
  references: [
    { spec: 'RFC 2923', section: '2.1' },
    { spec: 'RFC 4821', section: '3' },
  ],
  *detect(facts) {
    const { connections: c, limits } = facts;
    const groups = new Groups<Kind>(c, limits);
    const lengths = new Map<string, Stuck>();
    for (const loss of lossesOf(facts)) {
      const stuck = c.stuck(loss.id, loss.side);
      const how = stuck === null ? null : howSure(c, loss, stuck);
      if (stuck === null || how === null) continue;
      lengths.set(`${loss.id} ${loss.side}`, stuck);
      groups.add(`${how} ${loss.side}`, loss.id, framesOf(c, loss, stuck), stuck.payloadBytes);
    }
    for (const group of groups.all()) yield claim(c, group, lengths);
  },
};

/** Resends of the segment, as far as their events are kept. */
function framesOf(c: Connections, loss: Loss, { sequence, frame }: Stuck): number[] {
  const resends = eventsWith(c, loss, ['timeout', 'after-timeout', 'path-mtu']);
  const frames = resends.filter((event) => event.sequence === sequence).map((event) => event.frame);
  return frames.length === 0 ? [frame] : frames;
}

function howSure(c: Connections, { id, side }: Loss, stuck: Stuck): 'shrunk' | 'told' | 'stuck' | null {
  const { payloadBytes, times, shrunkTo, answers } = stuck;
  if (payloadBytes < LARGE || times < MIN_TIMES) return null;
  const told = (c.word(id, Word.meta) & Meta.tooBig) !== 0;
  if (shrunkTo > 0) return told ? null : 'shrunk';
  if (told) return 'told';
  const isn = c.isn(id, side);
  // A large segment that came through before speaks for a loss of another kind, and so does a silent receiver.
  if (isn === null || ((stuck.sequence - isn - 1) | 0) >= payloadBytes) return null;
  return times >= MIN_TIMES_ALONE && answers > 0 ? 'stuck' : null;
}

const texts = {
  shrunk: 'passed only when they were made smaller',
  told: 'never pass, as a router says',
  stuck: 'never pass',
};
const sureness = { shrunk: 0.9, told: 0.9, stuck: 0.6 };

function claim(c: Connections, group: Group<Kind>, lengths: ReadonlyMap<string, Stuck>): Claim {
  const { ids, frames } = group;
  const [how, side] = group.kind.split(' ') as ['shrunk' | 'told' | 'stuck', '0' | '1'];
  const all = ids.map((id) => lengths.get(`${id} ${side}`)!);
  const times = all.reduce((sum, stuck) => sum + stuck.times, 0);
  const shrunkTo = Math.max(...all.map((stuck) => stuck.shrunkTo));
  const who = side === '0' ? 'originator' : 'responder';
  return {
    severity: 'warning',
    confidence: sureness[how],
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  segments of ${group.most} bytes from the ${who} ${texts[how]}: sent again ${plural(times, 'time')}${shrunkTo > 0 ? `, then ${shrunkTo} bytes at a time` : ''}`,
    frameCount: frames.length,
    frames,
    measured: { connections: ids.length, segmentBytes: group.most, resends: times, passedBytes: shrunkTo, by: who },
    against: how === 'stuck' ? ['no smaller segment was seen to pass instead'] : [],
    unknowable: how === 'told' ? [] : ['which router drops them: none says so here'],
    displayFilter: framesFilter(frames),
    about: `${group.kind} ${aboutText(c, group)}`,
  };
}
