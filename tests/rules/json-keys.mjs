// Keys that stand twice in one object of a JSON text: JSON.parse would keep the last and say nothing.

const TOKEN = /"(?:\\.|[^"\\])*"|[{}[\],:]/g;

// A list of { key, line }. The text must be JSON.
export function duplicateKeys(text) {
  const found = [];
  const stack = [];
  let pending = null;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const top = stack.at(-1);
    if (token === '{') stack.push(new Set());
    else if (token === '[') stack.push(null);
    else if (token === '}' || token === ']') stack.pop();
    else if (token === ':' && top && pending) {
      const key = JSON.parse(pending.token);
      if (top.has(key)) found.push({ key, line: text.slice(0, pending.index).split('\n').length });
      top.add(key);
    }
    pending = token.startsWith('"') ? { token, index } : null;
  }
  return found;
}
