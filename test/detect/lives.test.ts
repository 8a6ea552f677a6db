/**
 * Findings about lives on every recording of fixtures/life/: what is said, of which connection, with which frames as
 * evidence; and silence on all others. The list is whole, so each row is a negative case for the other detectors.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { detectors } from '../../src/detect/index.ts';
import { lifeCaptures } from '../support/life.ts';
import { findingsOfFile } from './packets.ts';

type Said = readonly [id: string, connection: string | null, frames: readonly number[]];

const said: Readonly<Record<string, readonly Said[]>> = {
  'abort-linger-by-responder': [['tcp-reset', 'tcp:0', [8]]],
  'abort-linger': [['tcp-reset', 'tcp:0', [8]]],
  'abort-unread-data': [['tcp-reset', 'tcp:0', [10]]],
  'accept-queue-full-reset': [
    ['tcp-accept-queue-overflow', 'tcp:2', [6, 7, 11, 12]],
    ['tcp-handshake-failed', null, [8, 9]],
  ],
  'accept-queue-full-syn-dropped': [['tcp-handshake-slow', 'tcp:2', [7, 8, 9, 10]]],
  'accept-queue-full': [
    ['tcp-accept-queue-overflow', 'tcp:2', [6, 7, 11, 12, 15, 16]],
    ['tcp-handshake-failed', null, [8, 9]],
  ],
  'all-states': [
    ['tcp-handshake-failed', null, [1]],
    ['tcp-half-open', 'tcp:1', [2]],
    ['tcp-fin-unanswered', 'tcp:3', [22, 25, 31, 44, 54]],
    ['tcp-fin-unanswered', 'tcp:6', [35, 41, 45, 53, 58]],
  ],
  'client-vanishes': [['tcp-rto-stall', 'tcp:0', [19, 20, 21, 22]]],
  'close-wait-leak': [['tcp-close-wait-leak', null, [22, 24, 26]]],
  'fin-unanswered': [['tcp-fin-unanswered', 'tcp:0', [8, 9, 10, 11, 12, 13]]],
  'fin-wait-2-timeout': [['tcp-reset', 'tcp:0', [11]]],
  'half-close-reset': [['tcp-reset', 'tcp:0', [12]]],
  'half-open-discovered-by-data': [['tcp-reset', 'tcp:0', [9]]],
  'half-open-discovered': [['tcp-half-open', 'tcp:1', [9, 10]]],
  'handshake-ack-lost-after-capture': [['tcp-handshake-slow', 'tcp:0', [1, 2, 3, 4]]],
  'handshake-ack-lost': [['tcp-handshake-slow', 'tcp:0', [1, 2, 3, 4]]],
  'idle-kill-keep-alive': [['tcp-reset', 'tcp:0', [16]]],
  'idle-kill': [['tcp-reset', 'tcp:0', [8]]],
  'keep-alive-unanswered': [
    ['tcp-reset', 'tcp:0', [15]],
    ['tcp-keep-alive-kill', 'tcp:0', [12, 13, 14, 15]],
  ],
  'last-ack-unanswered': [['tcp-fin-unanswered', 'tcp:0', [10, 11, 12, 13, 14, 15]]],
  'listener-closes': [['tcp-reset', 'tcp:0', [6]]],
  'listener-restarts': [['tcp-handshake-failed', null, [1]]],
  'old-duplicate-syn-overtakes': [['tcp-old-duplicate-syn', 'tcp:1', [3, 4]]],
  'old-duplicate-syn': [['tcp-old-duplicate-syn', 'tcp:0', [2, 3]]],
  'port-reuse-after-reset': [['tcp-reset', 'tcp:0', [8]]],
  'port-reuse-in-time-wait': [['tcp-port-reuse-in-time-wait', 'tcp:1', [12]]],
  'reader-stops': [['tcp-zero-window', 'tcp:0', [17, 18, 19, 20, 21, 22]]],
  'refused-by-firewall': [['tcp-handshake-failed', null, [1]]],
  refused: [['tcp-handshake-failed', null, [1]]],
  'rst-after-fin': [['tcp-reset', 'tcp:0', [11]]],
  'rst-wrong-sequence': [['tcp-reset', 'tcp:0', [8]]],
  'split-handshake': [['tcp-split-handshake', 'tcp:0', [1, 2, 3, 4]]],
  'syn-ack-lost': [['tcp-handshake-slow', 'tcp:0', [1, 2, 3, 4]]],
  'syn-ack-unanswered-client-deaf': [['tcp-half-open', 'tcp:0', [1]]],
  'syn-ack-unanswered-client-gone': [['tcp-half-open', 'tcp:0', [1]]],
  'syn-admin-prohibited': [['ip-unreachable', null, [2, 4]]],
  'syn-host-prohibited': [['ip-unreachable', null, [2, 4]]],
  'syn-in-time-wait-lower-isn': [['tcp-port-reuse-in-time-wait', 'tcp:1', [12]]],
  'syn-in-time-wait': [['tcp-port-reuse-in-time-wait', 'tcp:1', [12]]],
  'syn-lost': [['tcp-handshake-slow', 'tcp:0', [1, 2, 3, 4]]],
  'syn-port-unreachable': [['ip-unreachable', null, [2, 4]]],
  'syn-queue-full-cookies': [['tcp-half-open', null, [1, 3, 5, 7, 9, 11]]],
  'syn-queue-full-no-cookies': [
    ['tcp-handshake-failed', null, [11, 12, 13, 14, 15, 16]],
    ['tcp-half-open', null, [1, 3, 5, 7, 9]],
    ['tcp-handshake-slow', 'tcp:36', [44, 48, 54, 55]],
  ],
  'syn-unanswered-classic': [['tcp-handshake-failed', null, [1]]],
  'syn-unanswered-linear-full': [['tcp-handshake-failed', null, [1]]],
  'syn-unanswered-linear': [['tcp-handshake-failed', null, [1]]],
};

/** Evidence is compared as far as it is written down. */
const SHOWN = 6;

describe.each(lifeCaptures())('life/%s', (name) => {
  test('findings', async () => {
    const findings = await findingsOfFile(join('fixtures', 'life', `${name}.pcap`));
    expect(findings.map(({ id, connection, frames }) => [id, connection, frames.slice(0, SHOWN)])).toEqual(
      said[name] ?? [],
    );
    for (const { frames, frameCount, summary, displayFilter } of findings) {
      expect(frames.length).toBeGreaterThan(0);
      expect(frameCount).toBeGreaterThanOrEqual(1);
      expect(summary).not.toMatch(/undefined|null|NaN|Infinity/);
      expect(displayFilter).toContain(String(frames[0]));
    }
  });
});

test('every recording that is listed exists', () => {
  expect(Object.keys(said).filter((name) => !lifeCaptures().includes(name))).toEqual([]);
});

/** Its source knows the room of lives. */
const readsLives = (id: string): boolean =>
  /\/(life|lives|failed-listeners)\b/.test(readFileSync(`src/detect/${id}.ts`, 'utf8'));

test('every detector of lives speaks somewhere', async () => {
  const ids = new Set<string>();
  for (const name of lifeCaptures()) {
    for (const { id } of await findingsOfFile(join('fixtures', 'life', `${name}.pcap`))) ids.add(id);
  }
  const ofLives = detectors.map(({ id }) => id).filter((id) => id.startsWith('tcp-') && readsLives(id));
  expect(ofLives).toContain('tcp-handshake-failed');
  expect(ofLives.filter((id) => !ids.has(id))).toEqual([]);
});
