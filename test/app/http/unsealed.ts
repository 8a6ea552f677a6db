/** Transactions of a capture, inside TLS too where a key log lies beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { analyze } from '../../../src/analyze.ts';
import { HttpConversation, type HttpSink } from '../../../src/app/http/conversation.ts';
import { Secured } from '../../../src/app/http/secured.ts';
import { Http2 } from '../../../src/app/http2/http2.ts';
import { privateKeyOf } from '../../../src/app/crypto.ts';
import { KeyLog } from '../../../src/app/tls/key-log.ts';
import { Unsealer } from '../../../src/app/tls/unsealer.ts';
import { StreamTap } from '../../../src/stream/tap.ts';
import type { Transaction } from '../../../src/app/http/message.ts';

export const shared = join(import.meta.dirname, '../../../../shared/captures');
const rsaKey = privateKeyOf(readFileSync(join(import.meta.dirname, '../../../fixtures/tls/rsa-key.pem')))!;

export interface Unsealed {
  /** As tshark counts. */
  readonly stream: number;
  readonly clientPort: number;
  readonly serverPort: number;
  readonly transaction: Transaction;
}

export async function unsealedTransactions(path: string): Promise<Unsealed[]> {
  const log = new KeyLog();
  for (const keys of [path.replace(/\.\w+$/, '.keys'), `${path}.keys`]) {
    if (existsSync(keys)) log.add(readFileSync(keys, 'latin1'));
  }
  const unsealer = new Unsealer({ log, rsa: [rsaKey] });
  const found: { id: number; transaction: Transaction }[] = [];
  const conversations: HttpConversation[] = [];
  const tap = new StreamTap(
    (_, id) => {
      const sink: HttpSink = {
        closed: (transaction) => found.push({ id, transaction }),
        http2: (client, upgraded, events) => new Http2(client, events, upgraded),
        secure: (first) => Secured.open((plain) => unsealer.open(plain), sink, first),
      };
      const conversation = new HttpConversation(sink);
      conversations.push(conversation);
      return conversation;
    },
    'linux',
    false,
  );
  const { facts } = await analyze([path], { observer: tap, onOpen: ({ secrets }) => log.watch(secrets) });
  tap.finish();
  for (const conversation of conversations) conversation.finish();
  const indexes = facts.connections.indexes();
  const { connections: c } = facts;
  return found.map(({ id, transaction }) => {
    return { stream: indexes[id]!, clientPort: c.port(id, 0), serverPort: c.port(id, 1), transaction };
  });
}
