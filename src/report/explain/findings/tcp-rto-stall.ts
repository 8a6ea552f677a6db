import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpRtoStall: FindingExplanation = {
  title: both('Stalls until a timer ran out', '停顿到超时重传为止'),
  what: both(
    'A segment was lost, and no ACK told the sender of the hole in time. So it waited until its retransmission timer ran out: 200 ms at least on Linux, and twice as long each time. Meanwhile nothing moved. Then it sent the segment again, and started with one segment (slow start).',
    '一个段丢了，也没有 ACK 及时让发送方得知空洞。发送方只能等重传定时器到期：Linux 上至少 200 毫秒，每次加倍。这期间没有任何进展。然后才超时重传该段，并从一个段重新开始（慢启动）。',
  ),
  causes: [
    both(
      'The last segments of a request or an answer were lost: nothing follows that could show it.',
      '请求或应答末尾的段丢了：后面没有报文能暴露这个丢失。',
    ),
    both(
      'A whole burst, or the segment that was sent again, was lost too: a full queue, a policer.',
      '整批报文，或重传的段也丢了：队列满，或限速丢包。',
    ),
    both(
      'The path was down for a while: a handover of Wi-Fi or mobile networks, a failover.',
      '路径中断了一段时间：Wi-Fi 或移动网络切换、主备切换。',
    ),
    both(
      'Few segments are on their way at a time, so three duplicate ACKs never come about.',
      '同时在途的段太少，凑不够三个重复 ACK。',
    ),
    both('No ACKs came back, or they came too late.', 'ACK 没有回来，或者来得太晚。'),
  ],
  filter: 'tcp.analysis.retransmission || tcp.analysis.out_of_order',
  confirm: both(
    'Before the cited segment its sender is silent for the length of the timer; tcp.analysis.rto shows how long ago the segment was sent first, as far as that is in the capture. Repeats at 0.2, 0.4, 0.8 s are one timer that doubles.',
    '所引的段之前，发送方沉默了一个定时器的时间；tcp.analysis.rto 显示该段第一次发送是多久以前（若抓包中有）。相隔 0.2、0.4、0.8 秒的重复，是同一个不断加倍的定时器。',
  ),
  against: [
    both(
      'The segments had arrived, and only their ACKs were late: the timeout was needless.',
      '段其实已到达，只是 ACK 晚了：超时重传是多余的。',
    ),
    both(
      'A pause of the application is no stall: after it comes new data, not data sent again.',
      '应用自己停顿不算：停顿之后是新数据，而不是重传。',
    ),
    both(
      'While the window is zero the sender waits for the receiver, not for a loss.',
      '零窗口期间，发送方等的是接收方，而不是丢包。',
    ),
  ],
  todo: [
    advice('See the connection segment by segment.', '逐段查看该连接。', 'synoptic conn CAPTURE ID'),
    advice(
      'Count timeouts on the host of the sender.',
      '在发送方主机上统计超时次数。',
      'nstat -az TcpExtTCPTimeouts TcpExtTCPLossProbes TcpExtTCPLostRetransmit',
    ),
    advice(
      'Timer (rto), its doubling (backoff) and resends of connections that are open now.',
      '查看当前连接的定时器（rto）、加倍（backoff）和重传。',
      'ss -tin',
    ),
    advice(
      'Keep selective ACKs and tail loss probes on (both are by default: 1 and 3).',
      '保持选择确认和尾部丢失探测开启（默认都开：1 和 3）。',
      'sysctl net.ipv4.tcp_sack net.ipv4.tcp_early_retrans',
    ),
    advice(
      'Look for queues that drop on the sender and on routers.',
      '查看发送方和路由器上丢包的队列。',
      'tc -s qdisc show dev eth0',
    ),
  ],
};
