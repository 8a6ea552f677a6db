/** One line for each protocol that was decoded. */
import type { Applications } from '../applications.ts';
import * as say from './format.ts';

const counted = (count: number, one: string, many = `${one}s`): string =>
  `${say.count(count)} ${count === 1 ? one : many}`;
const named = (counts: Readonly<Record<string, number>>): string[] =>
  Object.entries(counts).map(([name, count]) => `${name} ${say.count(count)}`);

/** Without a title; nothing where nothing was decoded. */
export function applicationLines(applications: Applications | null): string[] {
  if (applications === null) return [];
  const { http, webSocket, tls, ssh, dns } = applications;
  const lines: [name: string, count: number, ...facts: string[]][] = [
    [
      'HTTP',
      http.requests + http.responses,
      counted(http.requests, 'request'),
      ...named(http.byStatusClass),
      ...(http.requests > http.responses ? [`${say.count(http.requests - http.responses)} without a response`] : []),
      ...(http.slowestSeconds > 0 ? [`slowest ${say.duration(http.slowestSeconds)}`] : []),
    ],
    ['WebSocket', webSocket.connections, counted(webSocket.connections, 'connection')],
    [
      'TLS',
      tls.handshakes,
      counted(tls.handshakes, 'handshake'),
      `${say.count(tls.complete)} complete`,
      ...tls.versions.map(({ version, handshakes }) => `${version} ${say.count(handshakes)}`),
    ],
    ['SSH', ssh.sessions, counted(ssh.sessions, 'session')],
    ['DNS', dns.queries, counted(dns.queries, 'query', 'queries'), `${say.count(dns.answered)} answered`],
  ];
  return lines
    .filter(([, count]) => count > 0)
    .map(([name, , ...facts]) => `  ${name.padEnd(NAME_WIDTH)}  ${facts.join('   ')}`);
}

const NAME_WIDTH = 'WebSocket'.length;
