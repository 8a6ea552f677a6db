import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpPortReuseInTimeWait: FindingExplanation = {
  title: both('A port used again too early', '端口过早重用'),
  what: both(
    'The old connection was still in TIME-WAIT when a new SYN came from the same port. A server takes it when its sequence number or timestamp is beyond the old ones; otherwise it answers with an ACK of the old connection, and the client has to reset and try again.',
    '旧连接还在 TIME-WAIT，同一端口又发来新的 SYN。如果序列号或时间戳大于旧的，服务器会接受；否则它用旧连接的 ACK 应答，客户端只得发 RST 再试。',
  ),
  causes: [
    both(
      'Many short connections to one server: the client runs out of ports.',
      '对同一服务器的短连接太多：客户端端口用尽。',
    ),
    both('A NAT that gives ports out again early.', 'NAT 过早重新分配端口。'),
    both('A client that binds a fixed port.', '客户端绑定了固定端口。'),
  ],
  filter: 'tcp.flags.syn == 1 && tcp.flags.ack == 0',
  confirm: both(
    'tcp.analysis.reused_ports marks the SYN; the older stream has the same ports and both FINs less than a minute before.',
    'tcp.analysis.reused_ports 标出该 SYN；较早的流端口相同，两个 FIN 都在一分钟之内。',
  ),
  against: [
    both(
      'tcp_tw_reuse, or a system with random sequence numbers and timestamps, does so on purpose.',
      'tcp_tw_reuse，或带随机序列号与时间戳的系统会有意这样做。',
    ),
  ],
  todo: [
    advice('Keep connections open instead of one for each request.', '保持连接，不要每个请求建一个。'),
    advice('Widen the range of ports.', '扩大端口范围。', "sysctl -w net.ipv4.ip_local_port_range='1024 65535'"),
    advice('How many wait?', '有多少在等待？', 'ss -tan state time-wait | wc -l'),
  ],
};
