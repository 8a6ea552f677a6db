import { type FindingExplanation, advice, both } from '../model.ts';

export const ipChecksumBad: FindingExplanation = {
  title: both('Packets with a wrong checksum', '校验和错误的报文'),
  what: both(
    'The checksum of an IP header, TCP segment or UDP datagram does not fit its bytes. A receiver drops such a packet without a word, and TCP sends it again.',
    'IP 首部、TCP 段或 UDP 数据报的校验和与内容不符。接收方会一声不响地丢弃，TCP 则会重传。',
  ),
  causes: [
    both(
      'Damaged on its way: cable, memory, a faulty switch or NAT.',
      '传输途中损坏：线缆、内存、有故障的交换机或 NAT。',
    ),
    both(
      'Captured on the sending host before the network card filled it in (told apart here where it can be).',
      '在发送主机上抓包，网卡还没填写校验和（此处尽量区分）。',
    ),
    both('Altered after capture, as by a tool that made addresses anonymous.', '抓包之后被改动，例如匿名化工具。'),
  ],
  filter: 'ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0',
  preferences: ['ip.check_checksum', 'tcp.check_checksum', 'udp.check_checksum'],
  confirm: both(
    'Turn on "Validate the checksum if possible" in the preferences of IPv4, TCP and UDP first; status 0 means bad.',
    '先在 IPv4、TCP、UDP 的协议首选项里打开校验和验证；状态 0 表示错误。',
  ),
  against: [
    both('All packets of one host are wrong: offload, not damage.', '某主机的所有报文都错：是校验和卸载，不是损坏。'),
    both('Nobody sends the data again: the receiver saw it whole.', '没有人重传：接收方收到的是完整的。'),
  ],
  todo: [
    advice('Capture without offload.', '关闭卸载后再抓。', 'ethtool -K eth0 tx off rx off'),
    advice(
      'Does the receiver count errors?',
      '接收方有错误计数吗？',
      'nstat -az TcpInCsumErrors UdpInCsumErrors IpExtInCsumErrors',
    ),
  ],
};
