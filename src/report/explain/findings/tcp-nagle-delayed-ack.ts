import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpNagleDelayedAck: FindingExplanation = {
  title: both('Small writes that wait for delayed ACKs', '小写入等待延迟确认'),
  what: both(
    'A sender with Nagle’s algorithm holds a small piece back until the one before it is acknowledged; a receiver delays that ACK, by 40 or 200 ms, because it waits for more data or for an answer to carry it. Each waits for the other.',
    '启用 Nagle 算法的发送方在前一小段被确认前不发下一小段；接收方又把 ACK 延迟 40 或 200 毫秒，等更多数据或应答捎带。双方互相等待。',
  ),
  causes: [
    both(
      'A request that is written in two small pieces (head, then body) before the answer is read.',
      '一个请求分两次小写入（先头后体），再等应答。',
    ),
  ],
  filter: 'tcp.len > 0 || tcp.flags.ack == 1',
  confirm: both(
    'A small segment, nothing for 40 ms, a bare ACK, and the next small segment at once.',
    '一个小段，40 毫秒没有动静，一个纯 ACK，随即下一个小段。',
  ),
  against: [
    both(
      'ACKs that are late by themselves, on a path whose delay varies, look the same.',
      '时延抖动的路径上 ACK 本来就晚到，看上去一样。',
    ),
  ],
  todo: [
    advice(
      'Write a message with one call (writev, a buffer; Node: socket.cork and uncork).',
      '一次写出一个消息（writev、缓冲区；Node：socket.cork 与 uncork）。',
    ),
    advice(
      'Set TCP_NODELAY (nginx: tcp_nodelay on; Node: socket.setNoDelay).',
      '设置 TCP_NODELAY（nginx：tcp_nodelay on；Node：socket.setNoDelay）。',
    ),
    advice('Count delayed ACKs of the host.', '统计主机的延迟确认。', 'nstat -az TcpExtDelayedACKs'),
  ],
};
