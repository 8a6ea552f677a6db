import { type FindingExplanation, advice, both } from '../model.ts';

export const websocketUnmaskedFrame: FindingExplanation = {
  title: both('Frames masked the wrong way', '掩码方向错误的 WebSocket 帧'),
  what: both(
    'A client has to mask every frame it sends, with a new random key each time, so that its bytes cannot be made to look like HTTP to a proxy. A server must not mask. Here one of them did it the other way round, and the receiver has to close the connection.',
    '客户端发送的每个帧都必须加掩码，每次用新的随机密钥，使其字节不会被伪装成代理眼中的 HTTP。服务器则不得加掩码。这里有一方做反了，接收方必须关闭连接。',
  ),
  causes: [
    both(
      'A client or server of one’s own that leaves the mask out or adds it.',
      '自己写的客户端或服务器漏了或多加了掩码。',
    ),
    both(
      'Library code for the wrong role: the server’s used by a client, or the client’s by a server.',
      '库的角色用错：客户端用了服务器的代码，或相反。',
    ),
    both('A proxy that reads WebSocket frames and writes them wrongly.', '代理解析 WebSocket 帧后写错。'),
  ],
  filter: 'websocket',
  confirm: both(
    'websocket.mask has to be 1 in frames of the client (who sent the request with Upgrade) and 0 in those of the server. Then look for a close frame with code 1002.',
    '客户端（发出 Upgrade 请求的一方）的帧 websocket.mask 应为 1，服务器的应为 0。再看是否有状态码 1002 的关闭帧。',
  ),
  against: [
    both(
      'Masking is no encryption: its key is in the frame, and Wireshark removes it. Look at the bit, not at whether the text can be read.',
      '掩码不是加密：密钥就在帧里，Wireshark 会去掉它。要看掩码位，而不是看文本能否读懂。',
    ),
    both(
      'Some receivers are lenient, and nobody notices until another one is used.',
      '有些接收方很宽容，换一个实现之后才会发现。',
    ),
  ],
  todo: [
    advice('List the messages and their faults.', '列出消息及其错误。', 'synoptic websocket CAPTURE'),
    advice(
      'Try the server with a client that is known to mask.',
      '用确实会加掩码的客户端试服务器。',
      'npx wscat -c ws://HOST:PORT/PATH',
    ),
    advice(
      'Use a library for the role that the program has, or set the mask bit and a random key of 4 bytes in the client.',
      '使用与程序角色相符的库，或在客户端设置掩码位和 4 字节随机密钥。',
    ),
  ],
};
