/** Columns of the table of `conns`. */
import { type TermExplanation, both, term } from '../model.ts';

export const columnTerms: Readonly<Record<string, TermExplanation>> = {
  id: term(
    both('name of the connection', '连接编号'),
    both(
      'tcp:3 is Wireshark’s tcp.stream 3; every other place refers to it, and commands take 3 for tcp:3.',
      'tcp:3 即 Wireshark 的 tcp.stream 3；别处都用它引用，命令里 3 等同 tcp:3。',
    ),
  ),
  originator: term(
    both('who opened it', '发起方'),
    both(
      'Address and port of the end that sent the SYN; without one, the end that does not answer from a well-known port.',
      '发出 SYN 的一端的地址和端口；没有 SYN 时，是不从知名端口应答的一端。',
    ),
  ),
  responder: term(
    both('who was asked', '响应方'),
    both('Address and port of the other end, mostly the server.', '另一端的地址和端口，多半是服务器。'),
  ),
  service: term(
    both('application protocol', '应用协议'),
    both('Told from the first bytes of both ends, not from the port.', '由双方最初的字节判断，而不是端口。'),
  ),
  state: term(
    both('how it ended, in Zeek’s words', '结局（Zeek 术语）'),
    both(
      'connState: S0, S1, SF, REJ ...; each is explained under its own name.',
      'connState：S0、S1、SF、REJ 等；各有单独的解释。',
    ),
  ),
  history: term(
    both('what was sent, in letters', '经过（字母）'),
    both(
      'A letter for each kind of segment in the order of first appearance; upper case from the originator.',
      '每种报文一个字母，按首次出现排列；大写来自发起方。',
    ),
  ),
  handshake: term(
    both('how long it took to come up', '握手时间'),
    both(
      'SYN to the ACK that completed the handshake, or the outcome where it failed.',
      '从 SYN 到完成握手的 ACK；失败则显示结果。',
    ),
  ),
  close: term(
    both('how it was closed', '关闭方式'),
    both(
      'The shape of the close, and who began: (o) the originator, (r) the responder.',
      '关闭的形态，以及谁先开始：(o) 发起方，(r) 响应方。',
    ),
  ),
  limit: term(
    both('what most of its time went to', '主要受限于'),
    both(
      'What the connection waited for longest: its application, the receiver’s window, the path, or something that was lost; see docs/waiting.md.',
      '连接等待最久的是什么：应用、接收窗口、路径，还是丢包；见 docs/waiting.md。',
    ),
  ),
  start: term(
    both('time of its earliest frame', '开始时间'),
    both('In the local time zone, or UTC with --utc.', '本地时区，或用 --utc 显示 UTC。'),
  ),
  duration: term(
    both('earliest to latest frame', '持续时间'),
    both('From its earliest to its latest frame in the capture.', '抓包中最早一帧到最晚一帧。'),
  ),
  frames: term(
    both('frames of both ends', '帧数'),
    both('Frames that belong to the connection, both directions.', '该连接双向的帧数。'),
  ),
  resent: term(
    both('segments sent again', '重传段数'),
    both(
      'Segments of both ends that bear Wireshark’s mark tcp.analysis.retransmission: after a timeout (RTO), fast, or spurious.',
      '双方带有 Wireshark 标记 tcp.analysis.retransmission 的段：超时重传、快速重传或虚假重传。',
    ),
    undefined,
    [
      { spec: 'RFC 6298', section: '5' },
      { spec: 'RFC 5681', section: '3.2' },
    ],
  ),
  rtt: term(
    both('average round trip time', '平均往返时间'),
    both(
      'From a segment to the ACK that ends where it does, on average: the longer one of both ends, which is that of the end farther from the point of capture. Segments that were sent again do not count.',
      '从数据段到恰好确认它的 ACK 的平均时间：取两端中较长的一个，即离抓包点较远的路径。重传的段不计入。',
    ),
    undefined,
    [{ spec: 'RFC 6298', section: '3' }],
  ),
  sent: term(
    both('payload of the originator', '发起方数据量'),
    both('Payload bytes that the originator sent, retransmissions included.', '发起方发送的数据字节，含重传。'),
  ),
  received: term(
    both('payload of the responder', '响应方数据量'),
    both('Payload bytes that the responder sent, retransmissions included.', '响应方发送的数据字节，含重传。'),
  ),
};
