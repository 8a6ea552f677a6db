/** Shapes of the close (`close.shape`), and causes of a reset (`close.reset.cause`). */
import type { ResetCause, Shape } from '../../../flow/life/close.ts';
import { type TermExplanation, both, term } from '../model.ts';

const closing = [{ spec: 'RFC 9293', section: '3.6' }];
const resets = [{ spec: 'RFC 9293', section: '3.5.2' }];

export const shapeTerms: Readonly<Record<Shape, TermExplanation>> = {
  'four-way': term(
    both('FIN, ACK, FIN, ACK', '四次挥手'),
    both('Each end closed with a FIN of its own, each acknowledged by itself.', '双方各发一个 FIN，各自得到确认。'),
    undefined,
    closing,
  ),
  'three-way': term(
    both('FIN, FIN-ACK, ACK', '三次挥手（FIN 与 ACK 合并）'),
    both(
      'The second FIN was the first to acknowledge the first one: ACK and FIN merged.',
      '第二个 FIN 同时确认了第一个：ACK 与 FIN 合并，四次挥手变成三次。',
    ),
    undefined,
    closing,
  ),
  simultaneous: term(
    both('both FINs crossed', '同时关闭'),
    both('Each end sent FIN before it had seen the other’s.', '双方在看到对方的 FIN 之前都发出了 FIN。'),
    undefined,
    closing,
  ),
  'half-close': term(
    both('one end closed, the other went on', '半关闭'),
    both(
      'An end closed, and its peer, knowing it, sent more data or has not closed.',
      '一端已关闭，对端得知后仍在发数据，或一直没关。',
    ),
    both(
      'On purpose with shutdown(); otherwise see tcp-close-wait-leak.',
      '可以是有意的 shutdown()；否则见 tcp-close-wait-leak。',
    ),
    [{ spec: 'RFC 9293', section: '3.6.1' }],
  ),
  reset: term(
    both('ended by a RST', '被 RST 终止'),
    both(
      'A RST that was believed came before both FINs were acknowledged.',
      '在两个 FIN 都被确认之前出现了有效的 RST。',
    ),
    both('See tcp-reset, and the cause beside it.', '见 tcp-reset 及其原因。'),
    resets,
  ),
  'fin-unanswered': term(
    both('FIN without answer', 'FIN 无应答'),
    both(
      'A FIN was never acknowledged, although it was sent again or three seconds passed.',
      'FIN 一直没有被确认，尽管重发过或已过三秒。',
    ),
    both('See tcp-fin-unanswered.', '见 tcp-fin-unanswered。'),
    closing,
  ),
  open: term(both('still open', '仍然打开'), both('Still open when the capture ended.', '抓包结束时仍未关闭。')),
  none: term(
    both('never came up', '从未建立'),
    both('The connection never came up, so there was nothing to close.', '连接从未建立，也就无所谓关闭。'),
  ),
};

export const resetCauseTerms: Readonly<Record<ResetCause, TermExplanation>> = {
  refused: term(
    both('answers the SYN', '拒绝 SYN'),
    both('The RST answers the SYN: nothing listens.', 'RST 是对 SYN 的应答：没有监听。'),
    undefined,
    resets,
  ),
  handshake: term(
    both('handshake given up', '放弃握手'),
    both('Its sender was not ESTABLISHED yet.', '发送方尚未进入 ESTABLISHED。'),
    undefined,
    resets,
  ),
  'after-close': term(
    both('data for a closed socket', '数据到达已关闭的套接字'),
    both(
      'Its sender had sent FIN before: data came for a socket that was closed.',
      '发送方此前已发 FIN：数据到达时套接字已关闭。',
    ),
    undefined,
    resets,
  ),
  'unread-data': term(
    both('closed with data unread', '关闭时有未读数据'),
    both(
      'It acknowledges data for the first time: the program closed without reading it.',
      '它首次确认了数据：程序没读就关闭了。',
    ),
    both('Read to the end before close().', '先读完再 close()。'),
    [{ spec: 'RFC 2525', section: '2.17' }],
  ),
  abort: term(
    both('closed the hard way', '强行关闭'),
    both(
      'SO_LINGER 0, a process that died, or data that was received and not read.',
      'SO_LINGER 0、进程崩溃，或收到的数据没有读。',
    ),
    undefined,
    resets,
  ),
  idle: term(
    both('after a long silence', '长时间空闲之后'),
    both('30 s of silence or more came before it: an idle timer.', '此前静默 30 秒以上：空闲超时。'),
    both('Send keep-alives, or close earlier.', '发送保活，或更早关闭。'),
    resets,
  ),
  'no-socket': term(
    both('host knows no such connection', '主机不认识该连接'),
    both(
      'The form of an answer from a host that has no such socket: it restarted, or gave the connection up.',
      '没有对应套接字的主机所给的应答：它重启过，或已放弃该连接。',
    ),
    undefined,
    resets,
  ),
  'middlebox-like': term(
    both('unlike its sender', '像是中间设备所发'),
    both('Its TTL or number is unlike that of the end in whose name it came.', 'TTL 或序列号与所冒充的一端不同。'),
    both('Look for firewalls and inspection on the path.', '检查路径上的防火墙与检测设备。'),
    [{ spec: 'RFC 5961', section: '3.2' }],
  ),
};
