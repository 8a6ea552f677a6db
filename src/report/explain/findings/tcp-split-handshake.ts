import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpSplitHandshake: FindingExplanation = {
  title: both('A server that opens the connection itself', '服务器自己发起连接'),
  what: both(
    'The answer to the SYN was a SYN of the server and no SYN-ACK, and the client answered that. The standard allows it, no common server does it, and devices that follow connections may take the server for the client.',
    '对 SYN 的应答是服务器自己的 SYN 而不是 SYN-ACK，客户端又应答了它。标准允许这样做，但常见服务器都不会；跟踪连接的设备可能会把服务器当成客户端。',
  ),
  causes: [
    both(
      'A test tool, or an attempt to slip past an inspection that trusts the direction of the first SYN-ACK.',
      '测试工具，或者企图绕过依赖第一个 SYN-ACK 方向的检测设备。',
    ),
    both('A broken TCP stack.', '有缺陷的 TCP 协议栈。'),
  ],
  filter: 'tcp.flags.syn == 1 || (tcp.flags == 0x010 && tcp.len == 0)',
  confirm: both(
    'The second packet of the stream has SYN and no ACK, and comes from the server.',
    '流的第二个报文带 SYN 不带 ACK，且来自服务器。',
  ),
  against: [
    both(
      'A simultaneous open: both SYNs were sent before either arrived.',
      '同时打开：两个 SYN 都在对方的到达之前发出。',
    ),
  ],
  todo: [
    advice('Find out what answers on that port.', '查清该端口上是什么程序。', 'ss -ltnp'),
    advice(
      'Test whether firewalls and intrusion detection follow the connection in the right direction.',
      '检查防火墙和入侵检测是否按正确方向跟踪连接。',
    ),
  ],
};
