import { type FindingExplanation, advice, both } from '../model.ts';

export const ipTtlExceeded: FindingExplanation = {
  title: both('Packets ran out of hops', '报文跳数耗尽'),
  what: both(
    'Each router lowers the TTL (hop limit) by one; at zero it drops the packet and reports it. That is how a traceroute works, and what a routing loop looks like.',
    '每个路由器把 TTL（跳数限制）减一；减到零就丢弃报文并报告。traceroute 就是这样工作的，路由环路也是这种样子。',
  ),
  causes: [
    both('Somebody runs a traceroute.', '有人在运行 traceroute。'),
    both('A routing loop: two routers send the packet to each other.', '路由环路：两台路由器互相转发。'),
    both('A sender with a very low TTL (multicast, a wrong setting).', '发送方 TTL 太小（组播，或设置错误）。'),
  ],
  filter: '(icmp.type == 11) || (icmpv6.type == 3)',
  confirm: both(
    'The quoted packet has TTL 1 or 0; in a loop the same packet is seen with falling TTLs.',
    '引用的报文 TTL 为 1 或 0；环路中能看到同一报文 TTL 递减。',
  ),
  against: [
    both(
      'Ports 33434 and up, or rising TTLs: a traceroute on purpose.',
      '端口 33434 以上，或 TTL 递增：是有意的 traceroute。',
    ),
  ],
  todo: [
    advice('Which routers, in which order?', '经过哪些路由器？', 'traceroute -n ADDRESS'),
    advice('Look at the routes of the router that reported.', '查看报告路由器的路由表。', 'ip route get ADDRESS'),
  ],
};
