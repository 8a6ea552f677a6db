/** Findings about protocols, where a command had them decoded. */
import { detectDns } from './dns/dns-failure.ts';
import type { Facts } from './facts.ts';
import type { Finding } from './finding.ts';
import { socketText } from './groups.ts';
import { detectHttp } from './http/index.ts';
import { sitesOf } from './sites.ts';
import { detectWebSocket } from './websocket/index.ts';

export function decodedFindings({ connections: c, limits, http, webSockets, dns }: Facts): Finding[] {
  return [
    ...(http === undefined ? [] : detectHttp(sitesOf(c, http.connections), limits, { answers: http.answersOf })),
    ...(webSockets === undefined ? [] : detectWebSocket(sitesOf(c, webSockets))),
    ...(dns === undefined
      ? []
      : detectDns({
          exchanges: dns.exchanges,
          serverOf: ({ connection, side }) => socketText(c, connection, side === 0 ? 1 : 0),
          captureEnd: c.captureEnd.seconds,
        })),
  ];
}
