import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpMtuBlackHole: FindingExplanation = {
  title: both('Large segments that never arrive', '永远到不了的大报文段（MTU 黑洞）'),
  what: both(
    'Small packets pass the path, large ones do not. A router with a smaller MTU drops them, and its ICMP message about it does not reach the sender, or is not heeded. The three-way handshake works and so do short answers; the first long one hangs, because the same segment is sent again and dropped again.',
    '小报文能通过路径，大报文不能。MTU 较小的路由器丢弃大报文，而它的 ICMP 通知到不了发送方，或没有被采纳。三次握手和短应答都正常；第一个长应答就卡住，因为同一个段反复超时重传、反复被丢弃。',
  ),
  causes: [
    both(
      'A firewall drops ICMP: type 3 code 4 (fragmentation needed) of IPv4, type 2 (packet too big) of ICMPv6.',
      '防火墙丢弃 ICMP：IPv4 的类型 3 代码 4（需要分片），ICMPv6 的类型 2（报文过大）。',
    ),
    both(
      'A tunnel takes its part of each packet (VPN, GRE, VXLAN, PPPoE), and nobody lowered the MSS for it.',
      '隧道要占用报文的一部分（VPN、GRE、VXLAN、PPPoE），却没有人相应调小 MSS。',
    ),
    both(
      'The ICMP message goes to another server behind a load balancer, or the sender’s own firewall drops it.',
      'ICMP 通知被负载均衡送到了另一台服务器，或被发送方自己的防火墙丢弃。',
    ),
    both(
      'A switch on the way has a smaller MTU than the hosts (jumbo frames): a switch sends no ICMP.',
      '路上的交换机 MTU 比主机小（巨型帧）：交换机不会发 ICMP。',
    ),
  ],
  filter:
    'tcp.analysis.retransmission || tcp.analysis.out_of_order || (icmp.type == 3 && icmp.code == 4) || icmpv6.type == 2',
  confirm: both(
    'The same tcp.seq with the same large tcp.len stands several times, at growing distances, and no ACK covers it; smaller segments of the same end were acknowledged. Look at the MSS in both SYNs, and for an ICMP message: it names the MTU.',
    '同一个 tcp.seq、同样大的 tcp.len 出现多次，间隔越来越长，没有 ACK 覆盖它；同一端较小的段却被确认了。再看两个 SYN 里的 MSS，以及有没有 ICMP 通知：其中写着 MTU。',
  ),
  against: [
    both('A path that is down drops small packets as well.', '路径中断时，小报文也会被丢弃。'),
    both(
      'When large segments of the same end came through before, it is rather a loss of another kind.',
      '如果同一端的大报文段之前通过了，多半是另一种丢包。',
    ),
    both(
      'Segments larger than the MTU in a capture on the sender itself are normal: the network card cuts them (TSO).',
      '在发送方本机抓包时，看到大于 MTU 的段是正常的：由网卡切分（TSO）。',
    ),
  ],
  todo: [
    advice(
      'Find the largest packet that passes (IPv4: the size and 28 bytes of headers).',
      '找出能通过的最大报文（IPv4：此大小再加 28 字节首部）。',
      'ping -M do -s 1472 HOST',
    ),
    advice('See at which hop the MTU becomes smaller.', '看 MTU 在哪一跳变小。', 'tracepath -n HOST'),
    advice(
      'Let the sender try smaller segments when large ones vanish.',
      '让发送方在大报文段消失时改用较小的段。',
      'sysctl -w net.ipv4.tcp_mtu_probing=1',
    ),
    advice(
      'On the router in front of the tunnel: lower the MSS of connections that pass through.',
      '在隧道前的路由器上：调小经过的连接的 MSS。',
      'iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu',
    ),
    advice(
      'Let these ICMP messages pass every firewall on the way (INPUT on the host, FORWARD on routers).',
      '让路上的每个防火墙放行这类 ICMP 通知（主机上用 INPUT，路由器上用 FORWARD）。',
      'iptables -I INPUT -p icmp --icmp-type fragmentation-needed -j ACCEPT',
    ),
  ],
};
