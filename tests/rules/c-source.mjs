// A C file as the rules need it: code with comments and literals blanked out, and where its functions are.
// Not a parser: it knows tokens, braces and preprocessor lines, which is enough for house rules.

const TOKENS = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/g;

const blank = (text) => text.replace(/[^\n]/g, ' ');

export const lineAt = (text, index) => text.slice(0, index).split('\n').length;

// { code, comments, literals }: code has the length and the lines of the text, with spaces for comments and for what
// stands between quotes. comments and literals are lists of { text, index }.
export function scan(text) {
  const comments = [];
  const literals = [];
  const code = text.replace(TOKENS, (token, index) => {
    if (token.startsWith('/')) {
      comments.push({ text: token, index });
      return blank(token);
    }
    if (token.startsWith('"')) literals.push({ text: token.slice(1, -1), index });
    return token[0] + blank(token.slice(1, -1)) + token[0];
  });
  return { code, comments, literals };
}

// #include lines as { name, system, line }. They are read from the code, so that a commented one does not count.
export function includes(text) {
  const { code } = scan(text);
  const found = [];
  for (const match of code.matchAll(/^[ \t]*#[ \t]*include[ \t]*(<[^>\n]+>|")/gm)) {
    const at = match.index + match[0].indexOf(match[1]);
    const name = text.slice(at + 1).match(/^[^>"\n]*/)[0];
    found.push({ name, system: match[1][0] === '<', line: lineAt(text, match.index) });
  }
  return found;
}

// Preprocessor lines, with their continuations, blanked out.
const withoutDirectives = (code) => code.replace(/^[ \t]*#(?:[^\n]*\\\n)*[^\n]*/gm, blank);

// Function definitions as { name, first, last } (lines, from the one that holds the beginning of the declaration to the
// closing brace). A brace at the outermost level that follows a parenthesis opens a function; any other opens a table, a
// type or an extern "C" block, whose inside is outermost level again.
export function functions(text) {
  const code = withoutDirectives(scan(text).code);
  const found = [];
  let depth = 0;
  let transparent = 0;
  let start = 0;
  let open = null;
  for (let i = 0; i < code.length; i += 1) {
    const c = code[i];
    if (c === '{') {
      const before = code.slice(start, i);
      if (depth === transparent && /\bextern\s*"\s*"\s*$/.test(before)) {
        transparent += 1;
        start = i + 1;
      } else if (depth === transparent && /\)[\s\w]*$/.test(before) && !/=/.test(before)) {
        const name = before.match(/(\w+)\s*\(/);
        open = { name: name ? name[1] : '?', first: lineAt(code, start + before.search(/\S/)) };
      }
      depth += 1;
    } else if (c === '}') {
      depth -= 1;
      if (depth < transparent) transparent = depth;
      if (depth === transparent) {
        if (open) found.push({ ...open, last: lineAt(code, i) });
        open = null;
        start = i + 1;
      }
    } else if (c === ';' && depth === transparent) {
      start = i + 1;
    }
  }
  return found;
}
