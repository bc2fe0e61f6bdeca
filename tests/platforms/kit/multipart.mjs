// Reads a multipart/form-data body: enough for a file upload by curl or libcurl.

const LINE = Buffer.from('\r\n');
const BLANK = Buffer.from('\r\n\r\n');

/** Gives a list of `{name, filename, type, bytes}`; throws a SyntaxError when the body is not well formed. */
export function readMultipart(contentType, body) {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (!boundary) throw new SyntaxError('multipart without a boundary');
  const mark = Buffer.from(`--${boundary}`);
  const parts = [];
  let start = body.indexOf(mark);
  while (start >= 0) {
    const from = start + mark.length;
    if (body.subarray(from, from + 2).toString() === '--') return parts;
    const end = body.indexOf(mark, from);
    if (end < 0) break;
    const part = body.subarray(from + LINE.length, end - LINE.length);
    const split = part.indexOf(BLANK);
    if (split < 0) throw new SyntaxError('a part without a blank line');
    const head = part.subarray(0, split).toString();
    parts.push({
      name: /name="([^"]*)"/i.exec(head)?.[1] ?? '',
      filename: /filename="([^"]*)"/i.exec(head)?.[1] ?? null,
      type: /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim() ?? 'text/plain',
      bytes: part.subarray(split + BLANK.length),
    });
    start = end;
  }
  throw new SyntaxError('multipart without an end');
}
