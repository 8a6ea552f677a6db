import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpHandshakeSlow: FindingExplanation = {
  title: both('Connections that came up at a second try', '第二次尝试才建立的连接'),
  what: both(
    'A SYN or SYN-ACK was lost, or dropped by a server whose queues were full. It is sent again only after a second, then two, then four: the retransmission timeout before there is any measurement. Users wait that long before anything else happens.',
    'SYN 或 SYN-ACK 丢失，或者被队列已满的服务器丢弃。此时还没有往返时间的测量，超时重传要等 1 秒，然后 2 秒、4 秒。用户在此之前什么也得不到。',
  ),
  causes: [
    both('Loss on the path.', '路径丢包。'),
    both('A full SYN queue or accept queue.', '半连接队列或全连接队列满。'),
    both('A rate limit for SYNs in a firewall or load balancer.', '防火墙或负载均衡限制了 SYN 的速率。'),
  ],
  filter: 'tcp.flags.syn == 1 || tcp.flags.reset == 1 || (tcp.flags == 0x010 && tcp.len == 0)',
  confirm: both(
    'In the stream of a cited frame the SYN or SYN-ACK stands twice, with the same sequence number.',
    '在所引帧的流里，SYN 或 SYN-ACK 出现两次，序列号相同。',
  ),
  against: [
    both(
      'Frames captured twice (a mirror of both directions): copies follow within a tenth of a second.',
      '同一帧被抓到两次（镜像了两个方向）：副本在 0.1 秒之内出现。',
    ),
  ],
  todo: [
    advice('Sort connections by handshake time.', '按握手时间排序。', 'synoptic conns CAPTURE --sort rtt --limit 20'),
    advice('Did the server drop SYNs?', '服务器丢弃过 SYN 吗？', 'nstat -az TcpExtListenDrops TcpExtTCPReqQFullDrop'),
    advice(
      'Keep connections open (HTTP keep-alive, pools), so that fewer handshakes can be lost.',
      '保持连接（HTTP keep-alive、连接池），减少握手次数。',
    ),
  ],
};
