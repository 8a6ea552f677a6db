import { type FindingExplanation, advice, both } from '../model.ts';

export const httpErrorBurst: FindingExplanation = {
  title: both('A burst of server errors', '服务器错误集中出现'),
  what: both(
    'Within ten seconds at least five responses of one host were 5xx, and these were at least half of all its responses then. So many at once point to the server, or to something behind it, and not to a single request.',
    '十秒内同一主机名至少有五个响应是 5xx，并占当时全部响应的一半以上。如此集中，问题多在服务器或其后端，而不在某一个请求。',
  ),
  causes: [
    both(
      '502: a proxy got no valid response from the server behind it, because it is down or closes connections.',
      '502：代理没有从后端得到有效响应，后端停止运行或关闭了连接。',
    ),
    both(
      '503: overload, maintenance, or no server behind the proxy is healthy.',
      '503：过载、维护中，或代理后面没有健康的服务器。',
    ),
    both('504: the server behind the proxy did not answer in time.', '504：后端没有及时回答代理。'),
    both(
      '500: the program failed, often because of a database, a full disk or a new release.',
      '500：程序出错，常见于数据库故障、磁盘写满或刚发布新版本。',
    ),
  ],
  filter: 'http.request || http.response.code >= 500 || http2',
  confirm: both(
    'Statistics > HTTP > Packet Counter counts responses by code. Look at the first error, at what changed just before, and at Server and Via of the response: they may tell who gave it.',
    '“统计 > HTTP > 分组计数器”按状态码统计响应。看第一个错误和它之前的变化，再看响应中的 Server 和 Via：可能说明是谁给出的。',
  ),
  against: [
    both(
      'One client that repeats one bad request makes a burst as well: compare the URLs.',
      '一个客户端反复发送同一个有问题的请求也会造成集中错误：请比较 URL。',
    ),
    both(
      '501 and 505 speak of a method or version that the server does not support; scanners cause them.',
      '501 和 505 表示服务器不支持该方法或版本，扫描器会引起这些响应。',
    ),
  ],
  todo: [
    advice('List the errors.', '列出这些错误。', 'synoptic http CAPTURE --status 5xx'),
    advice('Is the server behind the proxy listening?', '后端服务器在监听吗？', 'ss -ltn'),
    advice(
      'Where does nginx send requests, and where does it log errors?',
      'nginx 把请求转到哪里，错误日志写在哪里？',
      "nginx -T | grep -nE 'upstream|proxy_pass|error_log'",
    ),
    advice(
      'Let nginx try another server; requests that may not be repeated are left alone.',
      '让 nginx 换一台服务器重试；不可重复的请求不会重试。',
      'proxy_next_upstream error timeout http_502 http_503;',
    ),
    advice(
      'Answer overload with 503 and Retry-After, so that clients do not repeat at once.',
      '过载时回答 503 并带 Retry-After，避免客户端立即重试。',
    ),
  ],
};
