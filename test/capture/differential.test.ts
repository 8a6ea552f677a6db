/** All captures of ../shared/captures against what tshark and capinfos say of them (`X.truth.json`). */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Batch } from '../../src/capture/batch.ts';
import { CaptureError } from '../../src/capture/errors.ts';
import { openCapture } from '../../src/capture/open.ts';
import type { FrameSource } from '../../src/capture/source.ts';
import { differences } from './differences.ts';
import type { Quantity } from './differences.ts';
import { timeText } from './reading.ts';

const captures = join(import.meta.dirname, '../../../shared/captures');

interface Truth {
  readonly file: string;
  readonly capinfos: { exit: number; packets?: number; data_bytes?: string; first?: string; last?: string };
  readonly headers: { linktypes?: number[] };
  readonly frames: { n: number; wire: number };
}

type Summary = Record<Quantity, string>;

/** What tshark and capinfos do not open at all; we must refuse it too. */
const REFUSED = new Set([
  'libpcap__linktype-reserved-field-not-zero.pcap',
  'libpcap__pcap-invalid-version-1.pcap',
  'libpcap__pcapng-invalid-vers-1.pcapng',
]);

const truths: Truth[] = existsSync(captures)
  ? readdirSync(captures)
      .filter((name) => name.endsWith('.truth.json'))
      .map((name): Truth => JSON.parse(readFileSync(join(captures, name), 'utf8')))
  : [];

describe.skipIf(truths.length === 0)(
  `captures of ${captures}${truths.length === 0 ? ' (ABSENT, skipped)' : ''}`,
  () => {
    const occurring = new Set<string>();

    test('there are as many as there were', () => {
      expect(truths.length).toBeGreaterThan(300);
    });

    test.each(truths.filter(({ file }) => !REFUSED.has(file)))('$file', async (truth) => {
      const ours = await summarise(truth.file);
      const theirs = summaryOf(truth);
      for (const quantity of Object.keys(ours) as Quantity[]) {
        const listed = differences.find((row) => row.file === truth.file && row.quantity === quantity);
        if (agree(quantity, ours[quantity], theirs[quantity])) {
          expect(listed, `${quantity}: this difference no longer occurs`).toBeUndefined();
        } else {
          const found = { quantity, ours: ours[quantity], theirs: theirs[quantity] };
          expect(listed, `not a known difference: ${JSON.stringify(found)}`).toMatchObject(found);
          occurring.add(`${truth.file} ${quantity}`);
        }
      }
    });

    test.each(truths.filter(({ file }) => REFUSED.has(file)))(
      '$file is refused',
      async ({ file, capinfos, frames }) => {
        expect([capinfos.exit, frames.n]).toEqual([2, 0]);
        await expect(openCapture([join(captures, file)])).rejects.toBeInstanceOf(CaptureError);
      },
    );

    test('every known difference was met', () => {
      expect(differences.map(({ file, quantity }) => `${file} ${quantity}`).toSorted()).toEqual(
        [...occurring].toSorted(),
      );
    });
  },
);

async function summarise(file: string): Promise<Summary> {
  const source = await openCapture([join(captures, file)]);
  const { frames, originalBytes, times } = await count(source);
  // Seconds here have up to 14 digits: padded, they sort as text.
  times.sort();
  return {
    frames: String(frames),
    originalBytes: String(originalBytes),
    firstTime: times[0]?.replace(/^0+(?=\d)/, '') ?? 'n/a',
    lastTime: times.at(-1)?.replace(/^0+(?=\d)/, '') ?? 'n/a',
    linkTypes: source.files[0]!.linkTypes.toSorted((a, b) => a - b).join(' '),
    damage: source.damage.length === 0 ? 'sound' : 'damaged',
  };
}

async function count(source: FrameSource): Promise<{ frames: number; originalBytes: number; times: string[] }> {
  const batch = new Batch();
  const times: string[] = [];
  let frames = 0;
  let originalBytes = 0;
  while (await source.load()) {
    while (source.next(batch)) {
      frames += batch.count;
      for (let row = 0; row < batch.count; row++) {
        originalBytes += batch.originalLength[row]!;
        times.push(timeText(batch.seconds[row]!, batch.nanoseconds[row]!).padStart(25, '0'));
      }
    }
  }
  return { frames, originalBytes, times };
}

function summaryOf({ capinfos, frames, headers }: Truth): Summary {
  return {
    frames: String(capinfos.packets ?? frames.n),
    originalBytes: capinfos.data_bytes ?? String(frames.wire),
    firstTime: capinfos.first ?? 'n/a',
    lastTime: capinfos.last ?? 'n/a',
    linkTypes: (headers.linktypes ?? []).toSorted((a, b) => a - b).join(' '),
    damage: capinfos.exit === 0 ? 'sound' : 'damaged',
  };
}

/** capinfos gives as many digits as the file has, and `n/a` where one frame has no time (Simple Packet Blocks). */
function agree(quantity: Quantity, ours: string, theirs: string): boolean {
  if (quantity !== 'firstTime' && quantity !== 'lastTime') return ours === theirs;
  return theirs === 'n/a' || (ours.startsWith(theirs) && /^0*$/.test(ours.slice(theirs.length)));
}
