/** Names of TCP states: RFC 9293 section 3.3.2, and as `netstat` of Linux prints them. */

export const states = [
  'UNKNOWN',
  'LISTEN',
  'SYN-SENT',
  'SYN-RECEIVED',
  'ESTABLISHED',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'CLOSE-WAIT',
  'CLOSING',
  'LAST-ACK',
  'TIME-WAIT',
  'CLOSED',
] as const;
export type State = (typeof states)[number];

/** Null for states in which `netstat` shows no socket. */
export const netstatNames: Readonly<Record<State, string | null>> = {
  UNKNOWN: null,
  LISTEN: 'LISTEN',
  'SYN-SENT': 'SYN_SENT',
  'SYN-RECEIVED': 'SYN_RECV',
  ESTABLISHED: 'ESTABLISHED',
  'FIN-WAIT-1': 'FIN_WAIT1',
  'FIN-WAIT-2': 'FIN_WAIT2',
  'CLOSE-WAIT': 'CLOSE_WAIT',
  CLOSING: 'CLOSING',
  'LAST-ACK': 'LAST_ACK',
  'TIME-WAIT': 'TIME_WAIT',
  CLOSED: null,
};

/** The handshake is behind this end. */
export const isSynchronised = (state: State): boolean => states.indexOf(state) >= states.indexOf('ESTABLISHED');
