import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsInsecureRenegotiation: FindingExplanation = {
  title: both('Renegotiation without protection', '没有保护的重协商'),
  what: both(
    'The client announced secure renegotiation (RFC 5746), and the ServerHello does not answer it. If the server renegotiates at all, somebody in between can put data in front of what the client sends.',
    '客户端声明支持安全重协商（RFC 5746），而 ServerHello 没有回应。如果服务器允许重协商，中间人可以在客户端的数据之前插入数据。',
  ),
  causes: [
    both('A server or device with a TLS library from before 2010.', '服务器或设备使用 2010 年之前的 TLS 库。'),
    both('An own or embedded implementation that leaves the extension out.', '自制或嵌入式的实现省略了该扩展。'),
    both('A device in between that ends TLS itself.', '中间设备自己终结 TLS。'),
  ],
  filter: 'tls.handshake.type == 2',
  confirm: both(
    'The ServerHello has no extension renegotiation_info (type 65281), while the ClientHello has it, or the suite 0x00ff.',
    'ServerHello 没有 renegotiation_info 扩展（类型 65281），而 ClientHello 有该扩展，或有套件 0x00ff。',
  ),
  against: [
    both(
      'A server that never renegotiates cannot be attacked this way; the capture does not show that.',
      '从不重协商的服务器不会受此攻击；抓包看不出这一点。',
    ),
    both('TLS 1.3 has no renegotiation.', 'TLS 1.3 没有重协商。'),
  ],
  todo: [
    advice(
      'See whether the server supports it.',
      '查看服务器是否支持。',
      "openssl s_client -connect HOST:443 -tls1_2 </dev/null | grep 'Renegotiation'",
    ),
    advice(
      'Update the TLS library of the server, or put a proxy that is up to date in front.',
      '更新服务器的 TLS 库，或在前面放一个较新的代理。',
    ),
    advice(
      'Clients with OpenSSL 3 refuse such servers unless UnsafeLegacyServerConnect is set; leave it off.',
      'OpenSSL 3 的客户端会拒绝这种服务器，除非设置了 UnsafeLegacyServerConnect；不要打开它。',
    ),
  ],
};
