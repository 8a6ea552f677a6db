import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpLostWindowUpdate: FindingExplanation = {
  title: both('Both ends waited: a window update was lost', '双方都在等：窗口更新丢失'),
  what: both(
    'A receiver that had shut its window opened it again and said so, but nothing acknowledges a window update, and nobody sends a lost one again. The sender believes that the window is shut until its next probe, while the receiver waits for data.',
    '接收方零窗口之后重新打开并发了窗口更新，但窗口更新没有确认，丢了也不会重发。发送方要到下一次零窗口探测才知道，此前双方都在等。',
  ),
  causes: [
    both('The one segment that told of the open window was lost.', '通告窗口打开的那一个段丢了。'),
    both('A device in between that drops bare ACKs.', '中间设备丢弃了纯 ACK。'),
  ],
  filter:
    'tcp.window_size_value == 0 || tcp.analysis.zero_window_probe || tcp.analysis.window_update || tcp.flags.ack == 1',
  confirm: both(
    'A probe is answered at once with an open window, although no window update came before it.',
    '探测立即得到窗口已打开的应答，而此前没有窗口更新。',
  ),
  against: [both('The receiver opened its window just before the probe.', '接收方恰好在探测之前才打开窗口。')],
  todo: [
    advice(
      'Mend what shut the window: see tcp-zero-window.',
      '解决零窗口的原因：见 tcp-zero-window。',
      'synoptic explain tcp-zero-window',
    ),
    advice(
      'Look for loss on the path of the ACKs.',
      '检查 ACK 方向的丢包。',
      'nstat -az TcpExtTCPFromZeroWindowAdv TcpExtTCPToZeroWindowAdv',
    ),
  ],
};
