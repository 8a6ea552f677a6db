import { type FindingExplanation, advice, both } from '../model.ts';

export const httpRedundantRequest: FindingExplanation = {
  title: both('Requests that a cache should have answered', '本应由缓存回答的请求'),
  what: both(
    'The same client (address, program and credentials) fetched the same URL again with GET. Either what it had was still fresh by Cache-Control or Expires, and no request was needed. Or the response had an ETag or Last-Modified, the client did not send it back, and got the whole thing again unchanged instead of a 304.',
    '同一客户端（地址、程序和凭据都相同）用 GET 再次获取同一 URL。一种情况是按 Cache-Control 或 Expires 仍然新鲜，强缓存即可回答，无需请求。另一种是响应带有 ETag 或 Last-Modified，客户端却没有带回去做协商缓存，结果不是 304，而是又收到一遍没有变化的全部内容。',
  ),
  causes: [
    both(
      'The client has no cache: many scripts and libraries for APIs have none.',
      '客户端没有缓存：许多脚本和 API 客户端库都没有。',
    ),
    both(
      'The cache is switched off, too small, or is thrown away with each process or container.',
      '缓存被关闭、太小，或随进程、容器一起丢弃。',
    ),
    both(
      'Several programs of one host fetch the same thing, each for itself.',
      '同一主机上的几个程序各自获取相同的内容。',
    ),
  ],
  filter: 'http.request.method == "GET" || http.response.code == 200 || http2 || tcp.flags.push == 1',
  confirm: both(
    'Compare Cache-Control, Expires, Age and ETag of the earlier response with the time and header of the later request: If-None-Match and If-Modified-Since are missing. tcp.flags.push is for what Wireshark shows as plain TCP: responses that were cut off, and other ports (Analyze > Decode As, HTTP or HTTP2).',
    '把先前响应的 Cache-Control、Expires、Age、ETag 与后来请求的时间和头部比较：缺少 If-None-Match 和 If-Modified-Since。tcp.flags.push 用于 Wireshark 只显示为 TCP 的部分：中断的响应，以及其他端口（可用“分析 > 解码为”选 HTTP 或 HTTP2）。',
  ),
  against: [
    both(
      'Several clients behind one NAT look like one if their User-Agent is the same and their cookies and credentials do not tell them apart.',
      '同一 NAT 后的多个客户端若 User-Agent 相同，且 Cookie 和凭据也分辨不出，看起来就像一个。',
    ),
    both('Load generators and monitors keep nothing on purpose.', '压测工具和监控程序有意不保留任何内容。'),
    both(
      'A reload by the user, with Cache-Control: no-cache or max-age=0, is not counted.',
      '用户刷新（请求带 Cache-Control: no-cache 或 max-age=0）不计入。',
    ),
    both(
      'A lifetime that is only guessed from Last-Modified is not held against the client.',
      '仅由 Last-Modified 推测出的有效期不作为依据。',
    ),
  ],
  todo: [
    advice(
      'See what each response allows a cache to do.',
      '查看每个响应允许缓存做什么。',
      'synoptic http CAPTURE --explain',
    ),
    advice(
      'Ask as a cache would; the answer should be 304.',
      '像缓存那样询问，应得到 304。',
      'curl -si -H \'If-None-Match: "ETAG"\' URL',
    ),
    advice(
      'In scripts, keep the ETag and send it back.',
      '在脚本中保存 ETag 并带回去。',
      'curl --etag-save etag.txt --etag-compare etag.txt -o FILE URL',
    ),
    advice(
      'For files whose name changes with their content, spare clients the question as well.',
      '文件名随内容变化时，连询问也可以省去。',
      'add_header Cache-Control "public, max-age=31536000, immutable";',
    ),
  ],
};
