/** Zeek's conn_state: docs.zeek.org, conn.log. */
import type { ConnState } from '../../../flow/conn-state.ts';
import { type TermExplanation, both, term } from '../model.ts';

export const connStateTerms: Readonly<Record<ConnState, TermExplanation>> = {
  S0: term(
    both('no answer', '无应答'),
    both(
      'A SYN was seen and no answer to it (UDP: only the originator sent).',
      '看到了 SYN，没有应答（UDP：只有发起方发送）。',
    ),
    both(
      'Filtered, down, or the answer took a path past the capture: see tcp-handshake-failed.',
      '被过滤、不在线，或应答没经过抓包点：见 tcp-handshake-failed。',
    ),
  ),
  S1: term(
    both('established, still open', '已建立，仍未关闭'),
    both(
      'The handshake was seen and no FIN or RST: still open when the capture ended.',
      '看到了三次握手，没有 FIN 或 RST：抓包结束时仍然打开。',
    ),
    both(
      'Normal for long connections. In a test: a connection that nobody closed.',
      '长连接属正常。在测试中则说明有连接没关。',
    ),
  ),
  SF: term(
    both('closed in order', '正常关闭'),
    both(
      'Established, then closed by both ends with FIN (UDP: both ends sent).',
      '建立后双方都用 FIN 关闭（UDP：双方都发送过）。',
    ),
  ),
  REJ: term(
    both('refused', '被拒绝'),
    both('The SYN was answered by a RST.', 'SYN 得到的应答是 RST。'),
    both('Nothing listens on that port, or a filter rejects.', '该端口没有监听，或防火墙拒绝。'),
  ),
  S2: term(
    both('originator closed, responder did not', '发起方已关闭，响应方未关闭'),
    both('Established, and only the originator’s FIN was seen.', '已建立，只看到发起方的 FIN。'),
    both('The responder is in CLOSE-WAIT: see tcp-close-wait-leak.', '响应方处于 CLOSE-WAIT：见 tcp-close-wait-leak。'),
  ),
  S3: term(
    both('responder closed, originator did not', '响应方已关闭，发起方未关闭'),
    both('Established, and only the responder’s FIN was seen.', '已建立，只看到响应方的 FIN。'),
    both(
      'The originator is in CLOSE-WAIT: see tcp-close-wait-leak.',
      '发起方处于 CLOSE-WAIT：见 tcp-close-wait-leak。',
    ),
  ),
  RSTO: term(
    both('reset by the originator', '被发起方重置'),
    both('Established, then ended by a RST of the originator.', '建立后由发起方的 RST 终止。'),
    both('See tcp-reset.', '见 tcp-reset。'),
  ),
  RSTR: term(
    both('reset by the responder', '被响应方重置'),
    both('Ended by a RST of the responder.', '由响应方的 RST 终止。'),
    both('See tcp-reset.', '见 tcp-reset。'),
  ),
  RSTOS0: term(
    both('SYN, then reset', '发 SYN 后重置'),
    both('The originator sent SYN and then RST; no SYN-ACK was seen.', '发起方发了 SYN 又发 RST；没看到 SYN-ACK。'),
    both(
      'A SYN scan whose answers are not in the capture, or a client that gave up.',
      'SYN 扫描（应答不在抓包里），或客户端放弃了。',
    ),
  ),
  RSTRH: term(
    both('answer, then reset', '应答后重置'),
    both('The responder sent SYN-ACK and then RST; no SYN was seen.', '响应方发了 SYN-ACK 又发 RST；没看到 SYN。'),
    both('Often backscatter of a flood with made-up sources.', '常见于伪造源地址洪泛的反射流量。'),
  ),
  SH: term(
    both('SYN and FIN, no answer seen', '有 SYN 与 FIN，未见应答'),
    both(
      'The originator sent SYN and FIN; no SYN-ACK was seen: half of a connection.',
      '发起方发了 SYN 和 FIN；没看到 SYN-ACK：只有半个连接。',
    ),
    both('Mostly a capture of one direction.', '多半是只抓到一个方向。'),
  ),
  SHR: term(
    both('answer and FIN, no SYN seen', '有应答与 FIN，未见 SYN'),
    both('The responder sent SYN-ACK and FIN; no SYN was seen.', '响应方发了 SYN-ACK 和 FIN；没看到 SYN。'),
    both('Mostly a capture of one direction.', '多半是只抓到一个方向。'),
  ),
  OTH: term(
    both('joined mid-stream', '中途开始抓取'),
    both('No SYN was seen: the connection is older than the capture.', '没看到 SYN：连接早于抓包开始。'),
    both('Start the capture before the connections.', '先开始抓包，再建立连接。'),
  ),
};
