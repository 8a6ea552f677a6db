import { type FindingExplanation, advice, both } from '../model.ts';

export const tcpCloseWaitLeak: FindingExplanation = {
  title: both('Connections that an application forgot to close', '应用忘了关闭的连接'),
  what: both(
    'The peer closed; the system told the application (a read of zero bytes), and the application did not close its own end. The socket stays in CLOSE-WAIT as long as the process lives, and each one holds a file descriptor.',
    '对端关闭后，系统已通知应用（读到 0 字节），但应用没有关闭自己这一端，四次挥手停在一半。只要进程活着，套接字就停在 CLOSE-WAIT，每个都占一个文件描述符。',
  ),
  causes: [
    both(
      'A path through the program (mostly an error) that forgets close().',
      '程序的某条路径（多半是出错时）漏了 close()。',
    ),
    both('A pool that keeps connections and never looks at them.', '连接池保留连接却从不检查。'),
    both('A thread that hangs in something else.', '线程卡在别的事情上。'),
  ],
  filter: 'tcp.flags.fin == 1',
  confirm: both(
    'In the stream: a FIN, its ACK, and no FIN of the other end.',
    '在流里：一个 FIN 及其 ACK，另一端始终没有 FIN。',
  ),
  against: [
    both(
      'A half-close on purpose: the end that has not closed still sends data.',
      '有意的半关闭：没关的一端仍在发数据。',
    ),
    both('The capture ended soon after.', '抓包随后很快就结束了。'),
  ],
  todo: [
    advice('Which process, how many?', '是哪个进程，有多少？', 'ss -tanp state close-wait'),
    advice('See them over time.', '看它们随时间的变化。', 'synoptic netstat CAPTURE --state CLOSE_WAIT'),
    advice(
      'Close in every path (finally, defer, using); handle the end of the stream (Node: on end, allowHalfOpen false).',
      '在每条路径上关闭（finally、defer、using）；处理流结束事件（Node：end 事件，allowHalfOpen 为 false）。',
    ),
  ],
};
