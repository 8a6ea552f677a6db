import { type FindingExplanation, advice, both } from '../model.ts';

export const httpKeepAliveRace: FindingExplanation = {
  title: both('A request into a connection that was closing', '请求发到正在关闭的连接'),
  what: both(
    'The connection had served requests and was idle. The server closed it, and about the same time the client sent its next request on it, which got no response. Clients repeat a GET by themselves, but not a POST: users see an error now and then.',
    '该长连接已处理过请求，之后空闲。服务器关闭它，几乎同时客户端又在上面发出下一个请求，没有得到响应。客户端会自动重发 GET，但不会重发 POST：用户偶尔看到错误。',
  ),
  causes: [
    both(
      'The server closes idle connections sooner than its client, often a proxy or load balancer, or at the same time.',
      '服务器的空闲超时比客户端（常是代理或负载均衡）短，或两者相同。',
    ),
    both(
      'Defaults that do not fit together: Node 20 closes after 5 s, an upstream of nginx is kept for 60 s.',
      '默认值不匹配：Node 20 空闲 5 秒后关闭，nginx 对 upstream 保持 60 秒。',
    ),
    both('The server was restarted and closed its idle connections.', '服务器重启，关闭了空闲连接。'),
  ],
  filter: '(http.request && !http.response_in) || tcp.flags.fin == 1 || tcp.flags.reset == 1',
  confirm: both(
    'Follow the connection: a response, a pause, then the request and the FIN of the server within one second, and often a RST. A FIN whose acknowledgment number does not cover the request was sent before the request arrived.',
    '跟踪该连接：一个响应，一段空闲，然后请求与服务器的 FIN 相隔不到一秒，其后常有 RST。FIN 的确认号若没有包含该请求，说明发出时请求尚未到达。',
  ),
  against: [
    both(
      'A server that fails over this very request closes as well: then its FIN acknowledges the request.',
      '服务器因这个请求而崩溃也会关闭连接：那时它的 FIN 已确认该请求。',
    ),
    both(
      'The client may have repeated the request on a new connection: then nobody noticed.',
      '客户端可能已在新连接上重发请求：那样就没有人察觉。',
    ),
  ],
  todo: [
    advice('See the connection segment by segment.', '逐段查看该连接。', 'synoptic conn CAPTURE ID'),
    advice(
      'Node: wait longer than the client or proxy does.',
      'Node：空闲等待要长于客户端或代理。',
      'server.keepAliveTimeout = 75_000;',
    ),
    advice(
      'nginx, in the upstream block: give up idle connections before the server does.',
      'nginx 的 upstream 块：先于服务器放弃空闲连接。',
      'keepalive_timeout 4s;',
    ),
    advice(
      'Let the client repeat requests that may be repeated; give a POST an idempotency key first.',
      '让客户端重发可以重发的请求；POST 要先带上幂等键。',
    ),
  ],
};
