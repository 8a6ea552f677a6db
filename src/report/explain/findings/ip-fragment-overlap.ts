import { type FindingExplanation, advice, both } from '../model.ts';

export const ipFragmentOverlap: FindingExplanation = {
  title: both('Overlapping IP fragments', 'IP 分片重叠'),
  what: both(
    'Two fragments of one datagram claim the same bytes. Hosts differ in which of them they keep, so overlaps are used to slip past inspection. IPv6 forbids them: the datagram has to be dropped.',
    '同一数据报的两个分片覆盖了相同的字节。不同主机保留哪一个并不一致，所以重叠常用来绕过检测。IPv6 禁止重叠：整个数据报必须丢弃。',
  ),
  causes: [
    both('An attack on inspection (Teardrop, evasion tools).', '针对检测设备的攻击（Teardrop、规避工具）。'),
    both('A fragment captured or delivered twice.', '分片被抓到或送达两次。'),
    both('A broken device that fragments again.', '有缺陷的设备再次分片。'),
  ],
  filter: 'ip.flags.mf == 1 || ip.frag_offset > 0 || ipv6.fraghdr',
  confirm: both(
    'Wireshark marks ip.fragment.overlap (and .conflict where the bytes differ) in the reassembled datagram.',
    'Wireshark 在重组后的数据报里标出 ip.fragment.overlap（内容不同则有 .conflict）。',
  ),
  against: [both('Two equal copies of a fragment are harmless.', '两份相同的分片副本是无害的。')],
  todo: [
    advice('Drop overlapping fragments at the edge.', '在边界丢弃重叠分片。'),
    advice('Counters of the host.', '主机计数。', 'nstat -az IpReasmFails Ip6ReasmFails'),
  ],
};
