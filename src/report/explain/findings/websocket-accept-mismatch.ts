import { type FindingExplanation, advice, both } from '../model.ts';

export const websocketAcceptMismatch: FindingExplanation = {
  title: both('A WebSocket handshake that proves nothing', '证明不了什么的 WebSocket 握手'),
  what: both(
    'The server answered 101, but Sec-WebSocket-Accept is missing or is not the value that follows from Sec-WebSocket-Key. So nothing shows that the answer was made for this request by something that knows WebSocket. The client has to fail the connection.',
    '服务器回答了 101，但缺少 Sec-WebSocket-Accept，或它不是由 Sec-WebSocket-Key 算出的值。因此无法证明这个回答是懂 WebSocket 的一方针对本请求给出的。客户端必须断开连接。',
  ),
  causes: [
    both(
      'A server of one’s own that computes it wrongly: Base64 of the hexadecimal text instead of the 20 bytes of SHA-1, or without the fixed GUID.',
      '自己写的服务器算错：对十六进制文本而不是 SHA-1 的 20 个字节做 Base64，或漏了固定的 GUID。',
    ),
    both(
      'A proxy that changes the key or the answer, or a cache that gives an old answer.',
      '代理改动了密钥或回答，或缓存给出了旧的回答。',
    ),
    both('A test server with a fixed answer.', '测试服务器返回固定的回答。'),
  ],
  filter: 'http.upgrade || http.sec_websocket_key || http.response.code == 101',
  confirm: both(
    'Compute the value from http.sec_websocket_key of the request and compare it with http.sec_websocket_accept. Look at whether the client closed the connection or went on all the same.',
    '由请求的 http.sec_websocket_key 算出该值，与 http.sec_websocket_accept 比较。再看客户端是关闭了连接，还是照样继续。',
  ),
  against: [
    both('Clients that do not check go on as if nothing were wrong.', '不做检查的客户端会若无其事地继续。'),
    both(
      'Between a proxy and the server behind it the key may be another than at the browser: compare within one connection.',
      '代理与后端之间的密钥可能与浏览器一侧的不同：请在同一连接内比较。',
    ),
  ],
  todo: [
    advice(
      'Compute what the key asks for.',
      '算出该密钥对应的值。',
      "printf '%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11' KEY | openssl dgst -sha1 -binary | base64",
    ),
    advice(
      'Ask the server with the key of RFC 6455: the answer has to be s3pPLMBiTxaQ9kYGzzhZRbK+xOo=.',
      '用 RFC 6455 中的密钥询问服务器：应回答 s3pPLMBiTxaQ9kYGzzhZRbK+xOo=。',
      "curl -siN --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' http://HOST/PATH",
    ),
    advice('Switch caching off for this path in every proxy.', '在所有代理上对该路径关闭缓存。', 'proxy_cache off;'),
    advice('Use a WebSocket library instead of code of your own.', '用现成的 WebSocket 库代替自己的代码。'),
  ],
};
