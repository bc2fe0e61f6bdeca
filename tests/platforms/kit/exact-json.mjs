// JSON whose numbers may exceed 2^53 and whose spelling can be chosen. A platform signs the bytes it sends, and
// some send "é" as \u00e9 and "/" as \/; a receiver that signs re-written text must fail against it.

const ESCAPES = { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeUnit(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function writeString(text, spelling) {
  // Without the "u" flag the expressions see UTF-16 units: an emoji becomes two escapes, as on the wire.
  let written = text.replace(/["\\]|[^\u0020-\uffff]/g, (unit) => ESCAPES[unit] ?? escapeUnit(unit));
  if (spelling.slashes) written = written.replaceAll('/', '\\/');
  if (spelling.ascii) written = written.replace(/[\u007f-\uffff]/g, escapeUnit);
  return `"${written}"`;
}

/**
 * Writes `value` as JSON. A BigInt is written as a number, digit by digit.
 * @param spelling `ascii`: non-ASCII as \uXXXX, lower-case hex; `slashes`: "/" as \/
 */
export function writeJson(value, spelling = {}) {
  if (typeof value === 'string') return writeString(value, spelling);
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map((member) => writeJson(member ?? null, spelling)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    const written = members.map(([name, member]) => `${writeString(name, spelling)}:${writeJson(member, spelling)}`);
    return `{${written.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}

const LONG = '\u0000long:';

/** Reads JSON; whole numbers of 16 digits and more come as BigInts, so that no id is rounded. */
export function readJson(text) {
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : JSON.stringify(LONG + token),
  );
  return JSON.parse(marked, (_name, value) =>
    typeof value === 'string' && value.startsWith(LONG) ? BigInt(value.slice(LONG.length)) : value,
  );
}

/** The same value for readers without BigInts, which become strings. */
export function plainJson(value) {
  return JSON.parse(JSON.stringify(value, (_name, member) => (typeof member === 'bigint' ? String(member) : member)));
}
