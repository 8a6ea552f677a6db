/** Overlap policies: one row of segments that meets every case, and what six receivers make of it. */
import { describe, expect, test } from 'vitest';
import { SYN } from '../../src/wire/tcp.ts';
import { type OverlapPolicy, overlapPolicies } from '../../src/stream/overlap.ts';
import { Conversation } from './conversation.ts';

/** Offset from 1, and bytes, in the order in which they arrive. */
const arrivals =
  '2:AAA 6:BB 8:CCC 12:D 15:EE 17:FFF 20:GG 22:HH 24:I 3:JJJJ 8:KKK 11:LLL 14:MMM 18:N 21:O 22:P 24:QQ 1:0';

const expected: Readonly<Record<OverlapPolicy, string>> = {
  bsd: '0AAAJJBCCCLLLMMMFFFGGHHIQ',
  first: '0AAAJBBCCCLDLMEEFFFGGHHIQ',
  linux: '0AAAJJBCCCLLLMMMFFFGGHHQQ',
  'old-linux': '0AAAJJBKKKLLLMMMFFFGGHHQQ',
  solaris: '0AJJJBBKKKLLLMMMFFFGGHHQQ',
  last: '0AJJJJBKKKLLLMMMFNFGOPHQQ',
};

describe.each(overlapPolicies)('%s', (policy) => {
  test.each([0, 1, 0xffff_ffff, 0xffff_fff5])('initial sequence number %i', (isn) => {
    const conversation = new Conversation({ policy }, [isn, 0]);
    conversation.send({ at: -1, flags: SYN });
    for (const arrival of arrivals.split(' ')) {
      const [offset, data] = arrival.split(':') as [string, string];
      conversation.send({ at: Number(offset) - 1, data });
      // The byte before the first: nothing goes on until it is there.
      if (offset === '2') expect(conversation.recorder.text()).toBe('');
    }
    expect(conversation.finish().text()).toBe(expected[policy]);
  });
});

test('every byte of which two versions came is a conflict, and both are kept', () => {
  const conversation = new Conversation({ policy: 'first' });
  conversation.send({ at: -1, flags: SYN });
  conversation.send({ at: 4, data: 'early' });
  conversation.send({ at: 2, data: 'xxEARly' });
  conversation.send({ at: 0, data: '01' });
  conversation.send({ at: 0, data: '01xx' });
  conversation.send({ at: 3, data: 'yearl' });
  expect(conversation.finish().text()).toBe('01xxearly');
  const { conflicts } = conversation.stream.directions[0];
  const rows = conflicts.list.map(({ start, end, keptFrame, otherFrame, kept, other }) =>
    [start, end, keptFrame, otherFrame, Buffer.from(kept).toString(), Buffer.from(other).toString()].join(' '),
  );
  expect(rows).toEqual(['4 7 2 3 ear EAR', '3 4 3 6 x y']);
});
