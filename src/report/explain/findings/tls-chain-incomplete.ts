import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsChainIncomplete: FindingExplanation = {
  title: both('A missing intermediate certificate', '缺少中间证书'),
  what: both(
    'The server sent its own certificate without that of its issuer, and the issuer is no trusted root. A client that does not have the issuer from elsewhere cannot find the way to a root.',
    '服务器只发送了自己的证书，没有签发者的证书，而签发者不是受信任的根。客户端若没有从别处得到签发者的证书，就找不到通往根的路径。',
  ),
  causes: [
    both(
      'The server was given the file with its own certificate instead of the full chain.',
      '服务器配置的是单个证书文件，而不是完整的链。',
    ),
    both(
      'A renewal came with a new intermediate certificate, and the old one stayed in the file.',
      '续期时换了新的中间证书，而文件里还是旧的。',
    ),
    both(
      'The issuer is a private authority that the clients of this server trust.',
      '签发者是私有 CA，该服务器的客户端信任它。',
    ),
  ],
  filter: 'tls.handshake.type == 11 || tls.record.opaque_type == 23',
  confirm: both(
    'Count the certificates in the message: the issuer of the first one is not among them. In TLS 1.3 the certificate is encrypted; with a key log file in the preferences of TLS, tls.handshake.type == 11 alone selects it.',
    '数一数消息中的证书：第一个证书的签发者不在其中。TLS 1.3 的证书是加密的；在 TLS 首选项中设置密钥日志文件后，只用 tls.handshake.type == 11 即可。',
  ),
  against: [
    both(
      'A client that trusts the issuer itself needs no more; name its certificate with --ca.',
      '信任该签发者本身的客户端不需要更多；可用 --ca 指定其证书。',
    ),
    both(
      'Some browsers get along: they have seen the intermediate certificate elsewhere, or fetch it. Programs mostly do not.',
      '有些浏览器没有问题：它们在别处见过中间证书，或会去下载。程序多半不会。',
    ),
  ],
  todo: [
    advice(
      'See what the server sends, and whether it verifies.',
      '查看服务器发送了什么、能否验证。',
      'openssl s_client -connect HOST:443 -servername NAME -showcerts </dev/null',
    ),
    advice(
      'Put the intermediate certificate behind the own one in one file.',
      '把中间证书接在自己的证书之后，放在一个文件中。',
      'cat server.crt intermediate.crt > fullchain.pem',
    ),
    advice(
      'nginx: name the file with the chain.',
      'nginx：使用含完整链的文件。',
      'ssl_certificate /etc/nginx/fullchain.pem;',
    ),
    advice(
      'Node: the option cert of tls.createServer takes the whole chain.',
      'Node：tls.createServer 的 cert 选项应给出整个链。',
    ),
    advice('Judge with the roots of your clients.', '用客户端的根证书来判断。', 'synoptic tls CAPTURE --ca roots.pem'),
  ],
};
