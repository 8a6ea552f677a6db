import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpOutOfOrder: FindingExplanation = {
  title: both('Segments overtaken on their way', '乱序：段在路上被超越'),
  what: both(
    'Segments came by in another order than they were sent in; they were not sent again. The receiver keeps those that are early and asks for the one that lacks with duplicate ACKs. When three or more overtake one, the sender may take it for lost: it sends it again and slows down for nothing.',
    '段经过时的顺序与发送顺序不同，但并不是重传。接收方保留早到的段，并用重复 ACK 要求缺少的那个。如果三个或更多的段超越了一个段，发送方可能以为它丢了：触发多余的快速重传并降速。',
  ),
  causes: [
    both(
      'Packets of one connection are spread over several paths or links (ECMP per packet, bonding with balance-rr).',
      '同一连接的报文被分到多条路径或链路（逐包 ECMP、balance-rr 聚合）。',
    ),
    both(
      'Several queues or cores of one device handle the same connection, or its path changed.',
      '同一设备的多个队列或核心处理同一连接，或者路径发生了变化。',
    ),
    both(
      'A link that repeats lost frames itself lets later ones pass meanwhile (Wi-Fi, mobile networks).',
      '链路自己重发丢失的帧，期间后面的帧先通过（Wi-Fi、移动网络）。',
    ),
  ],
  filter: 'tcp.analysis.out_of_order || tcp.analysis.retransmission',
  confirm: both(
    'The cited segment fills a hole shortly after its neighbours, much sooner than a round trip. On IPv4 hosts that count ip.id up, its ip.id lies before that of the segments that overtook it.',
    '所引的段在相邻段之后很快填补了空洞，远早于一个往返时间。若该主机的 IPv4 ip.id 递增，它的 ip.id 小于超越它的那些段。',
  ),
  against: [
    both(
      'A capture of several interfaces or queues can itself write frames in another order: compare frame.time.',
      '从多个接口或队列抓包时，抓包本身也可能打乱帧的顺序：比较 frame.time。',
    ),
    both(
      'A resend whose first transmission was lost before the point of capture fills a hole as well, but a round trip later at the earliest.',
      '第一次发送在抓包点之前丢失的重传也会填补空洞，但至少晚一个往返时间。',
    ),
    both('A few segments overtaken by one or two others do no harm.', '少量段被一两个段超越是无害的。'),
  ],
  todo: [
    advice(
      'Does the host see it too? reordering shows how much the sender has learned to bear (3 at first).',
      '主机也看到了吗？reordering 显示发送方已学会容忍多少（初始为 3）。',
      'ss -tin',
    ),
    advice(
      'Count what came early (receiver), and what was recognized as reordered (sender).',
      '统计早到的段（接收方）和识别出的乱序（发送方）。',
      'nstat -az TcpExtTCPOFOQueue TcpExtTCPSACKReorder TcpExtTCPTSReorder',
    ),
    advice(
      'Mode of a bond: choose one that keeps a connection on one link (802.3ad, not balance-rr).',
      '查看聚合模式：选择让一个连接固定在一条链路上的模式（802.3ad，而非 balance-rr）。',
      'ip -d link show bond0',
    ),
    advice(
      'By which fields does the network card choose the queue?',
      '网卡按哪些字段选择队列？',
      'ethtool -n eth0 rx-flow-hash tcp4',
    ),
  ],
};
