/** Letters of the history, as Zeek writes them. Upper case from the originator, lower case from the responder. */
import { type TermExplanation, both, term } from '../model.ts';

export const historyTerms: Readonly<Record<string, TermExplanation>> = {
  S: term(both('SYN', 'SYN'), both('A SYN without ACK.', '不带 ACK 的 SYN。')),
  H: term(both('SYN-ACK', 'SYN-ACK'), both('A SYN-ACK: the answer of the handshake.', 'SYN-ACK：握手的应答。')),
  A: term(both('bare ACK', '纯 ACK'), both('An ACK without payload.', '不带数据的 ACK。')),
  D: term(both('payload', '数据'), both('A segment with payload.', '带数据的段。')),
  F: term(
    both('FIN', 'FIN'),
    both(
      'A FIN, with or without payload; again when its sequence number differs.',
      'FIN，可带数据；序列号不同则再记一次。',
    ),
  ),
  R: term(
    both('RST', 'RST'),
    both('A RST; again when its sequence number differs.', 'RST；序列号不同则再记一次。'),
    both('See tcp-reset.', '见 tcp-reset。'),
  ),
  I: term(
    both('FIN and RST', 'FIN 与 RST'),
    both('A segment with both FIN and RST.', '同时带 FIN 和 RST 的段。'),
    both('No ordinary host sends it.', '正常主机不会发送。'),
  ),
  Q: term(
    both('two of SYN, FIN and RST', 'SYN、FIN、RST 中的两个'),
    both('A segment with SYN and FIN, or SYN and RST.', '同时带 SYN 和 FIN，或 SYN 和 RST 的段。'),
    both('No ordinary host sends it: a scan or a broken device.', '正常主机不会发送：扫描或有缺陷的设备。'),
  ),
  T: term(
    both('sent again', '重传'),
    both(
      'Payload that ends at or before the highest number its end has sent: sent again, or arrived late. Written at 1, 10, 100 ... times.',
      '数据末尾不超过该端已发的最大序列号：重传，或迟到。在第 1、10、100… 次时记录。',
    ),
  ),
  G: term(
    both('a gap', '空洞'),
    both(
      'Payload that its receiver acknowledged and the capture lacks. Written at 1, 10, 100 ... times.',
      '接收方确认过而抓包里没有的数据。在第 1、10、100… 次时记录。',
    ),
    both('The capture lost frames: see capture-drop.', '抓包丢帧：见 capture-drop。'),
  ),
  W: term(
    both('zero window', '零窗口'),
    both(
      'A window of zero: the receiver’s buffer is full. Written at 1, 10, 100 ... times.',
      '零窗口：接收缓冲区已满，滑动窗口关闭。在第 1、10、100… 次时记录。',
    ),
    both('The application of that end reads too slowly.', '该端应用读取太慢。'),
    [{ spec: 'RFC 9293', section: '3.8.6' }],
  ),
  '^': term(
    both('direction turned', '方向对调'),
    both(
      'The sender of the first packet is the responder: the capture began in the middle.',
      '第一个报文的发送者是响应方：抓包从中途开始。',
    ),
  ),
};
