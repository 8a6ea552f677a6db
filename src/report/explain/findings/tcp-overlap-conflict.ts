import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpOverlapConflict: FindingExplanation = {
  title: both('Bytes sent twice that differ', '重发的字节不一致'),
  what: both(
    'Segments brought different bytes for the same place of a stream. Receivers differ in which version they keep, so this is used to show an observer something else than the receiver gets.',
    '多个段为流的同一位置带来了不同的字节。不同接收方保留哪个版本并不一致，因此常被用来让观察者看到与接收方不同的内容。',
  ),
  causes: [
    both('An attempt to slip past inspection.', '企图绕过检测。'),
    both(
      'A damaged packet, or a faulty device that rewrites data in one copy only.',
      '报文损坏，或有缺陷的设备只改写了其中一份。',
    ),
  ],
  filter: 'tcp.len > 0',
  confirm: both(
    'tcp.segment.overlap.conflict marks it where Wireshark reassembles; compare the payload of the cited frames.',
    '在 Wireshark 重组处 tcp.segment.overlap.conflict 会标出；比较所引帧的数据。',
  ),
  against: [
    both('A keep-alive that carries one byte of rubbish.', '带一个无意义字节的保活报文。'),
    both('A wrong checksum: the receiver dropped that copy.', '校验和错误：接收方丢弃了那一份。'),
  ],
  todo: [
    advice('See both versions.', '查看两个版本。', 'synoptic follow CAPTURE ID'),
    advice(
      'Try another policy of the receiver.',
      '换一种接收方策略再看。',
      'synoptic follow CAPTURE ID --overlap last',
    ),
  ],
};
