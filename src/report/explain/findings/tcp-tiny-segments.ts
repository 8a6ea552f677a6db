import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpTinySegments: FindingExplanation = {
  title: both('Many tiny segments in a row', '连续的小段'),
  what: both(
    'An application writes a few bytes at a time and has switched off what would gather them (TCP_NODELAY). Every piece carries 40 bytes of headers and more, is acknowledged, and costs both hosts as much as a full segment.',
    '应用每次只写几个字节，又关掉了合并小写入的机制（TCP_NODELAY）。每一小段都带 40 字节以上的首部，都要确认，对双方的开销与满段相同。',
  ),
  causes: [both('A writer without a buffer: byte by byte, or field by field.', '没有缓冲的写入：逐字节或逐字段。')],
  filter: 'tcp.len > 0',
  confirm: both(
    'The cited segments have a few bytes of payload each, one behind the other.',
    '所引的段各只有几个字节数据，一个接一个。',
  ),
  against: [
    both('Games, voice and remote control send small messages on purpose.', '游戏、语音、远程控制有意发送小消息。'),
  ],
  todo: [
    advice(
      'Put a buffer before the socket, and flush it at the end of a message.',
      '在套接字前加缓冲，消息结束时再刷新。',
    ),
    advice('See the sizes.', '查看段的大小。', 'synoptic conn CAPTURE ID --full'),
  ],
};
