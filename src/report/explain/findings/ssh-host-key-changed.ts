import { type FindingExplanation, advice, both } from '../model.ts';

export const sshHostKeyChanged: FindingExplanation = {
  title: both('A host key that is not the one known', '与已知不同的主机密钥'),
  what: both(
    'The server showed another host key than the one that known_hosts lists for it, or than it showed before in the same capture, or a key that is marked as revoked. Either it was set up anew, or somebody stands in between and can read all.',
    '服务器出示的主机密钥与 known_hosts 中的不同，或与同一抓包中之前出示的不同，或该密钥已被标为吊销。要么它重新安装过，要么有人居中，能读到全部内容。',
  ),
  causes: [
    both('The server was installed anew, or its keys were replaced.', '服务器重新安装过，或更换了密钥。'),
    both(
      'The address belongs to another machine now (DHCP, cloud, containers).',
      '该地址现在属于另一台机器（DHCP、云、容器）。',
    ),
    both('Several hosts stand behind one address, each with its own key.', '同一地址后面有几台主机，各有自己的密钥。'),
    both('Somebody in between answers with a key of his own.', '中间人用自己的密钥应答。'),
  ],
  filter:
    'ssh.message_code in {31, 33} || tcp.payload contains "ssh-" || tcp.payload contains "ecdsa-sha2" || tcp.payload contains "rsa-sha2"',
  confirm: both(
    'The reply of the key exchange (message 31 or 33) carries the host key; compare its fingerprint with that on the console of the server. On another port than 22 use Decode As > SSH first.',
    '密钥交换的应答（消息 31 或 33）带有主机密钥；与服务器控制台上的指纹比较。端口不是 22 时，先用“解码为 > SSH”。',
  ),
  against: [
    both('A key that an administrator announced is no attack.', '管理员事先通知过的更换不是攻击。'),
    both(
      'A load balancer or a port that is forwarded to several machines shows several keys.',
      '负载均衡，或转发到多台机器的端口，会出示多个密钥。',
    ),
  ],
  todo: [
    advice(
      'Read the fingerprint on the server itself, by a way that does not go through the network in question.',
      '在服务器本机上查看指纹，不要经过可疑的网络。',
      'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
    ),
    advice('See what is listed.', '查看已记录的密钥。', 'ssh-keygen -l -F HOST'),
    advice(
      'Only when the new key is right: remove the old one.',
      '确认新密钥正确之后，才删除旧的。',
      'ssh-keygen -R HOST',
    ),
    advice(
      'Until then, use no password on this host: whoever is in between would read it.',
      '在此之前不要在该主机上使用密码：中间人会读到它。',
    ),
    advice(
      'Keep the host keys when a machine is installed anew, or sign them with a certificate of an authority.',
      '重装机器时保留主机密钥，或用 CA 证书签发主机密钥。',
    ),
  ],
};
