// Four hundred strings that break programs: for SQL, full-text queries, HTML, logs, terminals, spreadsheets, formats,
// templates, paths, and text that deceives the eye. All are valid text without U+0000.

const PARTS = {
  sql: ["'", "''", '"', '`', ';', "' OR '1'='1", "'; DROP TABLE message; --", '1; ATTACH DATABASE "x" AS y', "\\'", '%', '_', "x' UNION SELECT password FROM user --", '/*', '*/', '--', '0x27', 'NULL', 'null', "char(39)", '?1', '$1', ':x', '@x'],
  fts: ['*', 'a*', '"a', 'NEAR(a b, 5)', 'a OR b', 'NOT a', 'AND', '^a', 'text:a', '{text}:a', '(', ')', '+', '-a', 'a"b'],
  html: ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<svg/onload=alert(1)>', '&lt;', '&#x3c;script&#x3e;', '<!--', ']]>', '<a href="javascript:alert(1)">x</a>', '<iframe srcdoc="x">', '</textarea><script>', '"><script>', "' onfocus=alert(1) autofocus '", '<math><mtext>', '<style>*{display:none}</style>', 'javascript:alert(1)', 'data:text/html,<script>x</script>', '<base href=//evil>', '<meta http-equiv=refresh content=0>', '{{constructor.constructor("x")()}}', '${7*7}', '<%= 7*7 %>', '#{7*7}', '[[${7*7}]]'],
  log: ['a\nb', 'a\r\nlevel=error event=fake', '\t', '\u001b[31mred\u001b[0m', '\u001b]0;title\u0007', '\b\b\b', '\u007f', '\u0085', '\u2028', '\u2029', 'time=1 level=error event=x', 'a="b" c=d', '\\', '\\n', '\\u0000', '\u009b31m', '\v\f'],
  sheet: ['=1+1', '+1', '-1', '@SUM(A1)', '=cmd|" /C calc"!A0', '\t=1', '＝1+1', '＋1', '＠x', '=HYPERLINK("http://x")', "'=1"],
  format: ['%s%s%s%n', '%x%x%x', '%p', '%1$s', '{0}', '{}', '%%', '$(id)', '`id`', '| id', '; id', '&& id', '$IFS', '${HOME}', '~', '!!', '*?[a]'],
  path: ['../../../../etc/passwd', '..\\..\\windows', '/dev/null', 'CON', 'file:///etc/passwd', 'a/b', '.', '..', 'C:\\', '\\\\host\\share', 'http://127.0.0.1/', 'http://[::1]/', '//evil.example', '%2e%2e%2f', '..%c0%af'],
  eye: ['\u202eabc\u202c', '\u2066abc\u2069', '\u200b', '\u200d', '\u200e\u200f', '\ufeffx', '\u00ad', '\u2060', 'а (Cyrillic)', 'ℌ𝔢𝔩𝔩𝔬', 'Z̷̡̨͎̥a̴l̶g̸o̵', 'e\u0301', '\u0301', 'ﬁ', 'İıſ', 'ß', 'ǆ', '١٢٣', 'שלום', 'مرحبا', 'ไทย', '日本語', '한국어', 'हिन्दी', '\u3164', '\uffa0', '\u2800', '\u115f'],
  emoji: ['😀', '👨‍👩‍👧‍👦', '🏳️‍🌈', '👍🏽', '🇨🇦', '❤️', '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}', '☠', '\u{10ffff}', '\ufffd', '\uffff', '\ufdd0', '\ud7ff', '\ue000', '\u{1fffe}'],
  json: ['{"a":1}', '[]', '"', '\\"', '\\u0041', '{"__proto__":{"x":1}}', '1e999', '-0', '9223372036854775808', 'NaN', 'true', '{"$ref":"#"}', '\u0001\u0002\u001f'],
  long: ['a'.repeat(2000), 'é'.repeat(1999), '😀'.repeat(1000), ' '.repeat(100) + 'x', 'x\n'.repeat(500), 'a\u0301'.repeat(900), '\u202e'.repeat(300) + 'x', `${'('.repeat(500)}${')'.repeat(500)}`, 'https://example.org/'.padEnd(1900, 'x')],
};

const single = Object.values(PARTS).flat();
/** Each alone, then pairs of neighbours and strings wrapped in each other until there are 400. */
export const STRINGS = (() => {
  const all = new Set(single);
  for (let step = 1; all.size < 400; step += 7)
    for (let i = 0; i < single.length && all.size < 400; i += 1) {
      const joined = `${single[i]} ${single[(i + step) % single.length]}`;
      if ([...joined].length <= 2000) all.add(joined);
    }
  return [...all];
})();
