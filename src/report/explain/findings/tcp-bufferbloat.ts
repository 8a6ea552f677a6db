import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpBufferbloat: FindingExplanation = {
  title: both('A queue in the path that grows with what is sent', '路径中的队列随发送量增长（缓冲膨胀）'),
  what: both(
    'The more the sender has on its way, the longer each round trip takes. The narrowest link of the path has a deep queue in front of it, which fills instead of dropping. The transfer gains nothing by it, and everything else that crosses the link (calls, DNS, clicks) waits behind the queue.',
    '在途数据越多，每个往返时间就越长：路径中最窄的链路前有一个很深的队列，它不丢包，只是越积越多。传输并不会因此变快，而经过该链路的其他流量（通话、DNS、点击）都要排在队列后面。',
  ),
  causes: [
    both(
      'A modem, router or base station with a buffer of hundreds of milliseconds and no active queue management.',
      '调制解调器、路由器或基站的缓冲达数百毫秒，且没有主动队列管理。',
    ),
    both(
      'A sender whose congestion control backs off only upon loss, which a deep queue puts off.',
      '发送方的拥塞控制只在丢包后才减速，而深队列推迟了丢包。',
    ),
    both('A rate limit that queues (a shaper) instead of dropping.', '限速方式是排队（整形）而不是丢弃。'),
  ],
  filter: 'tcp.analysis.ack_rtt',
  confirm: both(
    'Plot the round trip time (Statistics, TCP Stream Graphs) beside tcp.analysis.bytes_in_flight: both rise and fall together.',
    '把往返时间图（统计 → TCP 流图形）与 tcp.analysis.bytes_in_flight 对照：两者同升同降。',
  ),
  against: [
    both(
      'A path whose delay changed once while the transfer was growing looks alike; so does a receiver that acknowledges the later, the more there is.',
      '传输增长期间路径时延恰好变大也会呈现同样的样子；数据越多确认越慢的接收方也是如此。',
    ),
    both(
      'A capture at the receiver sees no round trips of the sender: capture at the sender.',
      '在接收端抓包看不到发送方的往返时间：请在发送端抓包。',
    ),
  ],
  todo: [
    advice(
      'Put a queue discipline with a delay target on the narrowest link, at a rate just below that of the link.',
      '在最窄的链路上使用以时延为目标的队列规则，速率略低于链路速率。',
      'tc qdisc replace dev IFACE root cake bandwidth RATE',
    ),
    advice(
      'Or let the sender find the rate without filling the queue.',
      '或者让发送方不填满队列也能探测速率。',
      'sysctl net.ipv4.tcp_congestion_control=bbr',
    ),
    advice('Watch the round trip while a transfer runs.', '传输进行时观察往返时间。', 'ping -i 0.2 HOST'),
  ],
};
