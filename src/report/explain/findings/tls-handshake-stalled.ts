import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsHandshakeStalled: FindingExplanation = {
  title: both('TLS handshakes that stopped halfway', '中途停止的 TLS 握手'),
  what: both(
    'One end did not send the message that was its turn to send, and no alert says why. The connection was closed, reset, or nothing came any more.',
    '轮到一端发送消息时它没有发送，也没有告警说明原因。连接被关闭、被重置，或再也没有数据到来。',
  ),
  causes: [
    both(
      'Large segments do not get through: the path has a smaller MTU, and the ICMP messages that say so are dropped. Certificates are often the first large thing that is sent.',
      '大的段无法通过：路径的 MTU 更小，而报告这一点的 ICMP 被丢弃。证书往往是第一份较大的数据。',
    ),
    both(
      'A firewall or another device in between drops or resets connections by the name in the ClientHello.',
      '防火墙等中间设备按 ClientHello 中的名称丢弃或重置连接。',
    ),
    both(
      'The server is overloaded, or waits for something else, such as a key in a remote module.',
      '服务器过载，或在等别的东西，例如远程模块中的密钥。',
    ),
    both(
      'The client gave up: a timeout, a person who left, or a check that only tests the port.',
      '客户端放弃：超时、用户离开，或只检测端口的探测。',
    ),
  ],
  filter: 'tls.handshake || tls.handshake.type || tls.change_cipher_spec || tls.record.opaque_type == 23',
  confirm: both(
    'The cited message is the last one of the handshake. Look at what follows it in the connection: FIN, RST, retransmissions of large segments, or nothing.',
    '所引的是握手的最后一个消息。看连接中它之后是什么：FIN、RST、大段的超时重传，或者什么也没有。',
  ),
  against: [
    both(
      'The capture may lack the answer: it was lost before it reached the place of the capture.',
      '应答可能在到达抓包点之前丢失，抓包中因此没有。',
    ),
    both(
      'Health checks of load balancers connect and leave; that is harmless.',
      '负载均衡的健康检查连上就走，这是无害的。',
    ),
  ],
  todo: [
    advice(
      'Find the largest packet that gets through without fragments (1472 bytes of data are a packet of 1500).',
      '找出不分片能通过的最大报文（1472 字节数据对应 1500 字节的报文）。',
      'ping -M do -s 1472 HOST',
    ),
    advice(
      'Let TCP find a smaller MSS when large segments vanish.',
      '大段消失时，让 TCP 自动探测较小的 MSS。',
      'sysctl -w net.ipv4.tcp_mtu_probing=1',
    ),
    advice(
      'Clamp the MSS on a router in front of a tunnel.',
      '在隧道前的路由器上钳制 MSS。',
      'iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu',
    ),
    advice(
      'See whether the server accepts in time: Recv-Q of the listening socket.',
      '查看服务器是否及时接受连接：监听套接字的 Recv-Q。',
      'ss -tln',
    ),
  ],
};
