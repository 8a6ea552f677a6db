import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpWindowFull: FindingExplanation = {
  title: both('A receive window too small for the path', '接收窗口对路径来说太小'),
  what: both(
    'The sender has as much on its way as the receiver has room for, and waits a round trip for the next ACK although the path would carry more. No connection is faster than its window divided by its round trip time.',
    '发送方在途数据已达到接收窗口，只能等一个往返时间的 ACK，尽管路径还有余力。连接的速度不会超过滑动窗口除以往返时间。',
  ),
  causes: [
    both(
      'A small receive buffer: SO_RCVBUF was set, which switches its automatic growth off.',
      '接收缓冲区小：设了 SO_RCVBUF，自动调节因此关闭。',
    ),
    both('Window scaling was removed on the way, or not offered.', '窗口缩放被中间设备去掉，或没有协商。'),
    both('An application that reads slowly.', '应用读取慢。'),
  ],
  filter: 'tcp.analysis.window_full || tcp.flags == 0x010',
  confirm: both(
    'tcp.analysis.window_full marks the segment that fills the window; compare bytes in flight (tcp.analysis.bytes_in_flight) with the window.',
    'tcp.analysis.window_full 标出填满窗口的段；把在途字节（tcp.analysis.bytes_in_flight）与窗口比较。',
  ),
  against: [both('The scale of the window is not known when the handshake is missing.', '没抓到握手时窗口缩放未知。')],
  todo: [
    advice(
      'Do not set SO_RCVBUF; let the system grow the buffer.',
      '不要设置 SO_RCVBUF，让系统自动调节。',
      'sysctl net.ipv4.tcp_rmem net.ipv4.tcp_moderate_rcvbuf',
    ),
    advice('Is scaling on?', '窗口缩放打开了吗？', 'sysctl net.ipv4.tcp_window_scaling'),
    advice('What the connection has.', '查看连接实际的值。', 'ss -tmi'),
  ],
};
