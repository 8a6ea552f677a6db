import { type FindingExplanation, advice, both } from '../model.ts';

export const sshHostKeyUnknown: FindingExplanation = {
  title: both('A host key that is not listed', '未登记的主机密钥'),
  what: both(
    'The known_hosts file has no key of this type for the address of the server. Who connects for the first time has to compare the fingerprint by another way, or trusts whoever answers.',
    'known_hosts 文件中没有该服务器地址的这种类型的密钥。首次连接的人必须通过别的途径核对指纹，否则就是信任任何应答者。',
  ),
  causes: [
    both('The first connection to this host.', '首次连接该主机。'),
    both(
      'The client knows the host by another name than the address in the capture.',
      '客户端以别的名称认识该主机，而不是抓包中的地址。',
    ),
    both(
      'The server offers a new type of key, while the list has an old one.',
      '服务器提供了新类型的密钥，而列表中只有旧类型的。',
    ),
    both(
      'Another file is in use: /etc/ssh/ssh_known_hosts, or that of another user.',
      '使用的是另一个文件：/etc/ssh/ssh_known_hosts，或其他用户的文件。',
    ),
  ],
  filter:
    'ssh.message_code in {31, 33} || tcp.payload contains "ssh-" || tcp.payload contains "ecdsa-sha2" || tcp.payload contains "rsa-sha2"',
  confirm: both(
    'The reply of the key exchange (message 31 or 33) carries the host key; compare its fingerprint with that on the server. On another port than 22 use Decode As > SSH first.',
    '密钥交换的应答（消息 31 或 33）带有主机密钥；与服务器上的指纹比较。端口不是 22 时，先用“解码为 > SSH”。',
  ),
  against: [
    both(
      'Names are not in the capture: a host that is listed by name alone is not found by its address.',
      '抓包中没有名称：只按名称登记的主机用地址找不到。',
    ),
    both(
      'A key that an authority signed (@cert-authority) need not be listed itself.',
      '由 CA 签发的密钥（@cert-authority）不必单独登记。',
    ),
  ],
  todo: [
    advice(
      'Read the fingerprint on the server itself.',
      '在服务器本机上查看指纹。',
      'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub',
    ),
    advice(
      'See whether the list has the host by its name.',
      '查看列表中是否按名称登记了该主机。',
      'ssh-keygen -F NAME -f ~/.ssh/known_hosts',
    ),
    advice(
      'Fetch the keys, compare the fingerprints, and only then add them.',
      '取得密钥，核对指纹，然后才加入列表。',
      'ssh-keyscan HOST > host.keys; ssh-keygen -lf host.keys',
    ),
    advice(
      'Let clients refuse hosts that are not listed.',
      '让客户端拒绝未登记的主机。',
      'ssh -o StrictHostKeyChecking=yes HOST',
    ),
  ],
};
