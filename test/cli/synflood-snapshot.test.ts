/** `synflood --snapshot` against the `netstat` command at the same moment, and against the kernel's own count. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, run } from '../support/command.ts';
import { truthOf } from '../detect/flood/truth.ts';

interface Peak {
  victims: [{ peakHalfOpen: number; peakHalfOpenTime: string }];
}
interface Sockets {
  sockets: { local: string; foreign: string; state: string }[];
}

const json = async <T>(line: string): Promise<T> => JSON.parse((await run(`synoptic ${line} --json`)).out) as T;

/** netstat names IPv6 sockets without brackets. */
const bare = (text: string): string => text.replaceAll(/[[\]]/g, '');

test.each(['no-cookies-128', 'cookies-128', 'botnet', 'spoofed-ipv6', 'no-cookies-1024', 'stalled-flood'])(
  '%s: the half-open connections at the peak',
  async (name) => {
    const path = join(ROOT, 'fixtures', 'flood', `${name}.pcap`);
    const [victim] = (await json<Peak>(`synflood ${path}`)).victims;
    const { out } = await run(`synoptic synflood --snapshot ${path}`);
    const rows = out.trimEnd().split('\n');
    expect(rows).toHaveLength(victim.peakHalfOpen);
    const cells = rows.map((row) => row.split(/ +/));
    expect(new Set(cells.map(([protocol, recv, send, , , state]) => `${protocol} ${recv} ${send} ${state}`)).size).toBe(
      1,
    );
    expect(cells[0]!.at(-1)).toBe('SYN_RECV');
    const shown = new Set(cells.map(([, , , local, foreign]) => `${local} ${foreign}`));
    expect(shown.size).toBe(rows.length);
    const { sockets } = await json<Sockets>(`netstat ${path} --at ${victim.peakHalfOpenTime} --state SYN_RECV`);
    const ours = sockets.map(({ local, foreign }) => `${bare(local)} ${bare(foreign)}`);
    expect(ours.filter((ends) => !shown.has(ends))).toEqual([]);
    // The newest one's SYN is there, its SYN-ACK on the way.
    expect(rows.length - ours.length).toBeLessThanOrEqual(1);
    const most = Math.max(...truthOf(name).samples.map(({ halfOpen }) => halfOpen));
    expect(Math.abs(rows.length - most)).toBeLessThanOrEqual(Math.max(5, 0.05 * most));
  },
);
