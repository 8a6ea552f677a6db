/** Findings about protocols, where a command had them decoded. */
import type { Facts } from './facts.ts';
import type { Finding } from './finding.ts';
import { detectHttp } from './http/index.ts';
import { sitesOf } from './sites.ts';
import { detectWebSocket } from './websocket/index.ts';

export function decodedFindings({ connections: c, limits, http, webSockets, dns }: Facts): Finding[] {
  return [
    ...(http === undefined ? [] : detectHttp(sitesOf(c, http.connections), limits, { answers: http.answersOf })),
    ...(webSockets === undefined ? [] : detectWebSocket(sitesOf(c, webSockets))),
    ...(dns?.failures.findings() ?? []),
  ];
}
