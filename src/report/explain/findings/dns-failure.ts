import { type FindingExplanation, advice, both } from '../model.ts';

export const dnsFailure: FindingExplanation = {
  title: both('Names that could not be resolved', '无法解析的域名'),
  what: both(
    'A DNS server answered SERVFAIL (it failed), REFUSED (it does not want to) or NOTIMP (it cannot), or no answer was seen. Whatever needed the name waits and then fails, before it has sent a packet to its destination.',
    'DNS 服务器回答 SERVFAIL（失败）、REFUSED（拒绝）或 NOTIMP（不支持），或看不到回答。需要该域名的程序先等待，然后失败，此时还没有向目的地发出任何报文。',
  ),
  causes: [
    both(
      'SERVFAIL: the resolver does not reach the servers of the domain, or DNSSEC does not verify.',
      'SERVFAIL：解析器连不上该域的权威服务器，或 DNSSEC 验证失败。',
    ),
    both(
      'REFUSED: the server does not serve this client, or does not know the zone and does not ask others.',
      'REFUSED：服务器不为该客户端服务，或没有该区域又不做递归。',
    ),
    both('NOTIMP: the server does not know this kind of query.', 'NOTIMP：服务器不支持这种查询。'),
    both(
      'No answer: the server is down, its address is wrong, a firewall drops packets, or one was lost.',
      '没有回答：服务器停止、地址配置错误、防火墙丢弃，或报文丢失。',
    ),
  ],
  filter: 'dns.flags.response == 0 || dns.flags.rcode in {2, 4, 5}',
  confirm: both(
    'dns.response_in leads from a query to its answer and is missing where there is none. dns.flags.rcode is 2 for SERVFAIL, 4 for NOTIMP, 5 for REFUSED. dns.retransmit_request marks queries that came again.',
    'dns.response_in 从查询指向回答，没有回答就没有这个字段。dns.flags.rcode：2 是 SERVFAIL，4 是 NOTIMP，5 是 REFUSED。dns.retransmit_request 标出重发的查询。',
  ),
  against: [
    both(
      'NXDOMAIN is an answer: the name does not exist. It is not told here.',
      'NXDOMAIN 是回答：域名不存在。不在此报告。',
    ),
    both(
      'Where no answer of a server is seen at all, the capture may see one direction only.',
      '若完全看不到某服务器的回答，可能抓包只看到一个方向。',
    ),
    both(
      'Systems ask a second server after a failure: then it cost time only.',
      '系统在失败后会问第二个服务器：那样只是耽误了时间。',
    ),
  ],
  todo: [
    advice('Ask the same server again.', '再问同一个服务器。', 'dig @SERVER NAME'),
    advice(
      'SERVFAIL: ask without DNSSEC checks. If there is an answer now, the signatures are at fault.',
      'SERVFAIL：不做 DNSSEC 检查再问。若此时有回答，问题在签名。',
      'dig +cd @SERVER NAME',
    ),
    advice('Follow the delegation from the root.', '从根开始逐级查询授权。', 'dig +trace NAME'),
    advice(
      'No answer: try TCP; if that works, UDP is dropped on the way.',
      '没有回答：试试 TCP；若可以，说明途中丢弃了 UDP。',
      'dig +tcp @SERVER NAME',
    ),
    advice('Which servers does the system use?', '系统在用哪些服务器？', 'resolvectl status'),
  ],
};
