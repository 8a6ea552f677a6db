import { type FindingExplanation, advice, both } from '../model.ts';

export const httpSlow: FindingExplanation = {
  title: both('Slow responses', '响应慢'),
  what: both(
    'A request and its response took one second or more, and at least one second of it was waiting: for the server, behind an earlier response on the same connection, or for bytes that TCP had to send again. The finding tells how much of the slowest one TCP explains.',
    '一个请求及其响应用了一秒或更久，其中至少一秒是在等待：等服务器，等同一连接上前一个响应，或等 TCP 重新发送的数据。结果会说明最慢的一个中有多少可由 TCP 解释。',
  ),
  causes: [
    both(
      'The server worked long, or waited itself: for a database, a lock, or another service.',
      '服务器处理时间长，或它自己在等待：数据库、锁或其他服务。',
    ),
    both(
      'The server was busy with others: all workers in use, or a blocked event loop.',
      '服务器正忙于其他请求：工作进程用完，或事件循环被阻塞。',
    ),
    both(
      'Pipelining: the response had to wait for the one before it.',
      '管线化（pipelining）：响应必须等前一个响应发完。',
    ),
    both(
      'Bytes were lost and sent again; on Linux a retransmission timeout alone takes 200 ms or more.',
      '数据丢失后重传；Linux 上仅一次超时重传就要 200 毫秒以上。',
    ),
  ],
  filter: 'http || http2 || tcp.len > 0',
  confirm: both(
    'http.time in a response counts from its request; http.time >= 1 leaves the slow ones. tcp.analysis.retransmission on the same connection speaks for the network. tcp.len > 0 is for what Wireshark shows as plain TCP: responses that were cut off, and other ports (Analyze > Decode As, HTTP or HTTP2).',
    '响应里的 http.time 从其请求算起；http.time >= 1 只留下慢的。同一连接上的 tcp.analysis.retransmission 说明问题在网络。tcp.len > 0 用于 Wireshark 只显示为 TCP 的部分：中断的响应，以及其他端口（可用“分析 > 解码为”选 HTTP 或 HTTP2）。',
  ),
  against: [
    both('Long polling and event streams answer late on purpose.', '长轮询（long polling）和事件流是有意晚回答的。'),
    both(
      'A capture at the client counts the way to the server and back as time of the server.',
      '在客户端抓包时，到服务器的往返时间也算作服务器的时间。',
    ),
    both(
      'Losses beyond the capture point may leave no trace: the share of TCP is a lower bound.',
      '抓包点之外的丢包可能不留痕迹：TCP 所占比例只是下限。',
    ),
  ],
  todo: [
    advice(
      'See where the time of each response went.',
      '查看每个响应的时间花在哪里。',
      'synoptic http CAPTURE --slow 1s',
    ),
    advice(
      'Measure from the client, part by part.',
      '从客户端分段测量。',
      "curl -so /dev/null -w '%{time_connect} %{time_starttransfer} %{time_total}\\n' URL",
    ),
    advice(
      'Let nginx log its own time and that of the server behind it.',
      '让 nginx 记录自己的时间和后端服务器的时间。',
      "log_format timed '$request $status $request_time $upstream_response_time';",
    ),
    advice(
      'Find out what a Node server does in the meantime.',
      '查清 Node 服务器这段时间在做什么。',
      'node --cpu-prof server.js',
    ),
    advice(
      'Where TCP explains it, look at retransmissions and round trips.',
      '若可由 TCP 解释，查看重传次数和往返时间。',
      'ss -ti',
    ),
  ],
};
