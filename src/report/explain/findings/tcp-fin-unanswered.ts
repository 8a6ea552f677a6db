import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpFinUnanswered: FindingExplanation = {
  title: both('A close that nobody answered', '没有得到应答的关闭'),
  what: both(
    'An end closed and sent its FIN, also again, and the peer did not acknowledge it: the peer or the path is gone. The socket stays in FIN-WAIT-1 or LAST-ACK until the system gives up.',
    '一端关闭并发出 FIN（也重发了），对端没有确认：对端或路径已经不在了。套接字停在 FIN-WAIT-1 或 LAST-ACK，直到系统放弃。',
  ),
  causes: [
    both('The peer lost power, network or its container.', '对端断电、断网，或容器被删。'),
    both(
      'A NAT or firewall forgot the connection and drops what belongs to it.',
      'NAT 或防火墙忘了这个连接，丢弃其报文。',
    ),
  ],
  filter: 'tcp.flags.fin == 1',
  confirm: both(
    'The same FIN stands several times, at growing distances, and no ACK covers it.',
    '同一个 FIN 多次出现，间隔越来越长，没有 ACK 覆盖它。',
  ),
  against: [
    both('Answers took a path past the capture.', '应答没有经过抓包点。'),
    both('The capture ends right behind the FIN.', '抓包在 FIN 之后马上就结束了。'),
  ],
  todo: [
    advice(
      'How many sockets wait like that?',
      '有多少套接字这样等着？',
      "ss -tan '( state fin-wait-1 or state last-ack )'",
    ),
    advice('Give up sooner on orphans.', '更早放弃孤儿连接。', 'sysctl net.ipv4.tcp_orphan_retries'),
    advice(
      'Send keep-alives more often than the shortest timer on the path.',
      '保活间隔要短于路径上最短的超时。',
      'sysctl net.ipv4.tcp_keepalive_time',
    ),
  ],
};
