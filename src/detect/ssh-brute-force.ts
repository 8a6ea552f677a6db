import type { SshConnection } from '../app/ssh/run.ts';
import { MAX_EVIDENCE_FRAMES } from '../flow/limits.ts';
import { type Claim, type Detector, framesFilter } from './finding.ts';
import { plural, socketText } from './groups.ts';

/** Refused logins of one client at one server, and in how many sessions. A person who forgot his password gives up before. */
const MIN_REFUSED = 12;
const MIN_SESSIONS = 3;
/** Within which they count. */
const WINDOW_SECONDS = 1800;

export const sshBruteForce: Detector = {
  id: 'ssh-brute-force',
  title: 'Passwords that are tried one after the other',
  why: 'One client was refused again and again over several sessions: a program guesses names and passwords. If one was right, the last session is the one to look at.',
  references: [{ spec: 'RFC 4252', section: '4' }],
  *detect(facts) {
    const pairs = new Map<string, SshConnection[]>();
    for (const each of facts.ssh?.connections ?? []) {
      const { auth, client } = each.session;
      if (auth === null || (auth.failures.length === 0 && auth.success === null)) continue;
      const key = `${facts.connections.address(each.id, client)} ${socketText(facts.connections, each.id, client === 0 ? 1 : 0)}`;
      const known = pairs.get(key);
      if (known === undefined) pairs.set(key, [each]);
      else known.push(each);
    }
    for (const [key, sessions] of pairs) {
      const claim = judge(key, sessions);
      if (claim !== null) yield claim;
    }
  },
};

function judge(key: string, all: readonly SshConnection[]): Claim | null {
  const sessions = densest(all.toSorted((a, b) => start(a) - start(b)));
  const refused = sessions.reduce((sum, { session }) => sum + session.auth!.failures.length, 0);
  const guessing = sessions.filter(({ session }) => session.auth!.failures.length > 0);
  if (refused < MIN_REFUSED || guessing.length < MIN_SESSIONS) return null;
  const success = sessions.find(
    ({ session }) => session.auth!.success !== null && session.auth!.method !== 'publickey',
  );
  const frames = sessions.flatMap(({ session }) => session.auth!.failures.map(({ frame }) => frame));
  const told = frames.slice(0, MAX_EVIDENCE_FRAMES);
  const [client, server] = key.split(' ') as [string, string];
  const entered = success?.session.auth?.success?.frame;
  return {
    severity: entered === undefined ? 'warning' : 'alert',
    confidence: 0.8,
    summary: `${client} > ${server}  ${refused} refused logins in ${plural(guessing.length, 'session')}${entered === undefined ? '' : `, and then one that was accepted (frame ${entered})`}`,
    frameCount: frames.length,
    frames: told,
    measured: { refused, sessions: guessing.length, accepted: entered === undefined ? 0 : 1 },
    against: ['a backup or monitoring program with an old password looks the same'],
    unknowable: ['names and passwords: all of it is told by lengths and turns of encrypted packets'],
    displayFilter: framesFilter(told),
    about: key,
  };
}

const start = ({ session }: SshConnection): number => session.steps[0]?.seconds ?? 0;

/** The run of sessions within the window that has the most refused logins. */
function densest(sessions: readonly SshConnection[]): readonly SshConnection[] {
  let best: readonly SshConnection[] = [];
  let bestCount = -1;
  let sum = 0;
  let from = 0;
  for (const [i, each] of sessions.entries()) {
    sum += each.session.auth!.failures.length;
    while (start(each) - start(sessions[from]!) > WINDOW_SECONDS)
      sum -= sessions[from++]!.session.auth!.failures.length;
    if (sum >= bestCount) {
      bestCount = sum;
      best = sessions.slice(from, i + 1);
    }
  }
  return best;
}
