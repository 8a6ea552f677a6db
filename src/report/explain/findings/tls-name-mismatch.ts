import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsNameMismatch: FindingExplanation = {
  title: both('A certificate for another name', '属于其他名称的证书'),
  what: both(
    'The client asked for one name (SNI), and the certificate that the server showed does not have it.',
    '客户端请求一个名称（SNI），而服务器出示的证书中没有这个名称。',
  ),
  causes: [
    both('The server knows no such host and shows its default certificate.', '服务器不认识该主机，出示了默认证书。'),
    both(
      'A name was forgotten when the certificate was asked for. A wildcard stands for one label only: *.example.com is not good for a.b.example.com or example.com.',
      '申请证书时漏了名称。通配符只代表一级：*.example.com 不适用于 a.b.example.com 和 example.com。',
    ),
    both('DNS leads to the wrong machine.', 'DNS 指向了错误的机器。'),
    both('A device in between, such as a captive portal, answers instead.', '中间设备（如强制门户）代为应答。'),
    both(
      'The certificate has the name only as a common name, while it also lists other names: then only the list counts.',
      '名称只写在通用名中，而证书另有名称列表：这时只有列表有效。',
    ),
  ],
  filter: 'tls.handshake.type == 11 || tls.record.opaque_type == 23 || tls.handshake.extensions_server_name',
  confirm: both(
    'Compare tls.handshake.extensions_server_name of the ClientHello with x509ce.dNSName of the first certificate. In TLS 1.3 the certificate is encrypted; with a key log file in the preferences of TLS, tls.handshake.type == 11 alone selects it.',
    '把 ClientHello 的 tls.handshake.extensions_server_name 与第一个证书的 x509ce.dNSName 比较。TLS 1.3 的证书是加密的；在 TLS 首选项中设置密钥日志文件后，只用 tls.handshake.type == 11 即可。',
  ),
  against: [
    both(
      'A client may be told to expect another name than the one it asks for.',
      '可以让客户端期望与所请求不同的名称。',
    ),
  ],
  todo: [
    advice(
      'See the names of the certificate.',
      '查看证书中的名称。',
      'openssl s_client -connect HOST:443 -servername NAME </dev/null | openssl x509 -noout -ext subjectAltName',
    ),
    advice(
      'Let the client test the name itself.',
      '让客户端自己检查名称。',
      'openssl s_client -connect HOST:443 -servername NAME -verify_hostname NAME',
    ),
    advice('See where the name leads.', '查看名称指向哪里。', 'dig +short NAME'),
    advice(
      'nginx: one server block for each name, with server_name and its certificate.',
      'nginx：每个名称一个 server 块，写上 server_name 和对应证书。',
    ),
  ],
};
