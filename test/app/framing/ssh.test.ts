/** SSH as a framing: lines, packets up to NEWKEYS, and nothing behind it, however the bytes are cut. */
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFraming } from '../../../src/app/framing/spec.ts';
import { ROOT, run } from '../../support/command.ts';

function packet(number: number, payload = 10): string {
  const length = 2 + payload;
  return `\0\0${String.fromCharCode(length >> 8, length & 255)}\x04${String.fromCharCode(number)}${'x'.repeat(payload)}`;
}

/** What is told of the bytes of one side, cut where `cuts` say. */
function told(text: string, cuts: readonly number[] = [], gapAt = -1, gapLength = 0): string[] {
  const found: string[] = [];
  const conversation = readFraming('ssh').open({
    message: (_, start, end, fields) => void found.push(`${start}-${end} ${Object.values(fields).join(' ')}`),
    problem: (_, start, end, problem) => void found.push(`${start}-${end} ${problem}`),
  });
  const bytes = Buffer.from(text, 'latin1');
  const places = [...new Set([0, ...cuts.filter((cut) => cut < bytes.length), bytes.length])].toSorted((a, b) => a - b);
  for (let i = 1; i < places.length; i++) {
    const [from, to] = [places[i - 1]!, places[i]!];
    if (from === gapAt) conversation.gap(0, gapLength);
    else conversation.push(0, bytes.subarray(from, to), from);
  }
  if (conversation.pending(0) !== null) found.push(`pending ${conversation.pending(0)}`);
  conversation.end(0);
  return found;
}

const clear = `welcome\r\nSSH-2.0-Some_1\r\n${packet(20, 40)}${packet(30)}${packet(21, 0)}`;
const messages = ['0-9 line', '9-25 identification', '25-71 20', '71-87 30', '87-93 21'];

test('lines, packets, and nothing of what is encrypted', () => {
  expect(told(`${clear}${'?'.repeat(300)}`)).toEqual(messages);
});

test('any cut gives the same', () => {
  const cuts = fc.array(fc.nat(clear.length + 50), { maxLength: 60 });
  fc.assert(
    fc.property(cuts, (some) => {
      expect(told(`${clear}${'?'.repeat(50)}`, some)).toEqual(messages);
    }),
  );
});

test('a packet that is not whole is pending, one that cannot be is said', () => {
  expect(told(clear.slice(0, 60))).toEqual([...messages.slice(0, 2), 'pending 25']);
  expect(told(`SSH-2.0-x\r\n\x7f\xff\xff\xff\0\0`)).toEqual(['0-11 identification', '11-2147483662 too-long']);
  expect(told(`SSH-2.0-x\r\n\0\0\0\x01\0\0`)).toEqual(['0-11 identification', '11-17 corrupted']);
});

test('a gap in a packet takes nothing but its bytes; one behind NEWKEYS is nobody’s', () => {
  expect(told(clear, [40, 50], 40, 10)).toEqual(messages);
  expect(told(`${clear}${'?'.repeat(50)}`, [93, 100], 93, 7)).toEqual(messages);
});

test('a recorded login', async () => {
  const capture = join('fixtures', 'ssh', 'host-rsa.pcap');
  const { out, exit } = await run(`synoptic messages ${capture} --frame ssh --json`, { cwd: ROOT });
  expect(exit).toBe(0);
  const rows = (JSON.parse(out) as { messages: { fields: { message: number | string } }[] }).messages;
  const kinds = rows.map(({ fields }) => fields.message);
  expect(kinds.slice(0, 2)).toEqual(['identification', 'identification']);
  // KEXINIT and NEWKEYS of both ends.
  for (const number of [20, 21]) expect(kinds.filter((kind) => kind === number)).toHaveLength(2);
});
