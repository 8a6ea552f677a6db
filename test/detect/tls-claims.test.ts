/** What many connections and many servers have in common is told once. */
import { expect, test } from 'vitest';
import type { Handshake } from '../../src/app/tls/handshake.ts';
import type { Facts } from '../../src/detect/facts.ts';
import type { Claim } from '../../src/detect/finding.ts';
import { type TlsVerdict, tlsClaims } from '../../src/detect/tls-claims.ts';

/** A connection to a server that a client called by a name, and what is said of it. */
type Met = readonly [server: string, name: string | null, text: string | null];

function told(met: readonly Met[]): Claim[] {
  const connections = {
    isCounted: () => true,
    isUdp: () => false,
    isIpv6: () => false,
    address: (id: number) => met[id]![0],
    port: () => 443,
    indexes: () => met.map((_, id) => id),
  };
  const found = met.map(([, serverName], id) => ({
    id,
    handshake: { client: 0, clientHello: { serverName } } as unknown as Handshake,
  }));
  const facts = { connections, tls: { connections: found, trust: null } } as unknown as Facts;
  const judge = (_h: Handshake, _trust: unknown, { id }: { id: number }): TlsVerdict | null => {
    const text = met[id]![2];
    return text === null ? null : { severity: 'notice', confidence: 1, text, frame: 100 - id };
  };
  return [...tlsClaims(facts, judge)];
}

test('one connection is named', () => {
  expect(
    told([
      ['10.0.0.9', 'a.example', 'is odd'],
      ['10.0.0.9', 'a.example', null],
    ]),
  ).toMatchObject([
    { summary: '10.0.0.9:443 (a.example)  is odd', connection: 'tcp:0', frames: [100], about: '10.0.0.9:443 is odd' },
  ]);
});

test('connections of a server are one finding, with the names that were asked for', () => {
  const met: Met[] = [
    ['10.0.0.9', 'a.example', 'is odd'],
    ['10.0.0.9', 'b.example', 'is odd'],
    ['10.0.0.9', 'a.example', 'is odd'],
    ['10.0.0.9', null, 'is other'],
  ];
  expect(told(met).map(({ summary }) => summary)).toEqual([
    '10.0.0.9:443 (a.example and 1 more)  is odd, 3 connections',
    '10.0.0.9:443  is other',
  ]);
});

const servers = (count: number): Met[] => Array.from({ length: count }, (_, i) => [`10.0.0.${i + 1}`, null, 'is odd']);

test('three servers are three findings, four are one', () => {
  expect(told(servers(3)).map(({ summary }) => summary)).toEqual([
    '10.0.0.1:443  is odd',
    '10.0.0.2:443  is odd',
    '10.0.0.3:443  is odd',
  ]);
  expect(told([...servers(4), ['10.0.0.1', 'a.example', 'is odd'], ['10.0.0.7', null, 'is other']])).toMatchObject([
    {
      summary: '4 servers, 10.0.0.1:443 (a.example), 10.0.0.2:443 ...  is odd, 5 connections',
      frames: [96, 97, 98, 99, 100],
      about: 'is odd',
    },
    { summary: '10.0.0.7:443  is other', connection: 'tcp:5', frames: [95], about: '10.0.0.7:443 is other' },
  ]);
});
