/** Protocols that are known by their first bytes and can be named as a framing. */
import type { StreamDecoder } from '../decoder.ts';
import { protocols } from '../framing/protocols.ts';
import type { Candidate } from './candidate.ts';
import type { ConnectionSample } from './sample.ts';
import type { Scored } from './score.ts';
import { emptyWalk, walkConnection } from './walk.ts';

const sides = [0, 1] as const;
/** First bytes that are shown to a protocol. */
const HEAD = 64;
const MIN_SHARE = 0.9;
/** What a probe that says yes is taken for. */
const BITS_OF_A_PROBE = 30;

/** The first protocol that knows the first bytes of every sample and explains both sides. */
export function knownProtocol(connections: readonly ConnectionSample[]): Scored | null {
  for (const decoder of protocols) {
    if (!knows(decoder, connections)) continue;
    const walks = [emptyWalk(), emptyWalk()] as const;
    for (const connection of connections) walkConnection(decoder.open, connection, walks);
    const explains = walks.every(({ explained, bytes }) => explained >= MIN_SHARE * bytes);
    if (!explains || walks.every(({ messages }) => messages === 0)) continue;
    return { candidate: candidateOf(decoder), walks, bits: [BITS_OF_A_PROBE, BITS_OF_A_PROBE] };
  }
  return null;
}

const candidateOf = ({ protocol, open }: StreamDecoder): Candidate => ({
  family: 'protocol',
  spec: protocol,
  netty: null,
  open,
  bits: () => 0,
});

function knows(decoder: StreamDecoder, connections: readonly ConnectionSample[]): boolean {
  let isKnown = false;
  for (const connection of connections) {
    for (const side of sides) {
      const { bytes } = connection.sides[side];
      const answer = bytes.length === 0 ? 'more' : decoder.probe(bytes.subarray(0, HEAD), side);
      if (answer === 'no') return false;
      isKnown ||= answer === 'yes';
    }
  }
  return isKnown;
}
