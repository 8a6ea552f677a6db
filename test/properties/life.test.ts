/**
 * A life does not depend on its numbers: other sequence numbers on either side (also across 2^32), another time, or
 * the two ends' addresses exchanged change nothing but those numbers.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis.ts';
import { analyze } from '../../src/analyze.ts';
import type { ConnectionRow } from '../../src/report/model.ts';
import { fixtureCaptures, fixtures } from '../support/frames.ts';
import { type Move, movedCapture } from '../support/moved-capture.ts';

const folder = mkdtempSync(join(tmpdir(), 'synoptic-life-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** ICMP errors quote sequence numbers of their own. */
const quoting = new Set([
  'life/syn-admin-prohibited.pcap',
  'life/syn-host-prohibited.pcap',
  'life/syn-port-unreachable.pcap',
]);
/** Their clients have no address to exchange with the server's: it would have many. */
const manyClients = new Set(['life/syn-queue-full-cookies.pcap', 'life/syn-queue-full-no-cookies.pcap']);
/** The mover does not know their clients by their addresses: both ends' numbers move alike. */
const strangers = new Set([...manyClients, 'flow/syn-ack-resent.pcap']);
const captures = fixtureCaptures().filter((name) => /^(life|flow)\//.test(name) && !quoting.has(name));

const RUNS = 6;
const still: Move = { client: 0, server: 0, seconds: 0, swap: false };

const numbers = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
);
const moves: fc.Arbitrary<Move> = fc.record({
  client: numbers,
  server: numbers,
  seconds: fc.integer({ min: 0, max: 100_000_000 }),
  swap: fc.boolean(),
});

async function analysisOf(original: Uint8Array, move: Move): Promise<Analysis> {
  const path = join(folder, 'moved.pcap');
  writeFileSync(path, movedCapture(original, move));
  return analyze([path]);
}

/** A row without what the move changes; addresses in the move's sense stay where they were. */
function story(row: ConnectionRow): object {
  const { startTime, communityId, originator, responder, endpoints, handshake, ...rest } = row;
  const { isn: isnA, ...a } = endpoints.originator;
  const { isn: isnB, ...b } = endpoints.responder;
  const { unexpectedAck, ...opened } = handshake ?? {};
  return {
    ...rest,
    ports: [originator.port, responder.port],
    known: [typeof startTime, typeof communityId],
    ends: [a, b],
    numbered: [typeof isnA, typeof isnB],
    opened,
    unexpected: unexpectedAck === undefined ? null : [unexpectedAck.frame, unexpectedAck.resetFrame],
  };
}

function told(analysis: Analysis): object {
  const { findings } = analysis.analyzeDocument();
  return {
    rows: [...analysis.connectionRows()].map(story),
    findings: findings.map(({ id, severity, connection, frames }) => ({ id, severity, connection, frames })),
  };
}

describe.each(captures)('%s', (name) => {
  test('the same life with other numbers', async () => {
    const original = readFileSync(join(fixtures, name));
    const expected = told(await analysisOf(original, still));
    const holds = async (move: Move): Promise<void> => {
      expect(told(await analysisOf(original, move))).toEqual(expected);
    };
    const alike = strangers.has(name) ? moves.map((move) => ({ ...move, server: move.client })) : moves;
    const possible = manyClients.has(name) ? alike.map((move) => ({ ...move, swap: false })) : alike;
    await fc.assert(fc.asyncProperty(possible, holds), { numRuns: RUNS });
  });
});

test('an originator that starts just below 2^32', async () => {
  const original = readFileSync(join(fixtures, 'life/half-close-data-after.pcap'));
  const analysis = await analysisOf(original, still);
  const [row] = [...analysis.connectionRows()];
  const client = 0xffff_fffe - row!.endpoints.originator.isn!;
  const server = 0xffff_ffff - row!.endpoints.responder.isn!;
  const moved = await analysisOf(original, { ...still, client, server });
  expect([...moved.connectionRows()][0]!.endpoints).toMatchObject({
    originator: { isn: 0xffff_fffe },
    responder: { isn: 0xffff_ffff },
  });
  expect(told(moved)).toEqual(told(analysis));
});
