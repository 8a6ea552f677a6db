import { type FindingExplanation, advice, both } from '../model.ts';

export const httpRedirectChain: FindingExplanation = {
  title: both('Redirects one after the other', '连续重定向'),
  what: both(
    'A client was redirected three times or more in a row before it got what it wanted. The time is from its first request to the end of the last response.',
    '客户端连续三次或更多次被重定向，才得到想要的内容。时间从第一个请求算到最后一个响应结束。',
  ),
  causes: [
    both(
      'Rules that each mend one thing: first https, then www, then a slash at the end, then a language.',
      '各条规则各改一处：先改为 https，再加 www，再补末尾的斜杠，再选语言。',
    ),
    both('A login that passes through several services.', '登录过程经过多个服务。'),
    both('Old addresses that lead to addresses that are old by now.', '旧地址指向的地址后来也成了旧地址。'),
  ],
  filter: 'http.request || http.response || http2',
  confirm: both(
    'http.location of each response is the URL of the next request.',
    '每个响应的 http.location 就是下一个请求的 URL。',
  ),
  against: [
    both('A login has its steps for a reason, and happens once.', '登录的各个步骤自有原因，而且只发生一次。'),
    both('Several clients behind one address look like one.', '同一地址后的多个客户端看起来像一个。'),
  ],
  todo: [
    advice(
      'Follow the redirects, with the time of each.',
      '跟随重定向，并看每一步的耗时。',
      "curl -sL -o /dev/null -w '%{num_redirects} %{time_redirect} %{url_effective}\\n' URL",
    ),
    advice('Let the first rule lead to the last place at once.', '让第一条规则直接指向最终地址。'),
  ],
};
