import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpReset: FindingExplanation = {
  title: both('Connections that were reset', '被重置的连接'),
  what: both(
    'A RST ends a connection at once, without the exchange of FINs; what was on its way is lost. Its form tells who sent it and why: a program that closed with data unread, a host that no longer knows the connection, or something between the ends.',
    'RST 立即终止连接，不经过四次挥手；路上的数据都会丢失。RST 的形式说明是谁、为什么发的：程序在有未读数据时关闭，主机已不认识该连接，或者是中间设备。',
  ),
  causes: [
    both(
      'The program closed the socket while received data was unread, or with SO_LINGER 0, or it crashed.',
      '程序在接收缓冲区还有数据时关闭套接字，或设置了 SO_LINGER 0，或崩溃。',
    ),
    both('An idle timer: of a load balancer, proxy, NAT or firewall.', '空闲超时：负载均衡、代理、NAT 或防火墙。'),
    both('The host restarted and knows no such connection.', '主机重启过，不认识这个连接。'),
    both('Data arrived for a socket that was closed already.', '数据到达时套接字已经关闭。'),
    both(
      'A device in between that forges RSTs: its TTL or sequence number is unlike the end’s own.',
      '中间设备伪造 RST：其 TTL 或序列号与该端自己的不同。',
    ),
  ],
  filter: 'tcp.flags.reset == 1',
  confirm: both(
    'Compare ip.ttl and ip.id of the RST with packets of the same host before it; look at what was sent just before, and how long before.',
    '把 RST 的 ip.ttl、ip.id 与同一主机之前的报文比较；看它之前刚发了什么、隔了多久。',
  ),
  against: [
    both(
      'Some clients end keep-alive connections with a RST to save TIME-WAIT: harmless.',
      '有些客户端用 RST 结束长连接以避免 TIME-WAIT：无害。',
    ),
    both('Load balancers test ports with SYN, SYN-ACK, RST.', '负载均衡用 SYN、SYN-ACK、RST 探测端口。'),
  ],
  todo: [
    advice('See the connection segment by segment.', '逐段查看该连接。', 'synoptic conn CAPTURE ID'),
    advice(
      'Let timeouts of idle connections fall from client to server (Node: server.keepAliveTimeout longer than the proxy’s, nginx: keepalive_timeout).',
      '让空闲超时从客户端到服务器依次变长（Node：server.keepAliveTimeout 大于代理的，nginx：keepalive_timeout）。',
    ),
    advice('Read to the end, or shutdown() before close().', '先读完再关，或先 shutdown() 再 close()。'),
    advice(
      'Counters of aborts on the host.',
      '主机上的异常关闭计数。',
      'nstat -az TcpExtTCPAbortOnData TcpExtTCPAbortOnClose TcpExtTCPAbortOnTimeout',
    ),
  ],
};
