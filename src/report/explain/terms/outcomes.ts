/** Outcomes of the handshake (`handshake.outcome`). */
import type { Outcome } from '../../../flow/life/handshake.ts';
import { type TermExplanation, both, term } from '../model.ts';

const opening = [{ spec: 'RFC 9293', section: '3.5' }];

export const outcomeTerms: Readonly<Record<Outcome, TermExplanation>> = {
  established: term(
    both('both ends came up', '握手成功'),
    both(
      'SYN, SYN-ACK, ACK: both ends reached ESTABLISHED.',
      'SYN、SYN-ACK、ACK：三次握手完成，双方都进入 ESTABLISHED。',
    ),
    undefined,
    opening,
  ),
  'syn-unanswered': term(
    both('no answer to the SYN', 'SYN 无应答'),
    both('SYNs were sent and nothing came back.', '发了 SYN，没有任何回应。'),
    both(
      'See tcp-handshake-failed; an ICMP error is told by ip-unreachable.',
      '见 tcp-handshake-failed；ICMP 差错见 ip-unreachable。',
    ),
    opening,
  ),
  refused: term(
    both('answered by a RST', '被 RST 拒绝'),
    both('The first answer to the SYN was a RST.', '对 SYN 的第一个应答是 RST。'),
    both(
      'Nothing listens there, or a filter rejects: ss -ltn on the server.',
      '没有监听，或防火墙拒绝：在服务器上看 ss -ltn。',
    ),
    opening,
  ),
  'syn-ack-unanswered': term(
    both('half-open', '半连接'),
    both('The server answered with SYN-ACK and nothing came back.', '服务器回了 SYN-ACK，再没有下文。'),
    both('See tcp-half-open.', '见 tcp-half-open。'),
    opening,
  ),
  aborted: term(
    both('given up in the middle', '中途放弃'),
    both(
      'Somebody ended the handshake with a RST before it was complete: a SYN scan, a timeout, a client that changed its mind.',
      '握手完成前有一方发 RST 放弃：SYN 扫描、超时，或客户端改了主意。',
    ),
    undefined,
    opening,
  ),
  'old-duplicate-syn': term(
    both('a SYN from the past', '迟到的旧 SYN'),
    both(
      'The SYN-ACK acknowledged a SYN that its receiver did not mean, and was reset with exactly that number.',
      'SYN-ACK 确认的不是客户端当前的 SYN，客户端用该号回了 RST。',
    ),
    both('See tcp-old-duplicate-syn.', '见 tcp-old-duplicate-syn。'),
    opening,
  ),
  partial: term(
    both('joined without its SYN', '未见 SYN'),
    both('The SYN is not in the capture: nothing can be said of the handshake.', '抓包里没有 SYN：握手无从判断。'),
  ),
};
