// Reads the part of YAML that docs/openapi.yaml is written in: block mappings and sequences, flow collections (over
// several lines too), quoted and plain scalars, literal blocks. Anything else is an error with its line, never a guess.

class Reader {
  #lines;
  #at = 0;

  constructor(text) {
    this.#lines = text.split('\n').map((line, index) => ({ line, number: index + 1, indent: line.search(/\S/) }));
  }

  document() {
    const value = this.#block(0);
    if (this.#next()) this.#fail('something after the document');
    return value;
  }

  #fail(what) {
    throw new SyntaxError(`line ${this.#lines[Math.min(this.#at, this.#lines.length - 1)].number}: ${what}`);
  }

  /** The next line that says something, or undefined. */
  #next() {
    while (this.#at < this.#lines.length) {
      const { line, indent } = this.#lines[this.#at];
      if (indent >= 0 && line[indent] !== '#') return this.#lines[this.#at];
      this.#at += 1;
    }
    return undefined;
  }

  #block(least) {
    const first = this.#next();
    if (!first || first.indent < least) return null;
    return first.line.startsWith('- ', first.indent) ? this.#sequence(first.indent) : this.#mapping(first.indent);
  }

  #sequence(indent) {
    const items = [];
    for (let here = this.#next(); here?.indent === indent && here.line.startsWith('- ', indent); here = this.#next()) {
      const rest = here.line.slice(indent + 2);
      if (/^([\w$-]+|'[^']*'): ?/.test(rest)) {
        // A mapping that begins behind the dash: read it as if the dash were a space.
        here.line = `${' '.repeat(indent + 2)}${rest}`;
        here.indent = indent + 2;
        items.push(this.#mapping(indent + 2));
      } else items.push(this.#value(rest, indent));
    }
    return items;
  }

  #mapping(indent) {
    const result = {};
    for (let here = this.#next(); here?.indent === indent; here = this.#next()) {
      const match = /^(?:'((?:[^']|'')*)'|([^\s'"{[&*!|>%@`#-][^:]*?)):(?: +(.*))?$/.exec(here.line.slice(indent));
      if (!match) this.#fail(`not "key: value": ${here.line.trim()}`);
      const key = match[1]?.replaceAll("''", "'") ?? match[2];
      if (Object.hasOwn(result, key)) this.#fail(`"${key}" stands here twice`);
      result[key] = this.#value(match[3] ?? '', indent);
    }
    return result;
  }

  /** What stands behind a key or a dash; `indent` is that of the line. */
  #value(text, indent) {
    if (text === '|') return this.#literal(indent);
    if (text === '' || text.startsWith('#')) {
      this.#at += 1;
      return this.#block(indent + 1);
    }
    let whole = text;
    this.#at += 1;
    while (!closed(whole)) {
      if (this.#at >= this.#lines.length) this.#fail('a bracket is never closed');
      whole += ` ${this.#lines[this.#at].line.trim()}`;
      this.#at += 1;
    }
    const flow = { text: whole, at: 0 };
    const value = flowValue(flow, false);
    if (!/^\s*(#.*)?$/.test(flow.text.slice(flow.at))) this.#fail(`not understood: ${flow.text.slice(flow.at)}`);
    return value;
  }

  #literal(indent) {
    const lines = [];
    this.#at += 1;
    while (this.#at < this.#lines.length) {
      const { line, indent: own } = this.#lines[this.#at];
      if (own >= 0 && own <= indent) break;
      lines.push(line);
      this.#at += 1;
    }
    const least = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
    return `${lines.map((line) => line.slice(least)).join('\n').trimEnd()}\n`;
  }
}

/** Whether every bracket outside of quotes is closed. */
function closed(text) {
  let depth = 0;
  let quoted = false;
  if (!'[{'.includes(text[0])) return true;
  for (const character of text) {
    if (character === "'") quoted = !quoted;
    else if (!quoted && '[{'.includes(character)) depth += 1;
    else if (!quoted && ']}'.includes(character)) depth -= 1;
  }
  return depth === 0;
}

const skip = (flow) => {
  while (flow.text[flow.at] === ' ') flow.at += 1;
};

function flowValue(flow, nested) {
  skip(flow);
  const { text } = flow;
  if (text[flow.at] === '[') return flowList(flow);
  if (text[flow.at] === '{') return flowMap(flow);
  if (text[flow.at] === "'") return quotedText(flow);
  const end = nested ? /[,\]}]/ : / #|$/;
  const length = text.slice(flow.at).search(end);
  const word = text.slice(flow.at, length < 0 ? text.length : flow.at + length).trim();
  flow.at = length < 0 ? text.length : flow.at + length;
  return plain(word);
}

function flowList(flow) {
  const items = [];
  flow.at += 1;
  for (skip(flow); flow.text[flow.at] !== ']'; skip(flow)) {
    items.push(flowValue(flow, true));
    skip(flow);
    if (flow.text[flow.at] === ',') flow.at += 1;
    else if (flow.text[flow.at] !== ']') throw new SyntaxError(`a comma is missing: ${flow.text}`);
  }
  flow.at += 1;
  return items;
}

function flowMap(flow) {
  const result = {};
  flow.at += 1;
  for (skip(flow); flow.text[flow.at] !== '}'; skip(flow)) {
    const match = /^(?:'([^']*)'|([^\s:,{}[\]'"]+)):(?= )/.exec(flow.text.slice(flow.at));
    if (!match) throw new SyntaxError(`not "key: value": ${flow.text.slice(flow.at)}`);
    flow.at += match[0].length;
    result[match[1] ?? match[2]] = flowValue(flow, true);
    skip(flow);
    if (flow.text[flow.at] === ',') flow.at += 1;
    else if (flow.text[flow.at] !== '}') throw new SyntaxError(`a comma is missing: ${flow.text}`);
  }
  flow.at += 1;
  return result;
}

function quotedText(flow) {
  const match = /^'((?:[^']|'')*)'/.exec(flow.text.slice(flow.at));
  if (!match) throw new SyntaxError(`a quote is never closed: ${flow.text}`);
  flow.at += match[0].length;
  return match[1].replaceAll("''", "'");
}

function plain(word) {
  if (word === 'true' || word === 'false') return word === 'true';
  if (word === 'null' || word === '~' || word === '') return null;
  if (/^-?\d+(\.\d+)?$/.test(word)) return Number(word);
  if (/^[&*!>%@`"]/.test(word)) throw new SyntaxError(`not in our part of YAML: ${word}`);
  return word;
}

/** The value of a YAML text. */
export const readYaml = (text) => new Reader(text).document();
