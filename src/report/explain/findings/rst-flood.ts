import { type FindingExplanation, advice, both } from '../model.ts';

export const rstFlood: FindingExplanation = {
  title: both('RST flood', 'RST 洪泛'),
  what: both(
    'Resets of connections that never were, from addresses that are made up. A host drops them without an answer; they cost it and its firewall a look-up each, and hit a connection by chance.',
    '针对并不存在的连接的大量 RST，源地址是伪造的。主机不应答直接丢弃；但每个都要查找一次，也可能碰巧命中某个连接。',
  ),
  causes: [
    both(
      'An attack on connections whose ports are guessed, or mere load.',
      '猜测端口来打断连接的攻击，或者单纯制造负载。',
    ),
  ],
  filter: 'tcp.flags.reset == 1',
  confirm: both('Many sources, no stream of theirs with anything but RST.', '源地址很多，它们的流里只有 RST。'),
  against: [
    both(
      'Backscatter: RSTs that answer SYNs which somebody sent in your name.',
      '反射流量：有人冒用你的地址发 SYN，对方回的 RST。',
    ),
  ],
  todo: [
    advice(
      'Linux believes a RST only with the exact number (RFC 5961); keep it so.',
      'Linux 只接受序列号完全吻合的 RST（RFC 5961），保持默认即可。',
      'nstat -az TcpExtTCPChallengeACK',
    ),
    advice(
      'Drop what belongs to no connection before the host.',
      '在主机之前丢弃不属于任何连接的报文。',
      'nft add rule inet filter input ct state invalid drop',
    ),
  ],
};
