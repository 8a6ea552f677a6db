import { type FindingExplanation, advice, both } from '../model.ts';

export const messageSticky: FindingExplanation = {
  title: both('Messages that share a segment', '粘包：多个消息在同一段'),
  what: both(
    'TCP carries bytes, not messages: what was written apart may arrive together, and one read returns several messages. A receiver that takes what a read returns for one message loses the others.',
    'TCP 传输的是字节流而不是消息：分开写入的可能一起到达，一次读取返回多个消息，即粘包。把一次读取当作一个消息的接收方会丢掉其余的。',
  ),
  causes: [
    both(
      'Small writes gathered by Nagle’s algorithm, or while the window was full.',
      '小写入被 Nagle 算法合并，或在窗口满时合并。',
    ),
    both('Messages that are sent faster than segments leave.', '发送消息比发段更快。'),
  ],
  filter: 'tcp.len > 0',
  confirm: both(
    'The cited segments hold the end of one message and the start of another.',
    '所引的段里既有一个消息的结尾，又有另一个的开头。',
  ),
  against: [
    both(
      'It is normal for TCP, and only a fault of a receiver that does not expect it.',
      '这对 TCP 是正常现象，只有接收方没有考虑到才是缺陷。',
    ),
  ],
  todo: [
    advice('See which and why.', '查看是哪些以及原因。', 'synoptic messages CAPTURE --frame 9000=length:size=4'),
    advice(
      'Gather bytes and take messages from them (Netty: LengthFieldBasedFrameDecoder).',
      '先攒字节，再从中取消息（Netty：LengthFieldBasedFrameDecoder）。',
    ),
    advice(
      'Try what a read of your buffer would have returned.',
      '试试你的缓冲区一次读取会返回什么。',
      'synoptic messages CAPTURE --frame 9000=length:size=4 --read-size 1024',
    ),
  ],
};
