import { type FindingExplanation, advice, both } from '../model.ts';

export const synFlood: FindingExplanation = {
  title: both('SYN flood', 'SYN 洪泛'),
  what: both(
    'Somebody opens many connections and finishes none. Each takes a place in the SYN queue (half-open connections) of the listener until it gives up; when all places are taken, SYNs of real clients are dropped, or answered with SYN cookies.',
    '有人发起大量连接却从不完成三次握手。每个半开连接都占用监听套接字半连接队列的一个位置，直到超时；队列满后，正常客户端的 SYN 会被丢弃，或者改用 SYN cookie 应答。',
  ),
  causes: [
    both(
      'An attack, mostly with made-up source addresses, so that nobody ever answers the SYN-ACKs.',
      '攻击，大多伪造源地址，因此没有人会应答 SYN-ACK。',
    ),
    both('A botnet with real addresses that drops the answers.', '僵尸网络使用真实地址，但丢弃应答。'),
  ],
  filter: 'tcp.flags.syn == 1',
  confirm: both(
    'Statistics > I/O Graphs of SYNs beside final ACKs: SYNs rise and ACKs do not. Statistics > Conversations shows whether sources come back.',
    '在“统计 > I/O 图表”里对比 SYN 与最后的 ACK：SYN 猛增而 ACK 不增。“统计 > 会话”可看出源地址是否重复出现。',
  ),
  against: [
    both('A crowd of real clients: their handshakes finish.', '真实用户的突发访问：他们的握手会完成。'),
    both(
      'A dead or overloaded server: its clients send the same SYN again after 1, 2, 4 seconds.',
      '服务器宕机或过载：客户端会在 1、2、4 秒后重发同一个 SYN。',
    ),
    both('A scan: few sources, many ports.', '扫描：源地址少，端口多。'),
    both('A capture of one direction only.', '只抓到了一个方向。'),
  ],
  todo: [
    advice(
      'See what happened, and what would have helped.',
      '查看经过，以及什么措施会有用。',
      'synoptic synflood CAPTURE',
    ),
    advice('Turn SYN cookies on.', '打开 SYN cookie。', 'sysctl -w net.ipv4.tcp_syncookies=1'),
    advice(
      'Enlarge the SYN queue: all three limits count, the last one in the application (nginx: listen 80 backlog=4096).',
      '加大半连接队列：三个上限都起作用，最后一个在应用里（nginx：listen 80 backlog=4096）。',
      'sysctl -w net.ipv4.tcp_max_syn_backlog=4096 net.core.somaxconn=4096',
    ),
    advice(
      'Let half-open connections time out sooner.',
      '让半开连接更早超时。',
      'sysctl -w net.ipv4.tcp_synack_retries=2',
    ),
    advice(
      'On the server: is the queue full, are cookies sent?',
      '在服务器上查看：队列满了吗，发出 cookie 了吗？',
      'nstat -az TcpExtSyncookiesSent TcpExtTCPReqQFullDrop TcpExtListenDrops',
    ),
    advice('Count half-open connections now.', '统计当前的半开连接。', 'ss -tn state syn-recv | wc -l'),
  ],
};
