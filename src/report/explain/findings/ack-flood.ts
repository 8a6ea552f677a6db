import { type FindingExplanation, advice, both } from '../model.ts';

export const ackFlood: FindingExplanation = {
  title: both('ACK flood', 'ACK 洪泛'),
  what: both(
    'Segments with ACK that belong to no connection, from many addresses that are mostly made up. The host looks each of them up and answers with a RST; firewalls and balancers in front of it may open state for them.',
    '大量不属于任何连接的 ACK 段，源地址多半是伪造的。主机要逐个查找并回 RST；前面的防火墙和负载均衡可能还会为它们建立状态。',
  ),
  causes: [both('An attack that passes filters which only look at SYNs.', '绕过只看 SYN 的过滤器的攻击。')],
  filter: 'tcp.flags.ack == 1 && tcp.flags.syn == 0',
  confirm: both(
    'None of the cited streams has a SYN, and the host answers with RST or not at all.',
    '所引的流都没有 SYN，主机回 RST 或不应答。',
  ),
  against: [
    both(
      'A capture that began in the middle of many connections: then the same addresses go on sending.',
      '抓包从大量连接中途开始：那样同一地址会继续发送。',
    ),
    both('A failover or restart that lost the connections of real clients.', '故障切换或重启丢失了真实客户端的连接。'),
  ],
  todo: [
    advice('See the flood.', '查看洪泛的情况。', 'synoptic synflood CAPTURE'),
    advice(
      'Drop what belongs to no connection before the host.',
      '在主机之前丢弃不属于任何连接的报文。',
      'nft add rule inet filter input ct state invalid drop',
    ),
  ],
};
