// Raw requests and the answer to each (figure F52). An entry is [group, name, bytes, expected, options].
//
// expected: the statuses in order, then '+' when the connection stays open or '.' when the server closes it:
// '200+', '400.', '100 200+', '.' (closed without a word). A bare '403.' is the library's own (leniency 6). Two outcomes,
// parted by '|', are in the group of pipelining alone.

const H = 'Host: a.example\r\n';
const hidden = 'GET /hidden HTTP/1.1\r\nHost: a.example\r\n\r\n';
const get = (path, rest = '', version = 'HTTP/1.1') => `GET ${path} ${version}\r\n${H}${rest}\r\n`;
const post = (path, body, rest = '') => `POST ${path} HTTP/1.1\r\n${H}Content-Length: ${body.length}\r\n${rest}\r\n${body}`;
const withBody = (method, fields, body = 'hello') => `${method} /echo HTTP/1.1\r\n${H}${fields}\r\n${body}`;

const table = [];
// A connection that is to end is waited for a little longer, but not until it would end for being idle.
const add = (group, name, bytes, expected, options) =>
    table.push([group, name, bytes, expected, { quiet: expected.endsWith('.') ? 1200 : 400, ...options }]);

// ---- request line ----

for (const method of ['PUT', 'OPTIONS']) {
    add('method', method, `${method} /echo HTTP/1.1\r\n${H}Content-Length: 0\r\n\r\n`, '405.');
    add('method', `${method} with body`, withBody(method, 'Content-Length: 5\r\n'), '405.');
}
for (const method of ['TRACE', 'TRACK', 'FOO', 'PROPFIND', 'PURGE', 'G', 'GETS', 'XGET', '\x01GET', 'G\0ET', '"GET"', 'GET/x', 'PRI'])
    add('method', JSON.stringify(method), `${method} /hello HTTP/1.1\r\n${H}\r\n`, '403.');
add('method', 'CONNECT host', `CONNECT a.example:443 HTTP/1.1\r\n${H}\r\n`, '.');
add('method', 'CONNECT path', `CONNECT /hidden HTTP/1.1\r\n${H}\r\n`, '.');
add('method', 'CONNECT, then bytes', [`CONNECT a.example:443 HTTP/1.1\r\n${H}\r\n`, 50, hidden], '.');

for (const version of ['HTTP/0.9', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/3', 'HTTP/1', 'HTTP/1.', 'HTTP/.1', 'HTTP/11', 'HTTP/1.1x', 'HTTP/1.10', 'http/1.1', 'HTTP 1.1', 'XTTP/1.1', 'HTTP/1,1', 'HTTP/1.1 HTTP/1.1', 'HTTP/01.1', 'HTTP/+1.1', '\xff'])
    add('version', JSON.stringify(version), get('/hello', '', version), '505.');
add('version', 'none', `GET /hello\r\n${H}\r\n`, '400.');
add('version', 'empty', `GET /hello \r\n${H}\r\n`, '505.');
add('version', 'HTTP/0.9 simple request', 'GET /hello\r\n\r\n', '400.');
add('version', 'HTTP/1.0', get('/hello', '', 'HTTP/1.0'), '200.');
add('version', 'HTTP/1.0 keep-alive is not kept', get('/hello', 'Connection: keep-alive\r\n', 'HTTP/1.0'), '200.');

for (const [name, target, expected] of [
    ['plain', '/hello', '200+'],
    ['empty query', '/hello?', '200+'],
    ['query', '/hello?a=b&c=d', '200+'],
    ['query with everything', "/hello?a=b%00%0d%0a&'\"<>", '.'],
    ['dots resolved', '/x/../hello', '200+'],
    ['dots above the root', '/../../hello', '200+'],
    ['double slash', '//hello', '200+'],
    ['encoded letter', '/h%65llo', '200+'],
    ['encoded dots', '/%2e%2e/hello', '200+'],
    ['twice encoded', '/%2565llo', '404+'],
    ['encoded slash', '/%2Fhello', '200+'],
    ['encoded NUL', '/hello%00', '.'],
    ['encoded CR LF', '/hello%0d%0aX:%20y', '400.'],
    ['encoded LF', '/hello%0A', '400.'],
    ['encoded CR', '/hello%0D', '400.'],
    ['encoded control bytes in the query', '/hello?a=%01%02%08%09%0b%0c%0e%1f%7f', '200+'],
    ['encoded NUL in the query', '/hello?a=%00', '.'],
    ['encoded LF in the query', '/hello?a=%0A', '400.'],
    ['encoded LF in the middle of the query', '/hello?a=b%0Ac&d=e', '400.'],
    ['encoded CR in the query', '/hello?a=%0D', '400.'],
    ['encoded CR LF in the query', '/hello?a=b%0d%0aX:y', '400.'],
    ['encoded LF and a header in the query', '/hello?a=%0AHost:b', '400.'],
    ['encoded LF and the version in the query', '/hello?a=%0AHTTP/1.1%0AHost:b', '400.'],
    ['encoded space', '/hello%20', '400.'],
    ['encoded DEL', '/hello%7f', '400.'],
    ['encoded é', '/h%c3%a9llo', '400.'],
    ['overlong slash', '/%c0%af', '400.'],
    ['bad escape', '/%zz', '403.'],
    ['cut escape', '/hello%2', '403.'],
    ['lone percent', '/hello%', '403.'],
    ['raw é', '/h\xc3\xa9llo', '400.'],
    ['raw 0xff', '/\xff', '400.'],
    ['raw DEL', '/\x7f', '400.'],
    ['raw NUL', '/he\0llo', '.'],
    ['raw control', '/he\x01llo', '400.'],
    ['raw TAB', '/he\tllo', '400.'],
    ['backslash', '/\\hello', '404+'],
    ['fragment', '/hello#x', '404+'],
    ['no slash', 'hello', '403.'],
    ['star', '*', '403.'],
    ['absolute form', 'http://a.example/hello', '403.'],
    ['absolute form, other host', 'http://b.example/hidden', '403.'],
    ['authority form', 'a.example:80', '403.'],
    ['file scheme', 'file:///etc/passwd', '403.'],
    ['4,000 bytes', `/${'a'.repeat(4000)}`, '404+'],
    ['9,000 bytes', `/${'a'.repeat(9000)}`, '.'],
    ['300 arguments', `/hello?${'a=b&'.repeat(300)}`, '.'],
])
    add('target', name, get(target), expected);
add('target', 'none', `GET HTTP/1.1\r\n${H}\r\n`, '403.');
add('target', 'two spaces', `GET  /hello HTTP/1.1\r\n${H}\r\n`, '200+');
add('target', 'two spaces before the version', `GET /hello  HTTP/1.1\r\n${H}\r\n`, '200+');
add('target', 'space before the method', ` GET /hello HTTP/1.1\r\n${H}\r\n`, '403.');
add('target', 'TAB for space', `GET\t/hello\tHTTP/1.1\r\n${H}\r\n`, '403.');
add('target', 'empty line first', `\r\n${get('/hello')}`, '.');
add('target', 'request line twice', `GET /hello HTTP/1.1\r\nGET /hidden HTTP/1.1\r\n${H}\r\n`, '.');
add('target', 'another method among the headers', `GET /hello HTTP/1.1\r\nPOST /hidden HTTP/1.1\r\n${H}Content-Length: 0\r\n\r\n`, '.');
add('target', 'version among the headers', `GET /hello HTTP/1.1\r\n${H}HTTP/1.1 200 OK\r\n\r\n`, '505.');

for (const method of ['get', 'Get']) add('method', method, `${method} /hello HTTP/1.1\r\n${H}\r\n`, '200+'); // leniency 1

// ---- Host ----

for (const [name, fields, expected] of [
    ['none', '', '400.'],
    ['empty', 'Host:\r\n', '400.'],
    ['blank', 'Host:   \r\n', '400.'],
    ['twice the same', 'Host: a\r\nHost: a\r\n', '400.'],
    ['two different', 'Host: a\r\nHost: b\r\n', '400.'],
    ['empty and one', 'Host:\r\nHost: b\r\n', '400.'],
    ['one and empty', 'Host: b\r\nHost:\r\n', '400.'],
    ['slash', 'Host: a/b\r\n', '400.'],
    ['at', 'Host: user@a\r\n', '400.'],
    ['space', 'Host: a b\r\n', '400.'],
    ['comma', 'Host: a,b\r\n', '400.'],
    ['é', 'Host: \xc3\xa9\r\n', '400.'],
    ['NUL', 'Host: a\0b\r\n', '400.'],
    ['query', 'Host: a?b\r\n', '400.'],
    ['backslash', 'Host: a\\b\r\n', '400.'],
    ['percent', 'Host: a%00\r\n', '400.'],
    ['quote', 'Host: "a"\r\n', '400.'],
    ['300 bytes', `Host: ${'a'.repeat(300)}\r\n`, '400.'],
    ['misspelt', 'Host : a\r\n', '400.'],
    ['indented', ' Host: a\r\n', '400.'],
    ['only X-Host', 'X-Host: a\r\n', '400.'],
    ['port', 'Host: a.example:8080\r\n', '200+'],
    ['address', 'Host: 127.0.0.1:1\r\n', '200+'],
    ['IPv6', 'Host: [::1]:1\r\n', '200+'],
    ['capitals', 'HOST: A.EXAMPLE\r\n', '200+'],
    ['no space', 'Host:a\r\n', '200+'],
    ['space after', 'Host: a \r\n', '200+'],
])
    add('host', name, `GET /hello HTTP/1.1\r\n${fields}\r\n`, expected);

// ---- Content-Length ----

const lengths = [
    ['-1', '400.'], ['-0', '400.'], ['+5', '400.'], ['0x5', '400.'], ['five', '400.'], ['5 5', '400.'], ['5,5', '400.'], ['5, 5', '400.'],
    ['5;', '400.'], ['5.0', '400.'], ['5e0', '400.'], ['1e1', '400.'], ['"5"', '400.'], ["'5'", '400.'], ['５', '400.'], ['5\x0b', '400.'],
    ['5\xa0', '400.'], ['0000000005', '400.'], ['4294967301', '400.'], ['9999999999', '400.'], ['18446744073709551621', '400.'],
    ['-18446744073709551611', '400.'], ['999999999', '413.'], ['1048577', '413.'], ['NaN', '400.'], ['%35', '400.'], ['\\5', '400.'],
];
for (const method of ['POST', 'PATCH', 'DELETE'])
    for (const [value, expected] of lengths)
        add('length', `${method} ${value}`, `${method} /echo HTTP/1.1\r\n${H}Content-Length: ${value}\r\n\r\nhello${hidden}`, expected);
for (const method of ['GET', 'HEAD'])
    for (const value of ['5', '-1', '0x5', '5,5', '999999999'])
        add('length', `${method} ${value}`, `${method} /hello HTTP/1.1\r\n${H}Content-Length: ${value}\r\n\r\nhello`, '400.', { head: method === 'HEAD' });
for (const method of ['POST', 'PATCH']) {
    add('length', `${method} none`, `${method} /echo HTTP/1.1\r\n${H}\r\n`, '411.');
    add('length', `${method} none, hidden request`, `${method} /echo HTTP/1.1\r\n${H}\r\n${hidden}`, '411.');
    add('length', `${method} empty`, withBody(method, 'Content-Length:\r\n'), '400.');
    add('length', `${method} twice the same`, withBody(method, 'Content-Length: 5\r\nContent-Length: 5\r\n'), '400.');
    add('length', `${method} two different`, withBody(method, 'Content-Length: 5\r\nContent-Length: 6\r\n', `hello${hidden}`), '400.');
    add('length', `${method} empty and one`, withBody(method, 'Content-Length:\r\nContent-Length: 5\r\n'), '400.');
    add('length', `${method} one and empty`, withBody(method, 'Content-Length: 5\r\nContent-Length:\r\n'), '400.');
    for (const line of ['Content-Length : 5', ' Content-Length: 5', '\tContent-Length: 5', 'Content-Length\t: 5'])
        add('length', `${method} ${JSON.stringify(line)}`, withBody(method, `${line}\r\n`, `hello${hidden}`), '400.');
    add('length', `${method} 5`, withBody(method, 'Content-Length: 5\r\n'), '200+');
    add('length', `${method} 005`, withBody(method, 'Content-Length: 005\r\n'), '200+');
    add('length', `${method} 0`, withBody(method, 'Content-Length: 0\r\n', ''), '200+');
}
add('length', 'DELETE none', withBody('DELETE', '', ''), '200+');
add('length', 'DELETE 5', withBody('DELETE', 'Content-Length: 5\r\n'), '200+');
add('length', 'GET 0', get('/hello', 'Content-Length: 0\r\n'), '200+');
add('length', 'the route says less', post('/small', 'a'.repeat(17)), '413.');
add('length', 'the most that the route takes', post('/small', 'a'.repeat(16)), '200+');
add('length', '1 MiB', post('/echo', 'a'.repeat(1048576)), '200+', { quiet: 900 });
add('length', '1 MiB and a byte', post('/echo', 'a'.repeat(1048577)), '413.', { quiet: 1500 });
add('length', '3 MiB arrive all the same', post('/echo', 'a'.repeat(3 << 20)), '413.', { quiet: 1500 });

// ---- Transfer-Encoding ----

const chunked = '5\r\nhello\r\n0\r\n\r\n';
for (const [name, fields, body, answer = '411.'] of [
    ['chunked', 'Transfer-Encoding: chunked\r\n', chunked],
    ['Chunked', 'Transfer-Encoding: Chunked\r\n', chunked],
    ['identity', 'Transfer-Encoding: identity\r\n', 'hello'],
    ['gzip', 'Transfer-Encoding: gzip\r\n', 'hello'],
    ['gzip, chunked', 'Transfer-Encoding: gzip, chunked\r\n', chunked],
    ['chunked, identity', 'Transfer-Encoding: chunked, identity\r\n', chunked],
    ['xchunked', 'Transfer-Encoding: xchunked\r\n', chunked],
    ['quoted', 'Transfer-Encoding: "chunked"\r\n', chunked],
    ['empty', 'Transfer-Encoding:\r\n', chunked],
    ['blank', 'Transfer-Encoding:  \r\n', chunked],
    ['twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', chunked],
    ['vertical TAB', 'Transfer-Encoding:\x0bchunked\r\n', chunked],
    ['space before the colon', 'Transfer-Encoding : chunked\r\n', chunked, '400.'],
    ['TAB before the colon', 'Transfer-Encoding\t: chunked\r\n', chunked, '400.'],
    ['indented', ' Transfer-Encoding: chunked\r\n', chunked, '400.'],
    ['indented by TAB', '\tTransfer-Encoding: chunked\r\n', chunked, '400.'],
    ['folded', 'Transfer-Encoding:\r\n chunked\r\n', chunked],
    ['after a bare CR', 'Q: y\rTransfer-Encoding: chunked\r\n', chunked],
    ['after a bare LF', 'Q: y\nTransfer-Encoding: chunked\r\n', chunked],
    ['after a NUL', 'Q: y\0\r\nTransfer-Encoding: chunked\r\n', chunked],
])
    for (const [with_, length] of [['', ''], [' and length', 'Content-Length: 5\r\n'], [' after length', null]]) {
        const head = length === null ? `Content-Length: 4\r\n${fields}` : `${fields}${length}`;
        // Behind a bare CR it is a part of the other value: the length counts (leniency 8).
        const swallowed = name === 'after a bare CR' && with_ !== '';
        add('chunks', `POST ${name}${with_}`, withBody('POST', head, body + hidden), swallowed ? '200.' : answer);
    }
for (const method of ['GET', 'HEAD', 'DELETE', 'PATCH'])
    add('chunks', `${method} chunked`, `${method} /echo HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n${chunked}${hidden}`, '411.', { head: method === 'HEAD' });
for (const body of ['ffffffffffffffff\r\n', '0\r\n\r\n', '-1\r\n', '5;ext=1\r\nhello\r\n0\r\n\r\n', '5\nhello\n0\n\n', 'g\r\n'])
    add('chunks', `body ${JSON.stringify(body)}`, withBody('POST', 'Transfer-Encoding: chunked\r\n', body + hidden), '411.');

// ---- headers ----

for (const [name, fields, expected] of [
    ['no colon', 'foo\r\n', '.'],
    ['no colon, then one', 'foo\r\nX: y\r\n', '200+'],
    ['no colon hides a length', 'foo\r\nContent-Length: 44\r\n', '200+'],
    ['empty name', ': x\r\n', '.'],
    ['space in the name', 'X y: z\r\n', '200+'],
    ['space before the colon', 'X : y\r\n', '200+'],
    ['folded value', 'Q: a\r\n b\r\n', '.'],
    ['NUL in a value', 'Q: a\0b\r\n', '200+'],
    ['NUL in a value that is used', 'Cookie: a\0b\r\n', '400.'],
    ['control in a value that is used', 'Cookie: a\x01b\r\n', '400.'],
    ['ESC in the agent', 'User-Agent: \x1b[2J\r\n', '400.'],
    ['DEL in a value that is used', 'Cookie: a\x7fb\r\n', '400.'],
    ['byte over 127', 'Q: \xe9\r\n', '200+'],
    ['byte over 127 in a value that is used', 'User-Agent: \xe9\r\n', '200+'],
    ['byte over 127 in a name', 'X\xe9: y\r\n', '200+'],
    ['bare LF as line end', 'Q: y\n', '200+'],
    ['two cookies', 'Cookie: a=b\r\nCookie: c=d\r\n', '400.'],
    ['two authorizations', 'Authorization: Bearer a\r\nAuthorization: Bearer b\r\n', '400.'],
    ['two origins', 'Origin: http://a\r\nOrigin: http://b\r\n', '400.'],
    ['two accepts', 'Accept: a/b\r\nAccept: c/d\r\n', '200+'],
    ['empty value', 'Q:\r\n', '200+'],
    ['50 headers', Array.from({ length: 50 }, (_, i) => `X-${i}: y\r\n`).join(''), '200+'],
    ['800 headers', Array.from({ length: 800 }, (_, i) => `X-${i}: yyyy\r\n`).join(''), '.'],
    ['7,000 bytes', `Q: ${'y'.repeat(7000)}\r\n`, '200+'],
    ['9,000 bytes', `Q: ${'y'.repeat(9000)}\r\n`, '.'],
    ['a cookie of 9,000 bytes', `Cookie: ${'y'.repeat(9000)}\r\n`, '.'],
    ['a name of 9,000 bytes', `${'X'.repeat(9000)}: y\r\n`, '.'],
    ['content encoding without a body', 'Content-Encoding: gzip\r\n', '200+'],
    ['expectation', 'Expect: 200-ok\r\n', '417.'],
    ['Connection: close', 'Connection: close\r\n', '200.'],
    ['Connection: x, close', 'Connection: x, close\r\n', '200.'],
    ['Connection: CLOSE', 'Connection: CLOSE\r\n', '200.'],
    ['Connection: keep-alive', 'Connection: keep-alive\r\n', '200+'],
    ['Connection: nonsense', 'Connection: \xff,,,;\r\n', '200+'],
])
    add('header', name, get('/hello', fields), expected, { quiet: expected.endsWith('+') ? 900 : 2500 });
add('header', 'bare LF everywhere', 'GET /hello HTTP/1.1\nHost: a\n\n', '200+');
add('header', 'bare CR everywhere', 'GET /hello HTTP/1.1\rHost: a\r\r', '.', { quiet: 2500 });
for (const coding of ['gzip', 'deflate', 'br', 'identity', 'x'])
    add('header', `content encoding ${coding}`, post('/echo', 'hello', `Content-Encoding: ${coding}\r\n`), '415.');
add('header', 'expect continue', [`POST /echo HTTP/1.1\r\n${H}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`, 100, 'hello'], '100 200+');
add('header', 'expect continue, too large', `POST /echo HTTP/1.1\r\n${H}Expect: 100-continue\r\nContent-Length: 5000000\r\n\r\n`, '413.');
add('header', 'expect something else', withBody('POST', 'Expect: miracles\r\nContent-Length: 5\r\n'), '417.');

// ---- other protocols ----

const hello = Buffer.from('16030100c8010000c40303' + '00'.repeat(195), 'hex');
for (const [name, data, expected] of [
    ['TLS', hello, '403.'],
    ['HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + '\0'.repeat(9), '403.'],
    ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n', '403.'],
    ['SMTP', 'EHLO a.example\r\n', '403.'],
    ['SMTP after a POST line', 'POST / HTTP/1.1\r\nEHLO a\r\nMAIL FROM:<a>\r\n\r\n', '411.'],
    ['FTP', 'USER anonymous\r\n', '403.'],
    ['RTSP', 'DESCRIBE rtsp://a/b RTSP/1.0\r\n\r\n', '403.'],
    ['SIP', 'INVITE sip:a@b SIP/2.0\r\n\r\n', '403.'],
    ['SIP OPTIONS', 'OPTIONS sip:a@b SIP/2.0\r\n\r\n', '403.'],
    ['Redis', '*1\r\n$4\r\nPING\r\n', '403.'],
    ['PostgreSQL', Buffer.from('0000000804d2162f', 'hex'), '403.'],
    ['MQTT', Buffer.from('101000044d5154540402003c000474657374', 'hex'), '403.'],
    ['PROXY protocol', `PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n${get('/hello')}`, '400.'],
    ['zeroes', Buffer.alloc(64), '403.'],
    ['0xff', Buffer.alloc(64, 255), '403.'],
    ['line ends', '\r\n'.repeat(40), '.'],
    ['nothing', '', '.'],
    ['one byte', 'G', '.'],
    ['a response', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', '.'],
])
    add('protocol', name, data, expected, { quiet: 1600 });
add('protocol', 'h2c', get('/hello', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n'), '400.');
add('protocol', 'h2c without settings', get('/hello', 'Connection: Upgrade\r\nUpgrade: h2c\r\n'), '400.');
for (const other of ['TLS/1.0', 'foo', 'h2', 'websocketx', 'websocket, h2c'])
    add('protocol', `upgrade to ${other}`, get('/hello', `Connection: Upgrade\r\nUpgrade: ${other}\r\n`), '403.');
add('protocol', 'upgrade to two things', get('/hello', 'Connection: Upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n'), '400.');

// ---- pipelining: whoever does not wait for answers is closed, and what was hidden never runs. Whether the first answer
// is out before the rest is seen is a matter of the moment: behind a body, two outcomes are right. ----

const body5 = (path) => post(path, 'hello');
for (const [name, pieces, expected] of [
    ['two GET', get('/hello') + hidden, '200.'],
    ['three GET', get('/hello') + hidden + hidden, '200.'],
    ['GET and half a GET', get('/hello') + 'GET /hidden HTTP/1.1\r\nX: ', '200.'],
    ['GET and a byte', `${get('/hello')}G`, '200.'],
    ['GET and a line end', `${get('/hello')}\r\n`, '200.'],
    ['two HEAD', `HEAD /hello HTTP/1.1\r\n${H}\r\n${hidden}`, '200.'],
    ['GET with a body', `GET /hello HTTP/1.1\r\n${H}Q: y\r\n\r\n${hidden}`, '200.'],
    ['two POST', body5('/echo') + post('/hidden', 'hello'), '.|200.'],
    ['two POST, answered later', body5('/work') + post('/hidden', 'hello'), '.|200.'],
    ['twenty POST', body5('/work').repeat(20) + hidden, '.|200.'],
    ['POST and GET', body5('/echo') + hidden, '.|200.'],
    ['POST and GET, answered later', body5('/work') + hidden, '.|200.'],
    ['POST with more body than it says', withBody('POST', 'Content-Length: 5\r\n', `hello world${hidden}`), '.|200.'],
    ['DELETE and GET', withBody('DELETE', '', '') + hidden, '200.'],
    ['slow GET and GET', get('/slow?ms=200') + hidden, '200.'],
    ['slow GET, then GET', [get('/slow?ms=300'), 100, hidden], '200.'],
    ['slow POST, then GET', [post('/slow?ms=300', 'hello'), 100, hidden], '.'],
    ['slow GET, then a byte', [get('/slow?ms=300'), 100, 'G'], '200.'],
    ['large answer, then GET', [get('/large'), 5, get('/hello')], '200.|200 200+'],
    ['POST, pause inside the body, then too much', [`POST /work HTTP/1.1\r\n${H}Content-Length: 5\r\n\r\nhe`, 60, `llo${hidden}`], '.|200.'],
])
    add('pipeline', name, pieces, expected, { quiet: 900, head: name === 'two HEAD' });

// ---- one after the other, split, slow, cut ----

add('order', 'twice', [get('/hello'), 100, get('/hello')], '200 200+');
add('order', 'GET, POST, GET', [get('/hello'), 100, body5('/work'), 100, get('/hello')], '200 200 200+');
add('order', 'POST, PATCH, DELETE, HEAD', [body5('/echo'), 80, withBody('PATCH', 'Content-Length: 5\r\n'), 80, withBody('DELETE', '', ''), 80, get('/hello')], '200 200 200 200+');
add('order', 'empty POST, then GET', [post('/echo', ''), 100, get('/hello')], '200 200+');
add('order', '404 keeps the connection', [get('/nothing'), 80, get('/hello')], '404 200+');
add('order', 'byte by byte', [...get('/hello')], '200+');
add('order', 'POST byte by byte', [...body5('/echo')], '200+');
for (const at of [1, 3, 4, 10, 20, 30, 40, 60]) {
    const request = body5('/work');
    add('order', `split after ${at}`, [request.slice(0, at), 30, request.slice(at)], '200+');
}
add('order', 'head never ends', `GET /hello HTTP/1.1\r\n${H}`, '.', { quiet: 1700 });
add('order', 'head trickles', [`GET /hello HTTP/1.1\r\n${H}`, 300, 'X: y\r\n', 300, 'X: y\r\n', 300, 'X: y\r\n', 300, '\r\n'], '.', { quiet: 1000 });
add('order', 'body never ends', `POST /echo HTTP/1.1\r\n${H}Content-Length: 10\r\n\r\nhello`, '408.', { quiet: 2200 });
add('order', 'body never begins', `POST /echo HTTP/1.1\r\n${H}Content-Length: 10\r\n\r\n`, '408.', { quiet: 2200 });
add('order', 'body trickles', [`POST /echo HTTP/1.1\r\n${H}Content-Length: 10\r\n\r\n`, ...Array.from({ length: 9 }, () => [200, 'x']).flat()], '408.', { quiet: 2200 });
add('order', 'handler takes too long', get('/slow?ms=4000'), '503.', { quiet: 2200 });
add('order', 'handler of a POST takes too long', post('/slow?ms=4000', 'hello'), '503.', { quiet: 2200 });
add('order', 'idle after an answer', get('/hello'), '200.', { quiet: 2600 });
add('order', 'cut in the head', [`GET /hidden HTTP/1.1\r\nHo`, 'FIN'], '.', { quiet: 1200 });
add('order', 'cut in the body', [`POST /hidden HTTP/1.1\r\n${H}Content-Length: 10\r\n\r\nhello`, 'FIN'], '.', { quiet: 1200 });
add('order', 'GET and half-closed', [get('/hello'), 'FIN'], '200.', { quiet: 2600 });
add('order', 'a method that the route does not have', get('/echo'), '405.');

export const requests = table;
