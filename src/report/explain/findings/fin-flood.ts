import { type FindingExplanation, advice, both } from '../model.ts';

export const finFlood: FindingExplanation = {
  title: both('FIN flood', 'FIN 洪泛'),
  what: both(
    'FINs of connections that never were. Without ACK no stack sends them and a listener drops them; tools send them to pass simple filters.',
    '针对并不存在的连接的大量 FIN。不带 ACK 的 FIN 正常协议栈不会发送，监听端会丢弃；工具用它绕过简单的过滤器。',
  ),
  causes: [
    both('An attack that passes filters which only look at SYNs.', '绕过只看 SYN 的过滤器的攻击。'),
    both('A FIN scan, when every port is asked once.', '每个端口只问一次，则是 FIN 扫描。'),
  ],
  filter: 'tcp.flags.fin == 1',
  confirm: both('None of the cited streams has a SYN or data.', '所引的流都没有 SYN，也没有数据。'),
  against: [both('A capture that began while many connections were closing.', '抓包开始时恰有大量连接正在关闭。')],
  todo: [
    advice('See the flood.', '查看洪泛的情况。', 'synoptic synflood CAPTURE'),
    advice(
      'Drop FIN without ACK before the host.',
      '在主机之前丢弃不带 ACK 的 FIN。',
      "nft add rule inet filter input tcp flags '&' '(fin|ack)' == fin drop",
    ),
  ],
};
