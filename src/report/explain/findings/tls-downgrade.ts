import { type FindingExplanation, advice, both } from '../model.ts';

export const tlsDowngrade: FindingExplanation = {
  title: both('A handshake pushed to a lower version', '被压到低版本的握手'),
  what: both(
    'The last bytes of the random of the server say that it can do more than the version that it chose, and the client offered more as well. Somebody between them changed what was offered, or a device speaks in their place.',
    '服务器随机数的末尾几个字节表明它支持比所选更高的版本，而客户端也提供了更高的版本。两者之间有人改动了所提供的内容，或有设备代替它们说话。',
  ),
  causes: [
    both(
      'A device that inspects TLS does so up to TLS 1.2 and hands on the random of the real server.',
      '审查 TLS 的设备只支持到 TLS 1.2，并转交了真实服务器的随机数。',
    ),
    both('Somebody in between who removes versions from the ClientHello.', '中间人从 ClientHello 中删去了版本。'),
    both(
      'A faulty TLS stack that sets the mark though nothing higher was offered to it or is allowed.',
      '有缺陷的 TLS 实现在不该设置时也设置了标记。',
    ),
  ],
  filter: 'tls.handshake.type == 2',
  confirm: both(
    'tls.handshake.random of the ServerHello ends in 44 4f 57 4e 47 52 44 01 (has TLS 1.3) or 00 (has TLS 1.2 or more, chose less); the ClientHello has the higher version in supported_versions or as its own.',
    'ServerHello 的 tls.handshake.random 以 44 4f 57 4e 47 52 44 01（支持 TLS 1.3）或 00（支持 TLS 1.2 以上，却选了更低的）结尾；ClientHello 的 supported_versions 或自身版本更高。',
  ),
  against: [
    both(
      'A client that knows the mark ends the connection with illegal_parameter: then the protection has worked.',
      '认识该标记的客户端会以 illegal_parameter 结束连接：说明保护起了作用。',
    ),
    both(
      'A device of the own company that inspects TLS makes it without any attack.',
      '本单位审查 TLS 的设备也会造成这种现象，并不是攻击。',
    ),
  ],
  todo: [
    advice(
      'Capture on the host of the server as well, and compare the two ClientHello messages.',
      '在服务器主机上也抓包，比较两边的 ClientHello。',
      "tcpdump -i any -w server.pcap 'tcp port 443'",
    ),
    advice(
      'Try TLS 1.3 by another path.',
      '换一条路径试 TLS 1.3。',
      'openssl s_client -connect HOST:443 -servername NAME -tls1_3',
    ),
    advice(
      'Compare the certificate that both paths show.',
      '比较两条路径出示的证书。',
      'openssl s_client -connect HOST:443 -servername NAME </dev/null | openssl x509 -noout -issuer -fingerprint -sha256',
    ),
    advice('Update or bypass the device in between.', '升级或绕过中间设备。'),
  ],
};
