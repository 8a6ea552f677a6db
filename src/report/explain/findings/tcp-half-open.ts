import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpHalfOpen: FindingExplanation = {
  title: both('Handshakes that the client did not finish', '客户端没有完成的三次握手'),
  what: both(
    'The server answered the SYN and waits for the last ACK. Until it gives up (63 s with the settings of Linux), the half-open connection keeps a place in its SYN queue. The same name has a connection that only one end still knows: the server answers a new SYN with an ACK of the old connection.',
    '服务器应答了 SYN，正在等最后一个 ACK。在放弃之前（Linux 默认 63 秒），这个半开连接一直占着半连接队列的一个位置。另一种情况也叫半开：只有一端还记得连接，于是服务器用旧连接的 ACK 来应答新的 SYN。',
  ),
  causes: [
    both(
      'The SYN-ACK does not reach the client: routing, a stateful firewall that saw only one direction.',
      'SYN-ACK 到不了客户端：路由问题，或者有状态防火墙只看到一个方向。',
    ),
    both(
      'The source address is made up (part of a SYN flood), or the client is gone.',
      '源地址是伪造的（SYN 洪泛的一部分），或者客户端已经消失。',
    ),
    both(
      'A host restarted and forgot its connections, and the other end did not.',
      '一端重启后忘了连接，另一端还记得。',
    ),
  ],
  filter: 'tcp.flags.syn == 1 || tcp.flags.reset == 1 || (tcp.flags == 0x010 && tcp.len == 0)',
  confirm: both(
    'In the stream of a cited frame: SYN, SYN-ACK, SYN-ACK sent again after 1, 3, 7 s, and no ACK.',
    '在所引帧的流里：SYN、SYN-ACK，1、3、7 秒后重发 SYN-ACK，始终没有 ACK。',
  ),
  against: [
    both('The ACK took a path past the capture: then data follows.', 'ACK 没有经过抓包点：那样后面会有数据。'),
    both('A SYN scan answers the SYN-ACK with a RST.', 'SYN 扫描会用 RST 应答 SYN-ACK。'),
  ],
  todo: [
    advice('Count them on the server.', '在服务器上统计。', 'ss -tn state syn-recv'),
    advice('Are there many, from many addresses?', '数量多、来源多吗？', 'synoptic synflood CAPTURE'),
    advice(
      'Capture at the client as well: does the SYN-ACK arrive?',
      '在客户端也抓包：SYN-ACK 到了吗？',
      "tcpdump -ni eth0 'tcp[tcpflags] & tcp-syn != 0'",
    ),
    advice(
      'Let half-open connections time out sooner.',
      '让半开连接更早超时。',
      'sysctl -w net.ipv4.tcp_synack_retries=2',
    ),
  ],
};
