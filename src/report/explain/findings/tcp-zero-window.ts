import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpZeroWindow: FindingExplanation = {
  title: both('A receiver that takes no more', '接收方不再接收'),
  what: both(
    'The application reads more slowly than the peer sends. Its buffer is full, so its system announces a window of zero, and the sender has to stop and ask from time to time whether there is room again.',
    '应用读取比对端发送慢。接收缓冲区已满，系统通告零窗口，滑动窗口关闭，发送方只能停下，并不时探测是否又有空间。',
  ),
  causes: [
    both(
      'The application is busy, blocked, or stopped reading on purpose (backpressure).',
      '应用忙、被阻塞，或有意停止读取（背压）。',
    ),
    both('A receive buffer too small for the burst.', '接收缓冲区对突发流量来说太小。'),
  ],
  filter: 'tcp.window_size_value == 0 || tcp.analysis.zero_window_probe || tcp.analysis.window_update || tcp.len <= 1',
  confirm: both(
    'tcp.analysis.zero_window marks the closed window, tcp.analysis.zero_window_probe the questions, tcp.analysis.window_update the end. Statistics > TCP Stream Graphs > Window Scaling shows it as a curve.',
    'tcp.analysis.zero_window 标出窗口关闭，tcp.analysis.zero_window_probe 是探测，tcp.analysis.window_update 是恢复。“统计 > TCP 流图形 > 窗口尺寸”可看到曲线。',
  ),
  against: [both('A RST has window 0 as well; it says nothing of a buffer.', 'RST 的窗口也是 0，与缓冲区无关。')],
  todo: [
    advice('Recv-Q on the host of the receiver.', '查看接收主机的 Recv-Q。', 'ss -tnm'),
    advice(
      'Find out what the application does in the meantime (a blocked event loop, a slow disk).',
      '查清应用这段时间在做什么（事件循环被阻塞、磁盘慢）。',
    ),
    advice(
      'Enlarge the receive buffer when bursts are short.',
      '突发较短时可加大接收缓冲区。',
      'sysctl net.ipv4.tcp_rmem',
    ),
  ],
};
