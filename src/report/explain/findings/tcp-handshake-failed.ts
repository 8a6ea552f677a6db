import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpHandshakeFailed: FindingExplanation = {
  title: both('Connections that never came up', '没有建立起来的连接'),
  what: both(
    'A client sent SYN and got no answer, or a RST. No answer means a filter, a host that is down, or answers that took another path; a RST means that nothing listens on that port, or that a filter refuses.',
    '客户端发出 SYN，没有得到应答，或者得到 RST。没有应答意味着被防火墙丢弃、主机不在线，或者应答走了别的路径；RST 意味着该端口没有程序监听，或者防火墙拒绝。',
  ),
  causes: [
    both(
      'The service is not running, or listens on another address or port.',
      '服务没有运行，或者监听在别的地址或端口上。',
    ),
    both('A firewall or security group drops or rejects.', '防火墙或安全组丢弃或拒绝了连接。'),
    both('A wrong address: DNS, configuration, an old container.', '地址不对：DNS、配置，或者旧的容器。'),
    both('The SYN queue or accept queue of the server is full.', '服务器的半连接队列或全连接队列满了。'),
  ],
  filter: 'tcp.flags.syn == 1 && tcp.flags.ack == 0',
  confirm: both(
    'Follow one of the SYNs (tcp.stream): is there a SYN-ACK, a RST, an ICMP error, or nothing? A RST whose TTL differs from that of other packets of the host comes from something in between.',
    '跟踪其中一个 SYN（tcp.stream）：后面有 SYN-ACK、RST、ICMP 差错，还是什么都没有？如果 RST 的 TTL 与该主机其他报文不同，它来自中间设备。',
  ),
  against: [
    both('The capture shows one direction: answers took a path past it.', '只抓到了一个方向：应答没有经过抓包点。'),
    both('The capture ends before the answer could come.', '抓包在应答到来之前就结束了。'),
    both('A port scan, which expects no more.', '端口扫描，本来就不指望成功。'),
  ],
  todo: [
    advice('On the server: does anything listen?', '在服务器上：有程序在监听吗？', 'ss -ltnp'),
    advice('From the client: does it answer now?', '从客户端：现在通吗？', 'nc -vz HOST PORT'),
    advice('Look at the rules.', '查看防火墙规则。', 'nft list ruleset'),
    advice(
      'Were SYNs dropped because queues were full?',
      '是否因队列满而丢弃了 SYN？',
      'nstat -az TcpExtListenDrops TcpExtListenOverflows',
    ),
    advice('List the attempts.', '列出这些连接。', 'synoptic conns CAPTURE --conn-state S0,REJ'),
  ],
};
