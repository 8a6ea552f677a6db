import { type FindingExplanation, advice, both } from '../model.ts';

export const connectionFlood: FindingExplanation = {
  title: both('Connection flood', '连接洪泛'),
  what: both(
    'Whole handshakes and then silence: each connection takes a place in the application and in the table of its host until a timeout. The addresses are real, because a made-up one cannot finish a three-way handshake.',
    '完成三次握手后就不再说话：每个连接都占用应用和主机连接表的位置，直到超时。地址是真实的，因为伪造的地址完成不了三次握手。',
  ),
  causes: [
    both('An attack from machines that are under control (a botnet).', '来自受控机器（僵尸网络）的攻击。'),
    both('A client with a bug that opens connections and forgets them.', '有缺陷的客户端打开连接后就忘了。'),
  ],
  filter: 'tcp.flags.syn == 1 || tcp.flags == 0x010',
  confirm: both('The streams have SYN, SYN-ACK, ACK and no payload.', '这些流有 SYN、SYN-ACK、ACK，没有数据。'),
  against: [
    both(
      'A pool that opens connections in advance; its addresses are known.',
      '预先建立连接的连接池；其地址是已知的。',
    ),
    both('Checks of a balancer: they close again at once.', '负载均衡的健康检查：会立即关闭。'),
  ],
  todo: [
    advice('Who holds how many?', '谁占了多少？', 'ss -tn state established'),
    advice(
      'Close connections that say nothing (nginx: client_header_timeout; Node: server.headersTimeout, server.requestTimeout).',
      '关闭不说话的连接（nginx：client_header_timeout；Node：server.headersTimeout、server.requestTimeout）。',
    ),
    advice(
      'Limit connections of one address.',
      '限制单个地址的连接数。',
      'nft add rule inet filter input tcp dport 80 ct count over 100 drop',
    ),
  ],
};
