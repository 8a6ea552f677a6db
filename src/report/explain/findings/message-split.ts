import { type FindingExplanation, advice, both } from '../model.ts';

export const messageSplit: FindingExplanation = {
  title: both('Messages over several segments', '拆包：一个消息分在多个段'),
  what: both(
    'A message larger than a segment, or than what the window or a segment had left, arrives in parts, and one read returns less than a message. A receiver that does not wait for the rest takes a part for the whole, and the rest for the next message.',
    '消息大于一个段，或大于窗口、段的剩余空间，就会分几部分到达，一次读取得到的不足一个消息，即拆包。不等剩余部分的接收方会把一部分当作整体，把剩余当作下一个消息。',
  ),
  causes: [
    both('The message is larger than the MSS.', '消息大于 MSS。'),
    both('The sender writes it in parts.', '发送方分几次写入。'),
    both('The window was full in the middle.', '中途窗口已满。'),
  ],
  filter: 'tcp.len > 0',
  confirm: both('The cited segments carry parts of one message.', '所引的段各带同一消息的一部分。'),
  against: [
    both(
      'It is normal for TCP, and only a fault of a receiver that does not expect it.',
      '这对 TCP 是正常现象，只有接收方没有考虑到才是缺陷。',
    ),
  ],
  todo: [
    advice('See which and why.', '查看是哪些以及原因。', 'synoptic messages CAPTURE --frame 9000=length:size=4'),
    advice('Read until the message is whole.', '读到消息完整为止。'),
    advice(
      'Try what a read of your buffer would have returned.',
      '试试你的缓冲区一次读取会返回什么。',
      'synoptic messages CAPTURE --frame 9000=length:size=4 --read-size 1024',
    ),
  ],
};
