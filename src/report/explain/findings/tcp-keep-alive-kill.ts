import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpKeepAliveKill: FindingExplanation = {
  title: both('Idle connections that were dead', '空闲中已经失效的连接'),
  what: both(
    'A connection was idle, and one end asked with a keep-alive whether the other was still there. There was no answer to several of them and it gave up with a RST; or the answer was a RST. The connection had been dead for some time, and the application learns of it only now (ETIMEDOUT or ECONNRESET).',
    '连接空闲，一端用保活探测询问对端是否还在。几次都没有应答，它就用 RST 放弃；或者得到的应答是 RST。连接其实早已失效，应用现在才知道（ETIMEDOUT 或 ECONNRESET）。',
  ),
  causes: [
    both(
      'A NAT, firewall or load balancer forgot the idle connection and drops what belongs to it, or resets it.',
      'NAT、防火墙或负载均衡忘了这个空闲连接，丢弃其报文或发送 RST。',
    ),
    both(
      'The peer went away without a word: power, network, a container or virtual machine that was removed.',
      '对端无声消失：断电、断网，容器或虚拟机被删除。',
    ),
    both(
      'The peer restarted and knows no such connection: it answers with a RST.',
      '对端重启过，不认识这个连接：用 RST 应答。',
    ),
    both('The address of one end changed (a failover, another network).', '一端的地址变了（主备切换、换了网络）。'),
  ],
  filter: 'tcp.analysis.keep_alive || tcp.analysis.keep_alive_ack || tcp.flags.reset == 1',
  confirm: both(
    'A keep-alive has a sequence number one below what was acknowledged and at most one byte. Look how long the connection was idle before the first (tcp.time_delta), whether any was answered (tcp.analysis.keep_alive_ack), and who sent the RST.',
    '保活探测的序列号比已确认的小一，且最多带一个字节。看第一个探测之前空闲了多久（tcp.time_delta）、是否有应答（tcp.analysis.keep_alive_ack），以及 RST 是谁发的。',
  ),
  against: [
    both('The answers took a path past the capture.', '应答没有经过抓包点。'),
    both(
      'Keep-alives of the application (pings of WebSocket, SSH or HTTP/2) are data, and are not meant here.',
      '应用层的保活（WebSocket、SSH、HTTP/2 的 ping）是数据，不在此列。',
    ),
    both(
      'Probes of a window that is zero look alike; they wait for a slow reader.',
      '零窗口探测看起来相似；那是在等读取慢的接收方。',
    ),
  ],
  todo: [
    advice(
      'Ask sooner than the shortest idle timer on the path (Linux: after 7200 s, every 75 s, 9 times).',
      '探测间隔要短于路径上最短的空闲超时（Linux：7200 秒后开始，每 75 秒一次，共 9 次）。',
      'sysctl net.ipv4.tcp_keepalive_time net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes',
    ),
    advice(
      'Which sockets have a keep-alive timer at all?',
      '哪些套接字启用了保活定时器？',
      'ss -tno state established',
    ),
    advice(
      'Turn it on in the application (Node: socket.setKeepAlive(true, 60000); nginx: listen ... so_keepalive=60s::).',
      '在应用中开启（Node：socket.setKeepAlive(true, 60000)；nginx：listen ... so_keepalive=60s::）。',
    ),
    advice(
      'On a Linux firewall: how long it keeps idle connections (RFC 5382 asks for 2 h 4 min at least).',
      '在 Linux 防火墙上：空闲连接保留多久（RFC 5382 要求至少 2 小时 4 分）。',
      'sysctl net.netfilter.nf_conntrack_tcp_timeout_established',
    ),
    advice(
      'Let pools drop idle connections before the path does, and try again on a new one.',
      '让连接池先于路径丢弃空闲连接，并在新连接上重试。',
    ),
  ],
};
