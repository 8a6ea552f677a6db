import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsCertificateNotYetValid: FindingExplanation = {
  title: both('A certificate from the future', '尚未生效的证书'),
  what: both(
    'When the connection was made, the first day of a certificate in the chain of the server had not come.',
    '连接建立时，服务器证书链中有一个证书还没有到生效日期。',
  ),
  causes: [
    both(
      'A clock is wrong: of the client, of the authority, or of the host that captured. Devices without a battery begin in 1970 or 2000.',
      '时钟错误：客户端、CA 或抓包主机的。没有电池的设备从 1970 或 2000 年开始计时。',
    ),
    both('The certificate was put to use too early.', '证书过早投入使用。'),
    both(
      'The authority and the client disagree by minutes, and the certificate is fresh.',
      '证书刚签发，而 CA 与客户端的时钟相差几分钟。',
    ),
  ],
  filter: 'tls.handshake.type == 11 || tls.record.opaque_type == 23',
  confirm: both(
    'Compare notBefore below validity of the certificate with frame.time. In TLS 1.3 the certificate is encrypted; with a key log file in the preferences of TLS, tls.handshake.type == 11 alone selects it.',
    '把证书 validity 下的 notBefore 与 frame.time 比较。TLS 1.3 的证书是加密的；在 TLS 首选项中设置密钥日志文件后，只用 tls.handshake.type == 11 即可。',
  ),
  against: [both('A wrong clock of the host that captured looks the same.', '抓包主机的时钟错误看起来也一样。')],
  todo: [
    advice('See the clock and whether it is synchronized.', '查看时钟以及是否已同步。', 'timedatectl'),
    advice(
      'See the dates.',
      '查看有效期。',
      'openssl s_client -connect HOST:443 -servername NAME </dev/null | openssl x509 -noout -dates',
    ),
    advice('Let an own authority date certificates some minutes back.', '自建 CA 签发时把生效时间提前几分钟。'),
  ],
};
