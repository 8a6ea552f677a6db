/** What a connection waited for: the verdict of `conns` (`limitedBy`), and the causes of stalls (docs/waiting.md). */
import type { StallCause } from '../../../flow/waits/names.ts';
import type { Limit } from '../../model.ts';
import { type TermExplanation, both, term } from '../model.ts';

export const limitTerms: Readonly<Record<Limit, TermExplanation>> = {
  handshake: term(
    both('most of its time went to the handshake', '时间主要用于握手'),
    both('It came up late, or not at all.', '迟迟没有建立，或根本没有建立。'),
    both(
      'The ladder of conn shows which of SYN, SYN-ACK and ACK was sent again.',
      'conn 的时序图会显示哪个报文被重发。',
    ),
  ),
  server: term(
    both('the responder’s application was slow', '响应方应用较慢'),
    both(
      'Nothing was on its way, and the responder spoke next: its program was thinking.',
      '网络上没有在途数据，接着由响应方发言：是它的程序在处理。',
    ),
  ),
  client: term(
    both('the originator’s application was slow', '发起方应用较慢'),
    both(
      'Nothing was on its way, and the originator spoke next: its program was thinking, or its user.',
      '网络上没有在途数据，接着由发起方发言：是它的程序或用户在思考。',
    ),
  ),
  'receiver-window': term(
    both('the receiver left no room', '接收窗口不足'),
    both(
      'The window was closed, or filled round after round: the receiving program reads too slowly, or its buffer is small for the path.',
      '窗口已关闭，或每轮都被填满：接收程序读得太慢，或缓冲区对该路径来说太小。',
    ),
    undefined,
    [{ spec: 'RFC 9293', section: '3.8.6' }],
  ),
  'loss-recovery': term(
    both('something was lost', '丢包恢复'),
    both(
      'Time passed until segments were sent again and acknowledged. conn says of each why, and on which side of the capture it was lost.',
      '时间花在重发报文并等待确认上。conn 会说明每个重发的原因，以及丢失发生在抓包点的哪一侧。',
    ),
  ),
  path: term(
    both('the path', '路径'),
    both(
      'The sender waited for ACKs of what was on its way: round trips times the congestion window.',
      '发送方在等待在途数据的确认：取决于往返时间和拥塞窗口。',
    ),
  ),
  'sender-pacing': term(
    both('the sender took its time', '发送方自行放慢'),
    both(
      'It went on without waiting for an ACK, but not at once: paced, busy, or fed slowly by its program.',
      '它没有等待确认就继续发送，但并不立即：有节奏控制、主机繁忙，或程序供数据太慢。',
    ),
  ),
  idle: term(both('nobody waited', '空闲'), both('Kept open with nothing to send.', '连接保持打开，但没有数据要发。')),
  unknown: term(
    both('cannot be told', '无法判断'),
    both(
      'One direction, or the ACKs, are not in the capture: between its segments anybody may have been waited for.',
      '抓包里缺少一个方向或缺少 ACK：报文之间等的是谁，无从得知。',
    ),
  ),
};

export const stallCauseTerms: Readonly<Record<StallCause, TermExplanation>> = {
  handshake: term(
    both('a silence of the handshake', '握手中的静默'),
    both('200 ms or more between two segments of it.', '握手的两个报文之间相隔 200 毫秒以上。'),
  ),
  'server-thinking': term(
    both('the responder’s program was at work', '响应方程序在处理'),
    both(
      'All that was sent had arrived; the responder’s next data ended the silence.',
      '已发数据都已到达；响应方的下一份数据结束了静默。',
    ),
  ),
  'client-thinking': term(
    both('the originator’s program was at work', '发起方程序在处理'),
    both(
      'All that was sent had arrived; the originator’s next data ended the silence.',
      '已发数据都已到达；发起方的下一份数据结束了静默。',
    ),
  ),
  'zero-window': term(
    both('a window was closed', '窗口关闭'),
    both(
      'It waited for the end that closed its window: its program did not read.',
      '等待关闭窗口的一端：它的程序没有读取。',
    ),
    undefined,
    [{ spec: 'RFC 9293', section: '3.8.6.1' }],
  ),
  'window-full': term(
    both('the window was full', '窗口已满'),
    both('The sender had filled the window, and the ACK of that came late.', '发送方已填满窗口，而相应的确认来得晚。'),
  ),
  'lost-window-update': term(
    both('a window update was lost', '窗口更新丢失'),
    both(
      'Both ends waited: the window was open again, but its sender did not know, and only a probe ended it.',
      '双方都在等：窗口已重新打开，但发送方不知道，直到探测才结束。',
    ),
    undefined,
    [{ spec: 'RFC 9293', section: '3.8.6.2.2' }],
  ),
  'retransmission-timeout': term(
    both('the retransmission timer ran out', '重传超时'),
    both(
      'A segment was lost and nothing came that would have shown it: the sender waited for its timer, 200 ms at least.',
      '报文丢失，又没有别的迹象：发送方只能等定时器，至少 200 毫秒。',
    ),
    undefined,
    [{ spec: 'RFC 6298', section: '5' }],
  ),
  'tail-loss-probe': term(
    both('a probe of the tail', '尾部丢失探测'),
    both(
      'The last segment was sent again after about two round trips, to have the receiver say what it lacks.',
      '约两个往返之后重发最后一个报文，让接收方说明缺了什么。',
    ),
    undefined,
    [{ spec: 'RFC 8985', section: '7' }],
  ),
  'loss-recovery': term(
    both('a loss was mended', '正在恢复丢失'),
    both('Any other silence while something was sent again.', '重发期间的其他静默。'),
  ),
  'delayed-ack': term(
    both('an ACK was held back', '延迟确认'),
    both(
      'The ACK came 30 to 500 ms late, and its receiver sent data at once: Nagle’s rule on one side, delayed ACKs on the other.',
      '确认迟了 30 到 500 毫秒，收到后立即发送数据：一端是 Nagle 算法，另一端是延迟确认。',
    ),
    both('Set TCP_NODELAY, or write a message in one call.', '设置 TCP_NODELAY，或一次写出整条消息。'),
    [{ spec: 'RFC 9293', section: '3.8.6.3' }],
  ),
  idle: term(both('nobody waited', '空闲'), both('Neither end had anything to send.', '双方都没有要发的数据。')),
  'keep-alive': term(
    both('idle until a keep-alive', '空闲至保活'),
    both(
      'Nothing was sent until one end asked whether the other was still there.',
      '直到一端询问对方是否还在，期间没有数据。',
    ),
    undefined,
    [{ spec: 'RFC 9293', section: '3.8.4' }],
  ),
  'capture-gap': term(
    both('the capture lacks segments', '抓包有缺失'),
    both(
      'It ended with an ACK of data that is not in the capture: it may not have been silent at all.',
      '它以对抓包中没有的数据的确认结束：其间未必真的静默。',
    ),
  ),
  unknown: term(both('none of these', '原因不明'), both('An ACK came late by itself.', '仅仅是确认来得晚。')),
  'path-delay': term(
    both('held up on the way', '在路上被耽搁'),
    both(
      'The timestamp of the segment that ended it says that it was sent long before it came: neither end had paused, the path held it.',
      '结束它的段的时间戳表明，该段早在到达之前就已发出：两端都没有停顿，是路径耽搁了它。',
    ),
    undefined,
    [{ spec: 'RFC 7323', section: '3' }],
  ),
  'clock-step': term(
    both('the clock was set', '时钟被调整'),
    both(
      'Longer than a week: the clock of whoever captured was set in between, or two captures were put together. It counts as idle time.',
      '超过一周：抓包机的时钟在其间被调整，或两份抓包被拼在一起。按空闲计。',
    ),
  ),
};
