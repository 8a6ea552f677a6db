/** Where our socket tables and the kernels' differ, and why (`netstat-ss.test.ts`). One that no longer occurs fails. */

/** Whose socket it is, what the kernel says, and what we say: netstat's names, or `none`. */
type Known = readonly [capture: string, socket: string];

export interface Differences {
  readonly reason: string;
  readonly known: readonly Known[];
}

export const differences: readonly Differences[] = [
  {
    reason:
      "the server's accept queue is full: its kernel ignores the ACK that it has just asked for again, and says so with a RST only when data comes",
    known: [
      ['accept-queue-full', 'server: SYN_RECV / ESTABLISHED (inferred)'],
      ['accept-queue-full', 'server: none / ESTABLISHED (inferred)'],
    ],
  },
  {
    reason:
      'what the client sends is lost behind the capture point, and the server does not send its FIN again before the recording ends',
    known: [['all-states', 'server: FIN_WAIT1 / FIN_WAIT2']],
  },
  {
    reason:
      'the client has vanished, and the server gives up without a word; for so short a silence we do not doubt an open connection',
    known: [['client-vanishes', 'server: none / ESTABLISHED']],
  },
  {
    reason: 'TCP_DEFER_ACCEPT: the kernel waits for data before it believes the ACK, which no segment shows',
    known: [['defer-accept', 'server: SYN_RECV / ESTABLISHED']],
  },
  {
    reason:
      'the end has given up without a word; we take the state for over only when the next transmission is overdue, and doubt it before',
    known: [
      ['fin-unanswered', 'client: none / FIN_WAIT1 (inferred)'],
      ['last-ack-unanswered', 'server: none / LAST_ACK (inferred)'],
      ['syn-ack-unanswered-client-gone', 'server: none / SYN_RECV (inferred)'],
      ['syn-unanswered-classic', 'client: none / SYN_SENT (inferred)'],
      ['syn-unanswered-linear-full', 'client: none / SYN_SENT (inferred)'],
    ],
  },
  {
    reason:
      'tcp_fin_timeout is set to 3 s; that the socket had gone is seen two seconds later, from the RST that answers the FIN',
    known: [['fin-wait-2-timeout', 'client: none / FIN_WAIT2 (inferred)']],
  },
  {
    reason: 'the end has forgotten the connection without a word, which is seen only when the next segment meets it',
    known: [
      ['half-open-discovered', 'client: none / ESTABLISHED (inferred)'],
      ['half-open-discovered-by-data', 'server: none / ESTABLISHED (inferred)'],
    ],
  },
  {
    reason:
      'the ACK of the handshake was lost before the capture point: until the next segment nothing shows that the client got the SYN-ACK',
    known: [
      ['handshake-ack-lost', 'client: ESTABLISHED / SYN_SENT'],
      ['handshake-ack-lost-data-follows', 'client: ESTABLISHED / SYN_SENT'],
    ],
  },
  {
    reason: 'the RST of the end that gave up is lost behind the capture point, and the other end has nothing to say',
    known: [['keep-alive-unanswered', 'client: ESTABLISHED / none']],
  },
  {
    reason:
      'the last ACK was lost before the capture point: that the first FIN arrived is seen only when it comes again',
    known: [['last-ack-lost', 'client: TIME_WAIT / FIN_WAIT2']],
  },
  {
    reason: 'the listening socket was closed, and nobody asked for the port again',
    known: [['listener-closes', 'server: none / LISTEN (inferred)']],
  },
  {
    reason: 'the capture has one direction only: what the other end sent, and what that led to, is not in it',
    known: [
      ['one-sided-originator', 'server: CLOSE_WAIT / ESTABLISHED (inferred)'],
      ['one-sided-originator', 'client: FIN_WAIT2 / FIN_WAIT1 (inferred)'],
      ['one-sided-originator', 'server: none / ESTABLISHED (inferred)'],
      ['one-sided-originator', 'client: TIME_WAIT / FIN_WAIT1 (inferred)'],
      ['one-sided-responder', 'server: ESTABLISHED / SYN_RECV (inferred)'],
      ['one-sided-responder', 'client: ESTABLISHED / SYN_SENT (inferred)'],
      ['one-sided-responder', 'server: CLOSE_WAIT / ESTABLISHED (inferred)'],
      ['one-sided-responder', 'client: FIN_WAIT1 / ESTABLISHED (inferred)'],
      ['one-sided-responder', 'client: FIN_WAIT2 / ESTABLISHED (inferred)'],
      ['one-sided-responder', 'server: none / ESTABLISHED (inferred)'],
      ['one-sided-responder', 'server: none / FIN_WAIT1 (inferred)'],
      ['one-sided-responder', 'client: TIME_WAIT / ESTABLISHED (inferred)'],
    ],
  },
  {
    reason: "the kernel's timer runs later than it is set to, by less than a tenth",
    known: [
      ['syn-ack-unanswered-client-deaf', 'server: SYN_RECV / none'],
      ['syn-ack-unanswered-client-deaf', 'client: SYN_SENT / none'],
      ['time-wait-dwell', 'client: TIME_WAIT / none'],
    ],
  },
  {
    reason: 'the application closed the socket while it was coming up, which no segment shows',
    known: [['syn-ack-unanswered-client-gone', 'client: none / SYN_SENT (inferred)']],
  },
  {
    reason: "ICMP errors end the connection; whether they do is the application's choice",
    known: [
      ['syn-admin-prohibited', 'client: none / SYN_SENT (inferred)'],
      ['syn-host-prohibited', 'client: none / SYN_SENT (inferred)'],
      ['syn-port-unreachable', 'client: none / SYN_SENT (inferred)'],
    ],
  },
  {
    reason: 'the SYN queue is full: the server answers with a cookie and keeps no socket',
    known: [['syn-queue-full-cookies', 'server: none / SYN_RECV (inferred)']],
  },
];

/**
 * Seconds that a frame needs between the client and the server, at which the capture was made: what the client did is
 * seen so much later.
 */
export const lineDelays: Readonly<Record<string, number>> = {
  'accept-queue-full': 0.1,
  'accept-queue-full-reset': 0.1,
  'close-simultaneous': 0.1,
  'simultaneous-open': 0.15,
  'syn-ack-too-late': 0.3,
};
