import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsUntrusted: FindingExplanation = {
  title: both('A certificate that nobody trusted vouches for', '没有可信者担保的证书'),
  what: both(
    'The chain of the server does not lead to a trusted root: the certificate is signed by itself, the chain ends at an authority that is not trusted, or a signature in it is wrong. A client that was not told otherwise cannot tell the server from somebody in between.',
    '服务器的证书链通不到受信任的根：证书是自签名的，链止于不受信任的 CA，或其中一个签名是错的。没有另作设置的客户端分不清这是服务器还是中间人。',
  ),
  causes: [
    both('A private authority or a certificate for tests.', '私有 CA 或测试证书。'),
    both(
      'A device or program that made its own certificate when it was installed.',
      '设备或程序在安装时自己生成了证书。',
    ),
    both(
      'A device in between that signs certificates itself: TLS inspection, a captive portal, or an attack.',
      '中间设备自己签发证书：TLS 审查、强制门户或攻击。',
    ),
    both(
      'A wrong signature: the certificate was damaged or forged, or two authorities have the same name.',
      '签名错误：证书损坏或伪造，或两个 CA 同名。',
    ),
  ],
  filter: 'tls.handshake.type == 11 || tls.record.opaque_type == 23',
  confirm: both(
    'Look at issuer and subject of each certificate: equal in one that is signed by itself. Compare the issuer with what other clients of the same server get. In TLS 1.3 the certificate is encrypted; with a key log file in the preferences of TLS, tls.handshake.type == 11 alone selects it.',
    '查看每个证书的 issuer 和 subject：自签名证书两者相同。把签发者与同一服务器的其他客户端得到的相比较。TLS 1.3 的证书是加密的；在 TLS 首选项中设置密钥日志文件后，只用 tls.handshake.type == 11 即可。',
  ),
  against: [
    both(
      'Which roots the client trusts is not in the capture; name them with --ca.',
      '抓包中看不出客户端信任哪些根；可用 --ca 指定。',
    ),
    both(
      'A root that was trusted at the time of the capture may have been taken from the list since.',
      '抓包时受信任的根，后来可能被移出列表。',
    ),
    both(
      'A client that pins the certificate or its fingerprint needs no authority.',
      '固定了证书或指纹的客户端不需要 CA。',
    ),
  ],
  todo: [
    advice(
      'Let a client verify with the system’s roots.',
      '用系统的根证书验证。',
      'openssl s_client -connect HOST:443 -servername NAME -verify_return_error </dev/null',
    ),
    advice('Judge with your own authority.', '用自己的 CA 判断。', 'synoptic tls CAPTURE --ca ca.pem'),
    advice(
      'Let Node trust one more authority, instead of turning verification off.',
      '让 Node 多信任一个 CA，而不是关闭验证。',
      'NODE_EXTRA_CA_CERTS=ca.pem node app.js',
    ),
    advice(
      'Add a private authority to the system (Debian, Ubuntu).',
      '把私有 CA 加入系统（Debian、Ubuntu）。',
      'cp ca.crt /usr/local/share/ca-certificates/ && update-ca-certificates',
    ),
  ],
};
