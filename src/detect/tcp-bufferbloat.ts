import type { Connections } from '../flow/connections.ts';
import { Word } from '../flow/records.ts';
import { Share } from '../flow/waits/names.ts';
import { divisionOf } from '../flow/waits/read.ts';
import { duration } from './durations.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { aboutText, type Group, Groups, onlyConnection, plural, whoText } from './groups.ts';
import { sideNames } from './waiting.ts';

export const tcpBufferbloat: Detector = {
  id: 'tcp-bufferbloat',
  title: 'A queue in the path that grows with what is sent',
  why: 'The more the sender has on its way, the longer each round trip takes: the narrowest link has a deep queue, which fills instead of dropping. The transfer gains nothing by it, and everything else on that link waits behind the queue.',
  references: [
    { spec: 'RFC 8289', section: '1' },
    { spec: 'RFC 8290', section: '1' },
  ],
  *detect(facts) {
    const { connections: c, limits } = facts;
    const groups = new Groups<Kind>(c, limits);
    for (const id of c.digest().eventful) {
      if (c.word(id, Word.full) === 0 || c.isUdp(id)) continue;
      for (const side of [0, 1] as const) {
        const queue = queueOf(c, id, side);
        if (queue !== null) groups.add(`${side}`, id, queue.frames, queue.addedSeconds);
      }
    }
    for (const group of groups.all()) yield claim(c, group);
  },
};

/** The sender. */
type Kind = '0' | '1';

/** Round trips longer than the least, on average: what is felt in a call or a game. From the second on it is a warning. */
const LEAST_ADDED_SECONDS = 0.1;
const LONG_ADDED_SECONDS = 0.5;
/** The average round trip is at least so many times the least. */
const LEAST_RATIO = 2;
/** A step of the round trip while the flight grows evenly reaches 0.87; a queue above 0.9. */
const LEAST_CORRELATION = 0.88;
const LEAST_PAIRS = 50;
/** Ten usual segments: what fewer wait for is no queue of their own. */
const LEAST_FLIGHT = 14_600;

/** A path that stands still once holds what is on its way, too; a queue fills over several of its own round trips. */
const LEAST_ROUND_TRIPS = 4;

interface Queue {
  readonly addedSeconds: number;
  readonly leastSeconds: number;
  readonly averageSeconds: number;
  readonly mostSeconds: number;
  readonly flight: number;
  readonly correlation: number;
  /** ACKs of the least and of the greatest round trip. */
  readonly frames: number[];
}

/** Null where what the end sends builds no queue, as far as the capture tells. */
function queueOf(c: Connections, id: number, side: 0 | 1): Queue | null {
  const m = c.measured(id, side);
  if (m === null || m.pairs < LEAST_PAIRS || m.maxBytesInFlight < LEAST_FLIGHT) return null;
  const average = m.total / m.samples;
  const added = (average - m.least) / 1e9;
  if (added < LEAST_ADDED_SECONDS || average < LEAST_RATIO * m.least || m.correlation < LEAST_CORRELATION) return null;
  if (sendingNanoseconds(c, id) < LEAST_ROUND_TRIPS * m.most) return null;
  return {
    addedSeconds: added,
    leastSeconds: m.least / 1e9,
    averageSeconds: average / 1e9,
    mostSeconds: m.most / 1e9,
    flight: m.maxBytesInFlight,
    correlation: m.correlation,
    frames: [m.leastFrame, m.mostFrame].toSorted((a, b) => a - b),
  };
}

/** Time that went to neither end's application, nor to the handshake or nothing. */
function sendingNanoseconds(c: Connections, id: number): number {
  const shares = divisionOf(c, id)?.shares;
  if (shares === undefined) return Infinity;
  return [Share.path, Share.pacing, Share.recovery, Share.receiverWindow].reduce((sum, at) => sum + shares[at]!, 0);
}

function claim(c: Connections, group: Group<Kind>): Claim {
  const { ids, frames: unordered, kind, most } = group;
  const frames = unordered.toSorted((a, b) => a - b);
  const side = kind === '0' ? 0 : 1;
  const queues = ids.map((id) => queueOf(c, id, side)!);
  const worst = queues.find(({ addedSeconds }) => addedSeconds === most)!;
  // Beyond what the path itself holds (flight / round trip * least round trip), it waits in the queue.
  const queued = worst.flight * (1 - worst.leastSeconds / worst.mostSeconds);
  const where = ids.length === 1 ? '' : ` in each of ${plural(ids.length, 'connection')}, up to`;
  return {
    severity: most >= LONG_ADDED_SECONDS ? 'warning' : 'notice',
    confidence: 0.8,
    ...onlyConnection(c, group),
    summary: `${whoText(c, group)}  what the ${sideNames[side]} sent waited${where} ${duration(most)} in a queue of about ${Math.round(queued / 1000)} kB: round trips grew from ${duration(worst.leastSeconds)} to ${duration(worst.mostSeconds)} with the bytes in flight`,
    frameCount: frames.length,
    frames,
    measured: {
      connections: ids.length,
      addedSeconds: most,
      leastSeconds: worst.leastSeconds,
      averageSeconds: worst.averageSeconds,
      mostSeconds: worst.mostSeconds,
      bytesInFlight: worst.flight,
      correlation: Number(worst.correlation.toFixed(3)),
      sender: sideNames[side],
    },
    against: [],
    unknowable: [
      'whose queue it is: any link between the capture and the receiver, or back',
      'what else was queued there',
    ],
    displayFilter: framesFilter(frames),
    about: `${sideNames[side]} ${aboutText(c, group)}`,
  };
}
