import { type FindingExplanation, advice, both } from '../model.ts';

export const httpRedirectLoop: FindingExplanation = {
  title: both('Redirects that lead back', '循环重定向'),
  what: both(
    'Redirects led a client to the same URL a third time, and that URL redirected again. Clients follow until a limit and then show an error, such as ERR_TOO_MANY_REDIRECTS.',
    '客户端被重定向第三次带到同一个 URL，而它又继续重定向。客户端跟随到上限后报错，例如 ERR_TOO_MANY_REDIRECTS。',
  ),
  causes: [
    both(
      'Two rules that contradict each other: with and without www, with and without a slash at the end.',
      '两条规则互相矛盾：带与不带 www，末尾带与不带斜杠。',
    ),
    both(
      'The page needs a cookie, and the client does not keep it or the server sets it for another domain or path.',
      '页面需要 cookie，而客户端不保存，或服务器把它设到了别的域或路径。',
    ),
    both(
      'A proxy changes the host or path, so the application redirects to what was asked for already.',
      '代理改变了主机名或路径，应用于是重定向到原本就请求的地址。',
    ),
  ],
  filter: 'http.request || http.location || http2',
  confirm: both(
    'http.location of each response is the URL of the next request. Look at Set-Cookie in the responses and at Cookie in the requests that follow.',
    '每个响应的 http.location 就是下一个请求的 URL。再看响应中的 Set-Cookie 和其后请求中的 Cookie。',
  ),
  against: [
    both(
      'A page that sets a cookie may redirect to itself once: that is not told here.',
      '设置 cookie 的页面可能重定向到自己一次：这种情况不报告。',
    ),
    both('Several clients behind one address look like one.', '同一地址后的多个客户端看起来像一个。'),
    both(
      'Steps over TLS are not seen: a circle between http and https is not told here.',
      '看不到 TLS 里的步骤：http 与 https 之间的循环不在此报告。',
    ),
  ],
  todo: [
    advice('Follow the redirects.', '跟随重定向。', 'curl -sL -o /dev/null -D - --max-redirs 10 URL'),
    advice(
      'The same with cookies kept: if this ends, it is the cookie.',
      '保存 cookie 再试：若不再循环，问题就在 cookie。',
      'curl -sL -o /dev/null -D - --max-redirs 10 -b jar.txt -c jar.txt URL',
    ),
    advice(
      'Find the rules that redirect.',
      '找出做重定向的规则。',
      "nginx -T | grep -nE 'return 30|rewrite|proxy_redirect'",
    ),
    advice(
      'Tell the application which host was asked for.',
      '把请求的主机名传给应用。',
      'proxy_set_header Host $host;',
    ),
  ],
};
