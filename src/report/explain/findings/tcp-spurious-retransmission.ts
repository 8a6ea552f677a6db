import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpSpuriousRetransmission: FindingExplanation = {
  title: both('Segments sent again for nothing', '多余的重传'),
  what: both(
    'The sender sent again what had arrived already. Nothing was lost: segments or their ACKs were late, came in another order, or the ACKs were lost. The resends cost little; what costs is that the sender takes them for a loss and slows down, unless it notices its mistake.',
    '发送方重传了已经到达的段。没有丢包：段或其 ACK 迟到、乱序，或者 ACK 丢了。重传本身代价不大；代价在于发送方误以为丢包而降速，除非它发现自己判断错了。',
  ),
  causes: [
    both(
      'The delay rose suddenly above the retransmission timer: a full deep queue, a mobile network, a paused virtual machine.',
      '时延突然超过重传定时器：很深的队列被填满、移动网络、虚拟机被暂停，引起超时重传。',
    ),
    both(
      'Segments overtook one another, so that three duplicate ACKs came without a loss (fast retransmission).',
      '段互相超越，没有丢包也产生了三个重复 ACK（触发快速重传）。',
    ),
    both('ACKs were lost on the way back.', 'ACK 在返回路上丢了。'),
    both('The receiver was busy and acknowledged late.', '接收方忙，确认得晚。'),
  ],
  filter:
    'tcp.analysis.spurious_retransmission || tcp.analysis.retransmission || tcp.analysis.out_of_order || tcp.options.sack.dsack',
  confirm: both(
    'The receiver says so with a D-SACK: a SACK block for bytes that are acknowledged already (tcp.options.sack.dsack). Or the ACK stands before the resend, or the first ACK after it echoes the timestamp of the first transmission (tcp.options.timestamp.tsecr). Without timestamps: the ACK comes sooner after the resend than half the least round trip (tcp.analysis.ack_rtt).',
    '接收方用 D-SACK 说明：SACK 块指向已确认的字节（tcp.options.sack.dsack）。或者 ACK 在重传之前就已出现，或者重传之后的第一个 ACK 回显的是第一次发送的时间戳（tcp.options.timestamp.tsecr）。没有时间戳时：重传之后不到最短往返时间的一半 ACK 就到了（tcp.analysis.ack_rtt）。',
  ),
  against: [
    both(
      'Probes of the tail are sent on suspicion; that some of them are needless is no fault, and they alone are not told here.',
      '尾部丢失探测本来就是试探；其中一些多余不算问题，只有它们时不报告。',
    ),
    both(
      'A path that duplicates packets brings D-SACKs too, without a resend.',
      '会复制报文的路径也会引起 D-SACK，但没有重传。',
    ),
    both(
      'At the point of capture the ACK may stand before the resend and still have reached the sender after it.',
      '在抓包点，ACK 可能排在重传之前，却在重传之后才到达发送方。',
    ),
  ],
  todo: [
    advice(
      'Count on the host of the sender.',
      '在发送方主机上统计。',
      'nstat -az TcpExtTCPDSACKRecv TcpExtTCPSpuriousRTOs TcpRetransSegs',
    ),
    advice(
      'Does the round trip vary? Compare rtt and minrtt, and look at dsack_dups.',
      '往返时间波动大吗？比较 rtt 与 minrtt，并看 dsack_dups。',
      'ss -tin',
    ),
    advice(
      'Keep what detects and undoes it on (all are by default).',
      '保持用于发现并撤销误判的选项开启（默认都开）。',
      'sysctl net.ipv4.tcp_dsack net.ipv4.tcp_timestamps net.ipv4.tcp_frto net.ipv4.tcp_recovery',
    ),
    advice(
      'Shorten a queue that delays: a queue discipline that drops early.',
      '缩短造成时延的队列：使用提早丢包的队列规则。',
      'tc qdisc replace dev eth0 root fq_codel',
    ),
  ],
};
