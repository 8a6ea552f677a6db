/** States of an end of a TCP connection: RFC 9293 section 3.3.2. */
import type { State } from '../../../flow/life/states.ts';
import { type TermExplanation, both, term } from '../model.ts';

const overview = [{ spec: 'RFC 9293', section: '3.3.2' }];
const opening = [...overview, { spec: 'RFC 9293', section: '3.5' }];
const closing = [...overview, { spec: 'RFC 9293', section: '3.6' }];

export const stateTerms: Readonly<Record<State, TermExplanation>> = {
  UNKNOWN: term(
    both('nothing is known', '未知'),
    both(
      'The capture has nothing from which the state of this end could be told.',
      '抓包里没有任何可以推断这一端状态的内容。',
    ),
    both('Capture both directions, from the first SYN on.', '从第一个 SYN 起抓两个方向。'),
  ),
  LISTEN: term(
    both('waits for SYNs', '监听'),
    both('A server socket that waits for connections on a port.', '服务器套接字在某端口等待连接。'),
    both('ss -ltn lists them, with the length of the accept queue.', 'ss -ltn 列出它们以及全连接队列长度。'),
    opening,
  ),
  'SYN-SENT': term(
    both('SYN sent, no answer yet', '已发 SYN，等待应答'),
    both(
      'The client sent SYN and waits for the SYN-ACK; it sends the SYN again after 1, 2, 4 s.',
      '客户端发出 SYN，等待 SYN-ACK；1、2、4 秒后超时重传。',
    ),
    both(
      'Staying here means: filtered, down, or the queue of the server is full.',
      '停留在此意味着被过滤、对方不在线，或对方队列已满。',
    ),
    opening,
  ),
  'SYN-RECEIVED': term(
    both('half-open: SYN-ACK sent, no ACK yet', '半连接：已发 SYN-ACK，等待 ACK'),
    both(
      'The server answered and keeps a place in its SYN queue until the ACK comes. netstat calls it SYN_RECV.',
      '服务器已应答，在半连接队列中占一个位置，直到 ACK 到来。netstat 称之为 SYN_RECV。',
    ),
    both('Many of them: see syn-flood and tcp-half-open.', '数量很多时：见 syn-flood 与 tcp-half-open。'),
    [...opening, { spec: 'RFC 4987', section: '2' }],
  ),
  ESTABLISHED: term(
    both('open, data may flow', '已建立'),
    both(
      'The three-way handshake is behind this end; data flows both ways.',
      '三次握手对这一端来说已完成；数据可以双向传输。',
    ),
    both(
      'A server is in this state before its application has called accept().',
      '服务器在应用调用 accept() 之前就处于此状态。',
    ),
    opening,
  ),
  'FIN-WAIT-1': term(
    both('closed first, FIN not acknowledged yet', '主动关闭，FIN 未被确认'),
    both(
      'This end closed first and sent FIN; its peer has not acknowledged it.',
      '这一端先关闭并发出 FIN；对端尚未确认。',
    ),
    both('Staying here: the peer is gone, or its window is shut.', '停留在此：对端已消失，或零窗口。'),
    closing,
  ),
  'FIN-WAIT-2': term(
    both('FIN acknowledged, peer has not closed', 'FIN 已确认，对端未关闭'),
    both(
      'The peer knows of the close and has not closed its own end (it is in CLOSE-WAIT).',
      '对端已知道关闭，但还没有关闭自己这一端（处于 CLOSE-WAIT）。',
    ),
    both(
      'Linux gives up after tcp_fin_timeout (60 s) when the program has closed the socket.',
      '程序已关闭套接字时，Linux 在 tcp_fin_timeout（60 秒）后放弃。',
    ),
    closing,
  ),
  'CLOSE-WAIT': term(
    both('peer closed, application has not', '对端已关闭，本端应用未关闭'),
    both(
      'The peer sent FIN; the application of this end has not called close().',
      '对端发了 FIN；本端应用还没有调用 close()。',
    ),
    both(
      'Staying here is a bug of the application: see tcp-close-wait-leak.',
      '长期停留是应用的缺陷：见 tcp-close-wait-leak。',
    ),
    closing,
  ),
  CLOSING: term(
    both('both closed at once', '双方同时关闭'),
    both(
      'Both ends sent FIN before they saw the other’s; this one waits for the ACK of its own.',
      '双方在看到对方的 FIN 之前都发出了 FIN；这一端在等自己 FIN 的确认。',
    ),
    both('Rare and harmless.', '少见且无害。'),
    closing,
  ),
  'LAST-ACK': term(
    both('closed second, FIN not acknowledged yet', '被动关闭，FIN 未被确认'),
    both(
      'This end closed after its peer and waits for the ACK of its FIN.',
      '这一端在对端之后关闭，等待自己 FIN 的确认。',
    ),
    both('Staying here: the peer is gone.', '停留在此：对端已消失。'),
    closing,
  ),
  'TIME-WAIT': term(
    both('closed, keeps late segments away', '已关闭，等待迟到的报文'),
    both(
      'The end that closed first waits (60 s on Linux) so that late segments do not reach a new connection on the same ports.',
      '先关闭的一端等待一段时间（Linux 为 60 秒），避免迟到的报文进入同端口的新连接。',
    ),
    both(
      'Normal, also in thousands. It costs ports of a client that opens many short connections.',
      '正常现象，成千上万也不要紧。只是大量短连接的客户端会因此缺端口。',
    ),
    closing,
  ),
  CLOSED: term(
    both('no connection', '已关闭'),
    both('There is no connection: not yet, or no more.', '没有连接：尚未建立，或已经结束。'),
    undefined,
    overview,
  ),
};
