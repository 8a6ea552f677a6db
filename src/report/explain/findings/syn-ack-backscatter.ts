import { type FindingExplanation, advice, both } from '../model.ts';

export const synAckBackscatter: FindingExplanation = {
  title: both('Backscatter: answers that nobody asked for', '反射流量：没人请求的应答'),
  what: both(
    'Somebody floods a server with SYNs in the names of other hosts; its SYN-ACKs and RSTs come to those. Where one host gets the answers of many servers, its address is used to bounce SYNs off them. Either way the address was misused, and nobody here sent the SYNs.',
    '有人冒用别的主机的地址向服务器洪泛 SYN，服务器的 SYN-ACK 和 RST 就回到这些主机。若一台主机收到许多服务器的应答，则是有人借这些服务器反弹 SYN。无论哪种，这里都没有人发过 SYN。',
  ),
  causes: [
    both('A SYN flood somewhere else with made-up sources.', '别处发生了伪造源地址的 SYN 洪泛。'),
    both('A reflected flood on this host.', '针对本机的反射洪泛。'),
  ],
  filter: 'tcp.flags.syn == 1 || tcp.flags.reset == 1',
  confirm: both(
    'The cited streams begin with SYN-ACK or RST; no SYN of this side is in the capture.',
    '所引的流以 SYN-ACK 或 RST 开头；抓包里没有本端的 SYN。',
  ),
  against: [
    both(
      'A capture of the incoming direction only: then the SYNs are real, and missing.',
      '只抓到入方向：SYN 其实存在，只是没抓到。',
    ),
  ],
  todo: [
    advice('See who answers, and when.', '查看谁在应答、何时应答。', 'synoptic synflood CAPTURE'),
    advice(
      'Drop answers to nothing at the edge.',
      '在边界丢弃没有请求的应答。',
      'nft add rule inet filter input ct state invalid drop',
    ),
  ],
};
