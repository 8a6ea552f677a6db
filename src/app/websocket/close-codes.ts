/** Close codes of WebSocket (RFC 6455 section 7.4.1, and IANA's registry). */

const texts: Readonly<Record<number, string>> = {
  1000: 'normal closure',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unsupported data',
  1007: 'invalid payload data',
  1008: 'policy violation',
  1009: 'message too big',
  1010: 'extension missing',
  1011: 'internal error',
  1012: 'service restart',
  1013: 'try again later',
  1014: 'bad gateway',
};

export function closeCodeText(code: number): string {
  const text = texts[code];
  if (text !== undefined) return text;
  if (code >= 3000 && code < 4000) return 'registered with IANA';
  return code >= 4000 && code < 5000 ? 'private' : 'not allowed';
}

/** What an application does on purpose; everything else is a failure. */
export const isNormalClose = (code: number | null): boolean =>
  code === null || code === 1000 || code === 1001 || (code >= 3000 && code < 5000);
