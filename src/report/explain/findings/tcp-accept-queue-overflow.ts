import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpAcceptQueueOverflow: FindingExplanation = {
  title: both('A server too slow to accept', '服务器来不及 accept'),
  what: both(
    'Finished handshakes wait in the accept queue until the application calls accept(). When it is full, Linux ignores the last ACK and sends the SYN-ACK again (or answers with a RST, with tcp_abort_on_overflow), and drops new SYNs. Clients believe that they are connected.',
    '完成三次握手的连接在全连接队列里等应用调用 accept()。队列满时，Linux 忽略最后的 ACK 并重发 SYN-ACK（若设了 tcp_abort_on_overflow 则回 RST），同时丢弃新的 SYN。客户端却以为已经连上了。',
  ),
  causes: [
    both(
      'The application is busy: a blocked event loop, a full thread pool, a long garbage collection.',
      '应用太忙：事件循环被阻塞、线程池满、垃圾回收停顿过长。',
    ),
    both(
      'The queue is short: backlog of listen(), cut to net.core.somaxconn.',
      '队列太短：listen() 的 backlog，且不超过 net.core.somaxconn。',
    ),
    both('A burst of clients, as after a restart.', '客户端突然涌入，例如重启之后。'),
  ],
  filter: 'tcp.flags.syn == 1 || tcp.flags.reset == 1 || (tcp.flags == 0x010 && tcp.len == 0)',
  confirm: both(
    'In the stream of a cited frame: SYN, SYN-ACK, ACK, and the same SYN-ACK once more although the ACK came; data of the client is not acknowledged until then.',
    '在所引帧的流里：SYN、SYN-ACK、ACK，然后尽管 ACK 到了，同一个 SYN-ACK 又发一次；在此之前客户端的数据得不到确认。',
  ),
  against: [
    both('The ACK was lost between the capture and the server.', 'ACK 在抓包点与服务器之间丢了。'),
    both('TCP_DEFER_ACCEPT: the server waits for data on purpose.', 'TCP_DEFER_ACCEPT：服务器有意等数据到了才算建立。'),
  ],
  todo: [
    advice(
      'Recv-Q beside Send-Q of listening sockets: waiting, and the limit.',
      '监听套接字的 Recv-Q 与 Send-Q：排队数与上限。',
      'ss -ltn',
    ),
    advice('Did it overflow?', '溢出过吗？', 'nstat -az TcpExtListenOverflows TcpExtListenDrops'),
    advice(
      'Enlarge the queue, in the application too (nginx: listen 80 backlog=4096; Node: server.listen({port, backlog})).',
      '加大队列，应用里也要改（nginx：listen 80 backlog=4096；Node：server.listen({port, backlog})）。',
      'sysctl -w net.core.somaxconn=4096',
    ),
    advice('Find out what keeps the application from accepting.', '找出是什么拖住了应用。'),
  ],
};
