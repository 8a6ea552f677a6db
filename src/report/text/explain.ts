/** The text of `explain`. */
import type { Topic, TopicKind } from '../explain/lookup.ts';
import type { InEach, Language } from '../language.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

const kindNames: InEach<Readonly<Record<TopicKind, string>>> = {
  en: {
    finding: 'finding',
    state: 'state of an end',
    connState: 'state of a connection (conn_state)',
    historyLetter: 'letter of the history',
    handshakeOutcome: 'outcome of the handshake',
    closeShape: 'shape of the close',
    resetCause: 'cause of a reset',
    limitedBy: 'limit of a connection',
    stallCause: 'cause of a stall',
    column: 'column of conns',
  },
  'zh-CN': {
    finding: '发现',
    state: '一端的状态',
    connState: '连接状态（conn_state）',
    historyLetter: '经过字母',
    handshakeOutcome: '握手结果',
    closeShape: '关闭形态',
    resetCause: '重置原因',
    limitedBy: '连接的限制',
    stallCause: '停顿原因',
    column: 'conns 的列',
  },
};

const headings: InEach<
  Readonly<Record<'causes' | 'why' | 'confirm' | 'needs' | 'against' | 'todo' | 'references' | 'section', string>>
> = {
  en: {
    causes: 'How it comes about',
    why: 'More',
    confirm: 'To confirm it in Wireshark',
    needs: 'needs the preferences',
    against: 'What speaks against it',
    todo: 'What to do',
    references: 'Specified in',
    section: 'section',
  },
  'zh-CN': {
    causes: '成因',
    why: '说明',
    confirm: '在 Wireshark 中确认',
    needs: '需要打开首选项',
    against: '反面证据',
    todo: '怎么办',
    references: '规范',
    section: '节',
  },
};

export interface ExplainTextOptions {
  readonly width: number;
  readonly style: Style;
  readonly language: Language;
}

/** Lines of all topics. */
export function explainLines(topics: readonly Topic[], options: ExplainTextOptions): string[] {
  return topics.flatMap((topic, i) => [...(i === 0 ? [] : ['']), ...topicLines(topic, options)]);
}

function topicLines(topic: Topic, { width, style, language }: ExplainTextOptions): string[] {
  const say = headings[language];
  const lines = [`${style.strong(topic.id)}  ${topic.title}  ${style.dim(`(${kindNames[language][topic.kind]})`)}`, ''];
  lines.push(...wrap(topic.what, width, '  '));
  const section = (title: string, body: readonly string[]): void => {
    if (body.length > 0) lines.push('', style.heading(title), ...body);
  };
  const list = (items: readonly string[]): string[] => items.flatMap((item) => wrap(item, width, '  - ', '    '));
  if (topic.kind === 'finding') section(say.causes, list(topic.causes));
  else lines.push(...topic.causes.flatMap((text) => wrap(text, width, '  ')));
  if (topic.displayFilter !== '') section(say.confirm, confirmLines(topic, width, say.needs));
  section(say.against, list(topic.against));
  section(
    say.todo,
    topic.todo.flatMap(({ text, command }) => [
      ...list([text]),
      ...(command === null ? [] : [`      ${style.strong(command)}`]),
    ]),
  );
  const references = topic.references.map(({ spec, section: part }) =>
    language === 'en' ? `${spec} ${say.section} ${part}` : `${spec} ${part} ${say.section}`,
  );
  section(say.references, references.length === 0 ? [] : wrap(references.join(', '), width, '  '));
  return lines;
}

function confirmLines(topic: Topic, width: number, needs: string): string[] {
  return [
    `      ${topic.displayFilter}`,
    ...(topic.preferences.length === 0 ? [] : [`      (${needs} ${topic.preferences.join(', ')})`]),
    ...wrap(topic.confirm, width, '  '),
  ];
}
