/** Bodies, without chunk lines and decompressed, against those that `tshark --export-objects http` wrote. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analyze.ts';
import { Bodies } from '../../../src/app/http/bodies.ts';
import { HttpConversation } from '../../../src/app/http/conversation.ts';
import type { Message, Transaction } from '../../../src/app/http/message.ts';
import { Http2 } from '../../../src/app/http2/http2.ts';
import { StreamTap } from '../../../src/stream/tap.ts';
import { truths } from './truth.ts';
import { shared } from './unsealed.ts';

type HttpObject = readonly [name: string, bytes: number, sha256: string];
type Truth = (typeof truths)[number] & { readonly http_objects?: readonly HttpObject[] };

/** Objects that we do not have. A difference that vanishes has to be taken out. */
const missing: Readonly<Record<string, readonly [count: number, reason: string]>> = {
  'arkime__tcp_handshake_synthetic.pcap': [1, 'what answers is no HTTP: tshark takes it for a body'],
  'libpcap__AH-IPcomp-IPv6.pcap': [1, 'inside IPComp, which is not decompressed here'],
  'pcpp__650HttpResponses.pcap': [1, 'a response that came again, cut otherwise: tshark takes its end for another one'],
  'suricata__http-connect-tls_input.pcap': [1, 'bytes in the tunnel of a CONNECT are no body'],
  'suricata__http-evader-447_input.pcap': [1, 'a 100 has no body (RFC 9110 section 15.2), whatever its Content-Length'],
  'suricata__tcp-urgp-01-oob_tcp-urgent1.pcap': [1, 'tshark stops at a segment with an urgent pointer'],
  'zeek__connect-with-smtp.pcap': [1, 'bytes in the tunnel of a CONNECT are no body'],
  'zeek__http-lower-case.pcap': [1, 'a status line with http in lower case is none (RFC 9112 section 2.3)'],
  'zeek__methods.pcap': [
    17,
    'request lines without a target or a version, which tshark takes for bodies; see differences.ts',
  ],
  'zeek__mixed-vlan-mpls.pcap': [3, 'tshark writes segments of a response whose first one is missing'],
};

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function ownHashes(file: string): Promise<Set<string>> {
  const bodies = new Bodies();
  const hashes = new Set<string>();
  const take = (message: Message | null): void => {
    const content = bodies.take(message);
    if (content !== null && content.bytes !== null) hashes.add(sha256(content.bytes));
  };
  const closed = ({ request, response }: Transaction): void => {
    take(request);
    take(response);
  };
  const conversations: HttpConversation[] = [];
  const tap = new StreamTap(
    () => {
      const conversation = new HttpConversation({
        closed,
        body: (...piece) => bodies.add(...piece),
        http2: (client, upgraded, events) => new Http2(client, events, upgraded),
      });
      conversations.push(conversation);
      return conversation;
    },
    'linux',
    false,
  );
  await analyze([join(shared, file)], { observer: tap });
  tap.finish();
  for (const conversation of conversations) conversation.finish();
  return hashes;
}

/** Empty objects are answers without a body. */
const withObjects = (truths as readonly Truth[]).flatMap(({ file, http_objects: objects = [] }) => {
  const filled = objects.filter(([, bytes]) => bytes > 0);
  return filled.length === 0 ? [] : [[file, filled] as const];
});

describe.runIf(withObjects.length > 0)('against tshark', () => {
  test('there is something to compare', () => {
    expect(withObjects.flatMap(([, objects]) => objects).length).toBeGreaterThan(800);
  });

  test.each(withObjects)('%s', async (file, objects) => {
    const own = await ownHashes(file);
    const lacking = objects.filter(([, , hash]) => !own.has(hash));
    expect(lacking.length).toBe(missing[file]?.[0] ?? 0);
  });
});
