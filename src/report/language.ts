/** Languages that texts for people exist in. Keys, codes, ids and enums are the same in all of them. */
export const languages = ['en', 'zh-CN'] as const;
export type Language = (typeof languages)[number];

/** The same text in every language. */
export type InEach<Text> = Readonly<Record<Language, Text>>;
