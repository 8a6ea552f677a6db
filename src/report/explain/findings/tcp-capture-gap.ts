import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpCaptureGap: FindingExplanation = {
  title: both('Segments that the capture missed', '抓包漏掉的段'),
  what: both(
    'A receiver acknowledged bytes that are nowhere in the capture. So they did arrive, and the capture did not record them. Streams that are put together from it have holes, and what looks like a loss near them may be none.',
    '接收方确认了抓包中不存在的字节。可见它们到达了，只是没有被抓到。由此拼出的数据流会有空洞，附近看似丢包的地方也可能并没有丢。',
  ),
  causes: [
    both(
      'The capture program or its disk was too slow, and the buffer of the kernel overflowed.',
      '抓包程序或磁盘太慢，内核缓冲区溢出。',
    ),
    both('A mirror port or tap was given more than it can send.', '镜像端口或分路器收到的流量超过它能转发的速率。'),
    both(
      'Some packets took another path or link that was not captured (ECMP, one member of a bond).',
      '部分报文走了没有抓包的另一条路径或链路（ECMP、聚合中的另一个成员）。',
    ),
    both(
      'A capture filter left packets out: fragments, which have no ports, or frames with a VLAN tag.',
      '抓包过滤器漏掉了报文：没有端口号的分片，或带 VLAN 标签的帧。',
    ),
  ],
  filter:
    'tcp.analysis.ack_lost_segment || tcp.analysis.lost_segment || tcp.analysis.retransmission || tcp.analysis.out_of_order',
  confirm: both(
    'tcp.analysis.ack_lost_segment marks the ACKs that cover what nobody saw, tcp.analysis.lost_segment the segments behind a hole. No resend of these bytes follows.',
    'tcp.analysis.ack_lost_segment 标出确认了未见字节的 ACK，tcp.analysis.lost_segment 标出空洞之后的段。这些字节之后没有重传。',
  ),
  against: [
    both(
      'A hole that is filled later by a resend is a loss on the path, not in the capture.',
      '之后被重传填补的空洞，是路径上丢的，不是抓包漏的。',
    ),
    both(
      'An interface that counted no drops proves little: losses in a mirror port or network card are not in that count.',
      '接口计数没有丢帧说明不了什么：镜像端口或网卡的丢失不计在内。',
    ),
    both(
      'Packets that cannot be read (compressed or encrypted by IPsec) count as missing, though they are in the capture.',
      '无法解读的报文（被 IPsec 压缩或加密）会算作缺失，尽管它们在抓包中。',
    ),
    both(
      'A faulty or forging host may acknowledge what was never sent; that is rare.',
      '有缺陷或伪造报文的主机可能确认从未发送的数据；这很少见。',
    ),
  ],
  todo: [
    advice(
      'Capture with a larger buffer and only the first bytes of each packet; tcpdump tells at the end what the kernel dropped.',
      '用更大的缓冲区抓包，只留每个报文的前部；tcpdump 结束时会报告内核丢弃了多少。',
      'tcpdump -B 65536 -s 128 -w out.pcap',
    ),
    advice('Capture only what is needed.', '只抓需要的流量。', "tcpdump -w out.pcap 'host 192.0.2.1 and tcp port 443'"),
    advice('Does the network card drop?', '网卡丢包吗？', "ethtool -S eth0 | grep -iE 'drop|miss'"),
    advice('Enlarge the ring of the network card.', '加大网卡的环形缓冲区。', 'ethtool -G eth0 rx 4096'),
    advice(
      'Capture at an end host instead of a mirror port, on all members of a bond.',
      '在端主机上抓包，而不是镜像端口；若有链路聚合，抓所有成员。',
      'tcpdump -i any -w out.pcap',
    ),
  ],
};
