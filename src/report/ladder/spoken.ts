/** What was said on a connection in TLS or SSH: facts beside the segments that completed the messages. */
import type { SshRow } from '../ssh/model.ts';
import { alertAt } from '../tls/alert-at.ts';
import type { TlsRow, TlsStep } from '../tls/model.ts';
import type { Fact, FactId } from './model.ts';

/** Rows as `tls` and `ssh` print them; null where the connection speaks neither. */
export interface Spoken {
  readonly tls: TlsRow | null;
  readonly ssh: SshRow | null;
}

export const nothingSpoken: Spoken = { tls: null, ssh: null };

/** By frame, one fact for all messages that a segment completed. */
export function spokenFacts({ tls, ssh }: Spoken): ReadonlyMap<number, Fact> {
  const facts = new Map<number, Fact>();
  const tell = (id: FactId, protocol: string, frame: number, text: string): void => {
    const known = facts.get(frame);
    facts.set(frame, { id, text: known === undefined ? `${protocol} ${text}` : `${known.text}, ${text}` });
  };
  const tlsName = tls === null ? '' : protocolOf(tls);
  const steps = tls?.steps ?? [];
  for (const step of steps) tell('tls-message', tlsName, step.frame, tlsText(steps, step, tls!));
  for (const { frame, message, side } of ssh?.steps ?? []) {
    const banner = message === 'identification' ? ` ${ssh!.banners[side] ?? ''}` : '';
    tell('ssh-message', 'SSH', frame, message + banner);
  }
  for (const [frame, text] of ssh === null ? [] : loginTexts(ssh)) tell('ssh-message', 'SSH', frame, text);
  return facts;
}

/** What a row of `tls` speaks: over datagrams it is DTLS. */
export const protocolOf = ({ connection }: Pick<TlsRow, 'connection'>): 'TLS' | 'DTLS' =>
  connection.startsWith('udp:') ? 'DTLS' : 'TLS';

function tlsText(steps: readonly TlsStep[], step: TlsStep, row: TlsRow): string {
  const { message, encrypted } = step;
  if (message === 'alert') {
    const { description = null, why = null } = alertAt(steps, step, row.alerts) ?? {};
    return description === null ? 'an encrypted alert' : `alert ${description}${why === null ? '' : `: ${why}`}`;
  }
  if (encrypted) return `[${message}]`;
  if (message === 'ClientHello' && row.serverName !== null) return `ClientHello for ${row.serverName}`;
  if (message === 'ServerHello' && row.version !== null) return `ServerHello (${row.version}, ${row.cipher})`;
  return message;
}

/** What lengths say of logins, as inference. */
function* loginTexts({ auth }: SshRow): Generator<[frame: number, text: string]> {
  if (auth === null) return;
  for (const frame of auth.failureFrames) yield [frame, 'a login is refused (inferred)'];
  if (auth.successFrame !== null) yield [auth.successFrame, `logged in by ${auth.method} (inferred)`];
}
