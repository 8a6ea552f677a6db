import { type FindingExplanation, advice, both } from '../model.ts';

export const captureDrop: FindingExplanation = {
  title: both('The capture itself lost frames', '抓包本身丢了帧'),
  what: both(
    'The machine that captured could not take every frame: the file says how many it lost. Those frames were on the wire, and the hosts saw them.',
    '抓包的机器没能接住每一帧：文件里记着丢了多少。这些帧在线路上存在过，通信双方也收到了。',
  ),
  causes: [
    both(
      'The buffer between kernel and capture program was full: too much traffic, or too slow a disk.',
      '内核与抓包程序之间的缓冲区满了：流量太大，或者磁盘太慢。',
    ),
    both('A mirror port was given more than it can send.', '镜像端口收到的流量超过了它能转发的速率。'),
  ],
  filter: 'tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment',
  confirm: both(
    'Statistics > Capture File Properties shows the drops of each interface. The filter shows where TCP has holes; those that the peer acknowledged were lost by the capture.',
    '“统计 > 捕获文件属性”显示每个接口的丢帧数。过滤器显示 TCP 序列号的空洞；对端确认过的空洞就是抓包丢的。',
  ),
  against: [
    both(
      'A count of 0 proves little: drops in the network card or the mirror port are not counted there.',
      '计数为 0 也说明不了什么：网卡或镜像端口丢的帧不计在内。',
    ),
  ],
  todo: [
    advice('Capture with a larger buffer.', '用更大的缓冲区抓包。', 'tcpdump -B 65536 -s 128 -w out.pcap'),
    advice('Capture only what is needed.', '只抓需要的流量。', "tcpdump -w out.pcap 'tcp port 443'"),
    advice('Look at the counters of the network card.', '查看网卡计数器。', 'ethtool -S eth0 | grep -i drop'),
  ],
};
