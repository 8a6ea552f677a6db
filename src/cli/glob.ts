/** Patterns that users type: `*` and `?`, nothing else is special. */

/** Without `*` or `?` the whole text has to be equal. Case counts. Takes time in proportion to both lengths at worst. */
export function globMatcher(pattern: string): (text: string) => boolean {
  return (text) => {
    let [at, p, star, mark] = [0, 0, -1, 0];
    while (at < text.length) {
      if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[at]) && pattern[p] !== '*') {
        at++;
        p++;
      } else if (pattern[p] === '*') {
        star = p++;
        mark = at;
      } else if (star >= 0) {
        p = star + 1;
        at = ++mark;
      } else return false;
    }
    while (pattern[p] === '*') p++;
    return p === pattern.length;
  };
}
