import { type FindingExplanation, advice, both } from '../model.ts';

export const messageFramingError: FindingExplanation = {
  title: both('Bytes that break the framing', '破坏分帧的字节'),
  what: both(
    'A length field or a delimiter is not where the framing expects it: a message is longer than allowed, or a length makes no sense. A decoder throws there, and what follows is read at the wrong place.',
    '长度字段或分隔符不在应在的位置：消息超过上限，或长度不合理。解码器会在此抛出异常，其后的内容都会错位。',
  ),
  causes: [
    both('One side was programmed for another framing or another byte order.', '一端按另一种分帧或字节序实现。'),
    both(
      'A part of a message was taken for the start of the next one.',
      '把消息的一部分当成了下一个消息的开头（没有处理拆包）。',
    ),
    both('A message larger than the limit of the receiver.', '消息超过接收方的上限。'),
  ],
  filter: 'tcp.len > 0',
  confirm: both(
    'Look at the first bytes of the cited frame: are they a length that makes sense?',
    '看所引帧最前面的字节：是合理的长度吗？',
  ),
  against: [both('A framing that was given wrongly looks the same.', '分帧参数给错了也是这个样子。')],
  todo: [
    advice('Let synoptic guess the framing.', '让 synoptic 推断分帧。', 'synoptic messages CAPTURE --infer'),
    advice('Look at the bytes.', '查看字节。', 'synoptic follow CAPTURE ID --hex'),
    advice('Make limits equal at both ends (Netty: maxFrameLength).', '两端上限保持一致（Netty：maxFrameLength）。'),
  ],
};
