/** The SSH connections of a run. */
import { SshConversation } from './conversation.ts';
import { MAX_SESSIONS } from './limits.ts';
import { Session } from './session.ts';

/** A connection by its record, and its session. */
export interface SshConnection {
  readonly id: number;
  readonly session: Session;
}

export class SshConnections {
  readonly found: SshConnection[] = [];
  /** Sessions that were not kept. */
  left = 0;

  /** Who takes the bytes of a connection. */
  conversation(id: number): SshConversation {
    return new SshConversation(() => this.#begin(id));
  }

  #begin(id: number): Session | null {
    if (this.found.length >= MAX_SESSIONS) {
      this.left++;
      return null;
    }
    const session = new Session();
    this.found.push({ id, session });
    return session;
  }

  /** Names of limits that were reached. */
  get limits(): string[] {
    return this.left > 0 ? ['ssh-sessions'] : [];
  }
}
