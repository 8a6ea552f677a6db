import { type Claim, type Detector, framesFilter } from './finding.ts';
import type { Connections } from '../flow/connections.ts';
import { type Victim, victimsOf } from './flood/flood.ts';
import { targetText } from './flood/names.ts';
import { estimatedText, sampledMeasure, sampledUnknowable } from './flood/sampled.ts';
import { plural } from './groups.ts';

/** From here on it is said aloud. */
const SURE = 0.6;

export const synFlood: Detector = {
  id: 'syn-flood',
  title: 'SYN flood',
  why: 'Somebody opens many connections and finishes none. Each takes a place in the SYN queue of the listener until it gives up; when all places are taken, SYNs of real clients are dropped, or answered with SYN cookies.',
  references: [
    { spec: 'RFC 4987', section: '2' },
    { spec: 'RFC 9293', section: '3.5' },
  ],
  *detect(facts) {
    const sampling = facts.floodThresholds?.sampling ?? 1;
    for (const victim of victimsOf(facts)) {
      const { verdict } = victim.judgement;
      if (verdict === 'flood' || verdict === 'burst') yield claim(facts.connections, victim, sampling);
    }
  },
};

function claim(c: Connections, victim: Victim, sampling: number): Claim {
  const { judgement, rows, onset, end, peakRate, sources, spoofing, queue, defence, outcomes } = victim;
  const seconds = Math.max(end - onset, 0);
  const isSure = judgement.verdict === 'flood' && judgement.confidence >= SURE;
  const name = targetText(c, victim.target);
  const handshakes = rows.length * sampling;
  const about = sampling > 1 ? 'about ' : '';
  const from = `${sampling > 1 ? 'at least ' : sources.estimated ? 'about ' : ''}${plural(sources.count, 'source')}`;
  return {
    severity: isSure ? 'alert' : 'notice',
    confidence: judgement.confidence,
    summary: isSure
      ? `${name}  SYN flood: ${about}${handshakes} handshakes from ${from} never finished, in ${seconds.toFixed(1)} s${estimatedText(sampling)}`
      : `${name}  burst of ${about}${plural(handshakes, 'SYN')} from ${from} in ${seconds.toFixed(1)} s; nothing more can be told`,
    frameCount: rows.length,
    frames: [...victim.frames],
    measured: {
      handshakes,
      sources: sources.count,
      seconds: Math.round(seconds * 1000) / 1000,
      peakPerSecond: Math.round(peakRate * sampling),
      spoofed: spoofing.spoofed,
      // Answers that are missing in a sample may have been left out of it.
      ...(sampling > 1
        ? sampledMeasure(sampling)
        : { peakHalfOpen: queue.peak, cookies: defence.cookies, unanswered: outcomes.unanswered }),
    },
    against: [...judgement.against],
    unknowable: [...sampledUnknowable(sampling), 'whether the application itself was loaded'],
    displayFilter: framesFilter(victim.frames),
    about: name,
  };
}
