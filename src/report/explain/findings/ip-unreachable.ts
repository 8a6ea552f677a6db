import { type FindingExplanation, advice, both } from '../model.ts';

export const ipUnreachable: FindingExplanation = {
  title: both('Packets that could not be delivered', '无法送达的报文'),
  what: both(
    'A router or the host itself said in an ICMP message that packets could not be delivered, and why: no route, no host, no such port, forbidden, or too big.',
    '路由器或主机自己用 ICMP 报文说明报文无法送达，以及原因：没有路由、没有主机、没有该端口、被禁止，或者太大。',
  ),
  causes: [
    both('Port unreachable: nothing listens on that UDP port.', '端口不可达：该 UDP 端口没有程序监听。'),
    both('Administratively prohibited: a filter rejects.', '管理性禁止：防火墙拒绝。'),
    both(
      'Fragmentation needed (packet too big): a smaller MTU on the path.',
      '需要分片（报文太大）：路径上 MTU 更小。',
    ),
    both('Host unreachable: nobody answers ARP or neighbour discovery.', '主机不可达：没人应答 ARP 或邻居发现。'),
  ],
  filter: 'icmp.type == 3 || icmpv6.type == 1 || icmpv6.type == 2',
  confirm: both(
    'The ICMP message quotes the header of the packet that failed: addresses and ports are in it.',
    'ICMP 报文引用了失败报文的首部：地址和端口都在里面。',
  ),
  against: [
    both(
      'Anybody can send ICMP: check that the quoted sequence number was really sent.',
      '谁都能发 ICMP：核对引用的序列号是否真的发过。',
    ),
  ],
  todo: [
    advice('Which way do packets go?', '报文走哪条路？', 'ip route get ADDRESS'),
    advice('Does anything listen on that UDP port?', '该 UDP 端口有程序监听吗？', 'ss -lunp'),
    advice(
      'Find the MTU of the path; never drop ICMP type 3 code 4.',
      '测路径 MTU；不要丢弃 ICMP 类型 3 代码 4。',
      'tracepath ADDRESS',
    ),
  ],
};
