import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpOldDuplicateSyn: FindingExplanation = {
  title: both('A SYN from the past', '迟到的旧 SYN'),
  what: both(
    'A SYN that had been delayed, or sent twice, reached the server. Its SYN-ACK acknowledges a number that the client does not wait for, so the client resets it, and its real SYN has to start again.',
    '一个在路上耽搁了的（或重复的）旧 SYN 到达服务器。服务器的 SYN-ACK 确认了客户端并不等待的序列号，客户端因此回 RST，真正的 SYN 得重新来过。',
  ),
  causes: [
    both('A path that reorders or delays packets.', '路径使报文乱序或延迟。'),
    both('A port used again quickly for a new connection to the same server.', '同一端口很快又用来连接同一服务器。'),
  ],
  filter: '(tcp.flags.syn == 1 && tcp.flags.ack == 1) || tcp.flags.reset == 1',
  confirm: both(
    'The cited answer acknowledges a number other than the client’s initial sequence number + 1, and the RST behind it has exactly that number.',
    '所引的应答确认的号不是客户端初始序列号 + 1，其后的 RST 恰好带这个号。',
  ),
  against: [
    both(
      'A SYN scan resets the SYN-ACK too, but with the right number.',
      'SYN 扫描也会对 SYN-ACK 回 RST，但号是对的。',
    ),
  ],
  todo: [
    advice('Nothing, when it is rare: TCP recovers by itself.', '偶尔出现无需处理：TCP 会自行恢复。'),
    advice(
      'Widen the range of client ports, so that they are used again later.',
      '扩大客户端端口范围，让端口晚些再用。',
      'sysctl net.ipv4.ip_local_port_range',
    ),
  ],
};
