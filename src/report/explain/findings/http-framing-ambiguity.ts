import { type FindingExplanation, advice, both } from '../model.ts';

export const httpFramingAmbiguity: FindingExplanation = {
  title: both('Messages whose end is a matter of opinion', '边界有歧义的 HTTP 消息'),
  what: both(
    'The form of a message lets recipients differ on where it ends, or on what its lines mean: Content-Length beside Transfer-Encoding, a length that is no number, a broken chunk, lines that end in LF alone. If a proxy and the server behind it differ, a part of one message becomes the next one: request smuggling.',
    '消息的形式会让接收方对它在哪里结束或各行含义有不同理解：Content-Length 与 Transfer-Encoding 并存、长度不是数字、分块有误、行只以 LF 结尾等。若代理与后端理解不同，一个消息的一部分就成了下一个消息，即请求走私（request smuggling）。',
  ),
  causes: [
    both(
      'Software that does not keep to RFC 9112, or a request typed by hand.',
      '软件不遵守 RFC 9112，或手工输入的请求。',
    ),
    both(
      'A proxy or program that changes the body and leaves the old length in the header.',
      '代理或程序改动了正文，却把旧的长度留在头部。',
    ),
    both(
      'Somebody tries to smuggle requests past a proxy, or a scanner tests for it.',
      '有人试图绕过代理走私请求，或扫描器在做此类测试。',
    ),
  ],
  filter: 'http || tcp.payload contains 0a',
  confirm: both(
    'Open Follow > TCP Stream and look at the raw header and at the bytes behind the body. http.content_length_header && http.transfer_encoding selects messages with both. Wireshark shows very odd requests as plain TCP.',
    '用“追踪流 > TCP 流”查看原始头部和正文之后的字节。http.content_length_header && http.transfer_encoding 选出两者并存的消息。形式很怪的请求，Wireshark 只显示为 TCP。',
  ),
  against: [
    both('How the recipient read it cannot be told from the message alone.', '仅凭消息本身无法知道接收方如何理解。'),
    both(
      'A server that answers 400 and closes the connection has refused it: no harm done.',
      '服务器回答 400 并关闭连接，就是已经拒绝：没有造成危害。',
    ),
    both(
      'Without a proxy between, and with one client on the connection, there is nobody to smuggle past.',
      '中间没有代理、连接上只有一个客户端时，无从走私。',
    ),
  ],
  todo: [
    advice(
      'Send such a request to your own server: it should answer 400, or close the connection behind its answer.',
      '向自己的服务器发送这样的请求：它应回答 400，或在回答后关闭连接。',
      "printf 'POST / HTTP/1.1\\r\\nHost: HOST\\r\\nContent-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n' | nc HOST 80",
    ),
    advice(
      'Node: keep the strict parser (do not start with --insecure-http-parser).',
      'Node：保持严格解析（不要用 --insecure-http-parser 启动）。',
      'http.createServer({ insecureHTTPParser: false })',
    ),
    advice(
      'HAProxy: do not let invalid requests through.',
      'HAProxy：不放行无效请求。',
      'no option accept-invalid-http-request',
    ),
    advice('Keep the proxy and the servers behind it up to date.', '及时更新代理和后端服务器。'),
  ],
};
