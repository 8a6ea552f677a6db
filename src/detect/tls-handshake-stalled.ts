import { lifeAtEnd } from '../flow/life/life.ts';
import { tlsOutcome, turnOf } from '../app/tls/outcome.ts';
import type { TlsConnection } from '../app/tls/run.ts';
import type { Facts } from './facts.ts';
import type { Detector } from './finding.ts';
import { secondsSince } from './tls-silence.ts';
import { type TlsVerdict, tlsClaims } from './tls-claims.ts';

/** Shorter silence at the end of a capture says nothing. */
const MIN_SILENCE_SECONDS = 3;

export const tlsHandshakeStalled: Detector = {
  id: 'tls-handshake-stalled',
  title: 'TLS handshakes that stopped halfway',
  why: 'One end did not send what was its turn to send, and no alert says why. The TCP connection tells more: closed or reset by one end, or silence, as where large segments do not get through.',
  references: [
    { spec: 'RFC 8446', section: '2' },
    { spec: 'RFC 5246', section: '7.3' },
  ],
  detect: (facts) => tlsClaims(facts, (_, __, connection) => judge(facts, connection)),
};

function judge(facts: Facts, { id, handshake: h }: TlsConnection): TlsVerdict | null {
  const outcome = tlsOutcome(h);
  const last = h.steps.findLast(({ message }) => message !== 'alert');
  const turn = turnOf(h);
  if ((outcome !== 'stopped' && outcome !== 'closed') || last === undefined || turn === null) return null;
  const who = turn === h.client ? 'the client' : 'the server';
  const { connections: c } = facts;
  // Of an end that was not captured nothing can be said.
  if (c.payloadBytes(id, turn) + c.frames(id, turn) === 0 || lifeAtEnd(c, id)?.handshake.outcome === 'partial')
    return null;
  const close = lifeAtEnd(c, id)?.close;
  const closer = close?.initiator ?? null;
  const silence = secondsSince(facts, last);
  let cause: string;
  if (close?.shape === 'reset' && closer !== null)
    cause = `${closer === h.client ? 'the client' : 'the server'} reset the connection`;
  else if (closer !== null) cause = `${closer === h.client ? 'the client' : 'the server'} closed the connection`;
  else if (silence < MIN_SILENCE_SECONDS) return null;
  else cause = 'nothing came any more';
  const resent = (c.analysis(id, turn).retransmission ?? 0) + (c.analysis(id, turn === 0 ? 1 : 0).retransmission ?? 0);
  return {
    // A client that leaves at once is mostly a probe, or a person who changed his mind.
    severity: closer === h.client ? 'notice' : 'warning',
    confidence: 0.8,
    text: `after ${last.message} it was the turn of ${who}: ${cause}`,
    frame: last.frame,
    measured: { silenceSeconds: closer === null ? Math.round(silence) : 0, resent },
    unknowable: ['whether an answer was lost before it reached the place of the capture'],
  };
}
