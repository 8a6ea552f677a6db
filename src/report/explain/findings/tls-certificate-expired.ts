import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsCertificateExpired: FindingExplanation = {
  title: both('A certificate that had expired', '已过期的证书'),
  what: both(
    'When the connection was made, the last day of a certificate in the chain of the server was over. Clients refuse that, unless somebody told them not to look.',
    '连接建立时，服务器证书链中有一个证书已过有效期。客户端会拒绝，除非有人让它不检查。',
  ),
  causes: [
    both(
      'The certificate was not renewed, or the renewal failed without notice.',
      '证书没有续期，或续期失败而无人察觉。',
    ),
    both('It was renewed, but the server was not told to read it again.', '证书已续期，但没有让服务器重新加载。'),
    both('One of several servers behind a load balancer was forgotten.', '负载均衡后的几台服务器漏了一台。'),
    both('An intermediate certificate expired and is still sent.', '中间证书已过期，却仍在发送。'),
  ],
  filter: 'tls.handshake.type == 11 || tls.record.opaque_type == 23',
  confirm: both(
    'Compare notAfter below validity of the certificate with frame.time. In TLS 1.3 the certificate is encrypted; with a key log file in the preferences of TLS, tls.handshake.type == 11 alone selects it.',
    '把证书 validity 下的 notAfter 与 frame.time 比较。TLS 1.3 的证书是加密的；在 TLS 首选项中设置密钥日志文件后，只用 tls.handshake.type == 11 即可。',
  ),
  against: [
    both('A wrong clock of the host that captured looks the same.', '抓包主机的时钟错误看起来也一样。'),
    both(
      'An expired certificate that is not on the path that the client builds does no harm.',
      '过期的证书若不在客户端建立的路径上，就没有影响。',
    ),
  ],
  todo: [
    advice(
      'See the dates.',
      '查看有效期。',
      'openssl s_client -connect HOST:443 -servername NAME </dev/null | openssl x509 -noout -dates',
    ),
    advice('Renew, and let the server read it.', '续期并让服务器重新加载。', 'certbot renew && nginx -s reload'),
    advice(
      'Watch it: this fails when less than 14 days are left.',
      '监控：剩余不足 14 天时下面的命令返回失败。',
      'openssl x509 -in server.crt -noout -checkend 1209600',
    ),
    advice('See whether the clock is right.', '检查时钟是否正确。', 'timedatectl'),
  ],
};
