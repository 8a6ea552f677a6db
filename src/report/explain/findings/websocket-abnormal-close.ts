import { type FindingExplanation, advice, both } from '../model.ts';

export const websocketAbnormalClose: FindingExplanation = {
  title: both('A WebSocket that did not end in order', '没有正常结束的 WebSocket'),
  what: both(
    'Either the first close frame carries a code that names an error, such as 1002, 1009 or 1011. Or the TCP connection ended with a FIN or RST and no close frame was seen: the application is then told 1006, a code that is never sent. Messages on their way may be lost.',
    '一种情况是第一个关闭帧带有表示错误的状态码，如 1002、1009、1011。另一种是 TCP 连接以 FIN 或 RST 结束，却没有关闭帧：应用得到 1006，这个码从不在网络上发送。路上的消息可能丢失。',
  ),
  causes: [
    both(
      'A proxy or load balancer closed a connection that was idle for it (nginx: 60 s without data by default).',
      '代理或负载均衡关闭了它认为空闲的连接（nginx 默认 60 秒无数据）。',
    ),
    both('A program crashed, was stopped, or ended without a close frame.', '程序崩溃、被停止，或没有发关闭帧就退出。'),
    both(
      'What the code says: 1002 protocol error, 1003 kind of data, 1007 payload such as text that is not UTF-8, 1008 policy, 1009 too big, 1011 error in the server, 1012 restart, 1013 try again later.',
      '状态码所示：1002 协议错误，1003 数据类型，1007 数据内容（如文本不是 UTF-8），1008 违反策略，1009 消息太大，1011 服务器内部错误，1012 重启，1013 稍后再试。',
    ),
  ],
  filter: 'websocket.opcode == 8 || tcp.flags.reset == 1 || http.upgrade || http.response.code == 101',
  confirm: both(
    'websocket.payload.close.status_code and websocket.payload.close.reason tell the code and reason. Without a close frame, look at who sent the first FIN or RST, and how long nothing was sent before: a round number of seconds speaks for a timer.',
    'websocket.payload.close.status_code 和 websocket.payload.close.reason 是状态码和原因。没有关闭帧时，看谁先发 FIN 或 RST，之前静默多久：整数秒说明是定时器。',
  ),
  against: [
    both(
      'The user left the page or closed the browser: it need not say goodbye.',
      '用户离开页面或关闭浏览器：浏览器不一定发关闭帧。',
    ),
    both(
      'A close frame without a code, 1000, 1001, and 3000 to 4999 of the application are an end in order and not told here.',
      '不带状态码的关闭帧、1000、1001 以及应用自己的 3000 到 4999 视为正常结束，不在此报告。',
    ),
    both('The capture may lack the close frame.', '抓包可能漏掉了关闭帧。'),
  ],
  todo: [
    advice('See the last messages before the end.', '查看结束前的最后几个消息。', 'synoptic websocket CAPTURE'),
    advice(
      'Send a ping more often than the shortest idle timer on the way (Node, ws).',
      '发 ping 的间隔要短于途中最短的空闲超时（Node 的 ws）。',
      'setInterval(() => socket.ping(), 30_000)',
    ),
    advice('nginx: wait longer for data.', 'nginx：延长等待数据的时间。', 'proxy_read_timeout 300s;'),
    advice(
      'Reconnect with growing pauses, and let the client ask for what it missed.',
      '以递增的间隔重连，并让客户端补取错过的消息。',
    ),
    advice('Close with a code before the program exits.', '程序退出前带状态码关闭。', "socket.close(1001, 'restart')"),
  ],
};
