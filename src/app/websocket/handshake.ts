/** What the two ends agreed to when HTTP became WebSocket (RFC 6455 section 4). */
import { type Transaction, valueOf } from '../http/message.ts';
import { hashBase64 } from '../crypto.ts';

interface Deflate {
  /** The sender starts each message with an empty window, by side of the connection. */
  readonly clientForgets: boolean;
  readonly serverForgets: boolean;
}

export interface Handshake {
  readonly key: string | null;
  readonly accept: string | null;
  /** What the server had to answer; null where the key was not seen. */
  readonly expectedAccept: string | null;
  readonly subprotocol: string | null;
  readonly extensions: string | null;
  readonly deflate: Deflate | null;
}

/** RFC 6455 section 4.2.2: what proves that a server read the key. */
const acceptOf = (key: string): string => hashBase64('sha1', `${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);

export function handshakeOf({ request, response }: Transaction): Handshake {
  const key = request === null ? null : valueOf(request, 'sec-websocket-key');
  const accept = response === null ? null : valueOf(response, 'sec-websocket-accept');
  const extensions = response === null ? null : valueOf(response, 'sec-websocket-extensions');
  return {
    key,
    accept,
    expectedAccept: key === null ? null : acceptOf(key),
    subprotocol: response === null ? null : valueOf(response, 'sec-websocket-protocol'),
    extensions,
    deflate: deflateOf(extensions),
  };
}

/** RFC 7692 section 7.1. */
function deflateOf(extensions: string | null): Deflate | null {
  for (const extension of (extensions ?? '').toLowerCase().split(',')) {
    const [name, ...parameters] = extension.split(';').map((part) => part.trim());
    if (name !== 'permessage-deflate') continue;
    return {
      clientForgets: parameters.includes('client_no_context_takeover'),
      serverForgets: parameters.includes('server_no_context_takeover'),
    };
  }
  return null;
}
