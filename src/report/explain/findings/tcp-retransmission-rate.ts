import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpRetransmissionRate: FindingExplanation = {
  title: both('Much was sent again', '重传很多'),
  what: both(
    'Of the bytes that one end sent, one in a hundred or more were sent again, in ten segments or more. Senders with loss-based congestion control take each loss for a full path and slow down, so the path stays partly unused. From five in a hundred it is felt on any path.',
    '一端发送的字节中，有百分之一或更多是重传，且至少有十个段。基于丢包的拥塞控制把每次丢包都当作路径已满并降速，于是路径用不满。达到百分之五时，任何路径都会感觉到慢。',
  ),
  causes: [
    both(
      'A queue on the way is full: the link is narrower than what is sent, or a policer drops what exceeds a rate.',
      '路上的队列满了：链路比发送速率窄，或限速器丢弃超出速率的报文。',
    ),
    both(
      'A bad cable, connector or optic, a duplex mismatch, a poor radio link.',
      '网线、接头或光模块不良，双工不匹配，无线信号差。',
    ),
    both(
      'The network card or the host of the receiver drops: its ring or backlog is full.',
      '接收方的网卡或主机丢包：环形缓冲区或积压队列已满。',
    ),
    both(
      'Nothing is lost, and the sender only believes so: reordering or late ACKs.',
      '其实没有丢包，只是发送方误判：乱序或 ACK 迟到。',
    ),
  ],
  filter: 'tcp.analysis.retransmission || tcp.analysis.out_of_order',
  confirm: both(
    'Statistics > I/O Graphs with this filter shows whether the resends come in bursts (a full queue) or evenly (a bad link). When the first transmission is in the capture, it was lost behind the point of capture, otherwise before it.',
    '在“统计 > I/O 图表”中使用此过滤器，可看出重传是成批的（队列满）还是均匀的（链路差）。若第一次发送在抓包中，就是在抓包点之后丢的，否则是在之前。',
  ),
  against: [
    both(
      'Most of it may have been needless: see the segments that had arrived.',
      '大部分重传可能是多余的：看有多少段其实已到达。',
    ),
    both(
      'A short connection reaches a percent with a few segments; that is why fewer than ten are not told here.',
      '短连接只要几个段就会达到百分之一；因此少于十个段时不报告。',
    ),
    both(
      'A packet that is in the capture twice looks like a resend; its ip.id is the same.',
      '同一报文被抓到两次看起来像重传；其 ip.id 相同。',
    ),
  ],
  todo: [
    advice('Which hop loses?', '哪一跳丢包？', 'mtr -rwnc 100 HOST'),
    advice(
      'Errors and drops of the network card, on both hosts.',
      '两台主机上网卡的错误和丢包。',
      "ethtool -S eth0 | grep -iE 'err|drop|crc|miss'",
    ),
    advice('Drops in the queue of the sender.', '发送方队列的丢包。', 'tc -s qdisc show dev eth0'),
    advice(
      'The share over all connections of the host.',
      '主机上所有连接的重传比例。',
      'nstat -az TcpOutSegs TcpRetransSegs',
    ),
    advice(
      'Where loss cannot be removed, try a congestion control that is not driven by loss alone (the module tcp_bbr).',
      '丢包无法消除时，试用不只依据丢包的拥塞控制（内核模块 tcp_bbr）。',
      'sysctl -w net.ipv4.tcp_congestion_control=bbr',
    ),
  ],
};
