import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpFastRetransmission: FindingExplanation = {
  title: both('Losses that were mended at once', '很快修复的丢包（快速重传）'),
  what: both(
    'Segments were lost, later ones arrived, and the receiver told of the hole with duplicate ACKs or SACK blocks. The sender sent the lost ones again without waiting for its timer. That costs about a round trip for what stands behind the hole, and the sender lowers its rate.',
    '有段丢失，而后面的段到达了，接收方用重复 ACK 或 SACK 块告知空洞。发送方不等定时器就快速重传。空洞之后的数据大约多等一个往返时间，发送方也会降低速率。',
  ),
  causes: [
    both(
      'The sender filled a queue on the way: this is how loss-based congestion control finds what the path can bear.',
      '发送方填满了路上的队列：基于丢包的拥塞控制正是这样探知路径容量的。',
    ),
    both('A link with errors: radio, a bad cable or optic.', '链路有误码：无线、不良的网线或光模块。'),
    both('A burst too large for the buffer of a switch.', '突发流量超过交换机的缓冲区。'),
    both('A policer that drops what exceeds a rate.', '限速器丢弃超出速率的报文。'),
  ],
  filter: 'tcp.analysis.retransmission || tcp.analysis.out_of_order || tcp.options.sack_le || tcp.len == 0',
  confirm: both(
    'Duplicate ACKs (tcp.analysis.duplicate_ack) with the same tcp.ack, then the segment with that tcp.seq, then an ACK that jumps ahead. With SACK the blocks show what had arrived behind the hole.',
    'tcp.ack 相同的重复 ACK（tcp.analysis.duplicate_ack），然后是以它为 tcp.seq 的段，再后是跳跃前进的 ACK。有 SACK 时，SACK 块显示空洞之后已到达的数据。',
  ),
  against: [
    both('Reordering brings duplicate ACKs too, and nothing was lost then.', '乱序也会产生重复 ACK，但那时没有丢包。'),
    both('A few of them in a long transfer are normal.', '长传输中出现少量是正常的。'),
  ],
  todo: [
    advice(
      'Count on the host of the sender.',
      '在发送方主机上统计。',
      'nstat -az TcpExtTCPFastRetrans TcpExtTCPSackRecovery TcpExtTCPLostRetransmit',
    ),
    advice(
      'Keep selective ACKs on at both ends: several holes are then mended in one round trip.',
      '两端都保持选择确认开启：多个空洞可在一个往返时间内修复。',
      'sysctl net.ipv4.tcp_sack',
    ),
    advice('Does the queue of the sender drop?', '发送方的队列丢包吗？', 'tc -s qdisc show dev eth0'),
    advice(
      'Spread bursts: a queue discipline that paces.',
      '打散突发：使用按节奏发送的队列规则。',
      'tc qdisc replace dev eth0 root fq',
    ),
  ],
};
