// The rules of the house, as data: who may include whom, who owns which foreign header, what is not called or written.

// Ranks of docs/architecture.md: a file includes its own folder and lower ranks, never an equal rank elsewhere.
export const RANKS = new Map([
  ['base', 1],
  ['model', 2],
  ['store', 3],
  ['plugin', 4],
  ['engagement', 4],
  ['trust', 4],
  ['auth', 4],
  ['router', 5],
  ['egress', 6],
  ['net', 7],
  ['http', 8],
  ['daemon', 9],
  ['sandbox', 9],
  ['cli', 10],
]);

// Foreign header, and the paths that may include it.
export const OWNERS = [
  [/^sqlite3(ext)?\.h$/, /^core\/store\/sqlite\//],
  [/^libpq/, /^core\/store\/postgresql\//],
  [/^jansson\.h$/, /^core\/base\/json[^/]*\.c$/],
  [/^curl\//, /^core\/egress\//],
  [/^libwebsockets/, /^core\/net\//],
  [/^ev\.h$/, /^core\/net\//],
  [/^dlfcn\.h$/, /^core\/(plugin|sandbox)\/(?!manifest)/],
  [/^confuse\.h$/, /^core\/daemon\//],
  [/^sodium/, /^core\/auth\//],
  [/^seccomp\.h$/, /^core\/sandbox\//],
  [/^openssl\//, /^core\/(base|net|auth)\//],
];

// What a plugin may include besides the SDK, its own folder and plugins/kit/.
export const PLUGIN_HEADERS = new Set([
  'assert.h', 'errno.h', 'inttypes.h', 'limits.h', 'stdalign.h', 'stdbool.h', 'stddef.h', 'stdint.h', 'stdio.h',
  'stdlib.h', 'string.h',
]);
export const SDK_HEADERS = new Set(['stddef.h', 'stdint.h']);

// Function, and what stands in for it.
export const FORBIDDEN_CALLS = new Map([
  ['strcpy', 'gct_slice and an arena'],
  ['strcat', 'gct_slice and an arena'],
  ['strncpy', 'memcpy with the length that is known'],
  ['strncat', 'gct_slice and an arena'],
  ['sprintf', 'snprintf'],
  ['vsprintf', 'vsnprintf'],
  ['gets', 'fgets'],
  ['scanf', 'one of the parsers of base/'],
  ['sscanf', 'one of the parsers of base/'],
  ['fscanf', 'one of the parsers of base/'],
  ['strtok', 'a slice that moves'],
  ['atoi', 'a parser that can refuse'],
  ['atol', 'a parser that can refuse'],
  ['atoll', 'a parser that can refuse'],
  ['atof', 'a parser that can refuse'],
  ['system', 'no shell is started'],
  ['popen', 'no shell is started'],
  ['alloca', 'an arena'],
  ['tmpnam', 'mkstemp'],
  ['mktemp', 'mkstemp'],
  ['rand', 'the random bytes of base/'],
  ['srand', 'the random bytes of base/'],
  ['gmtime', 'gmtime_r'],
  ['localtime', 'localtime_r'],
  ['ctime', 'base/clock'],
  ['asctime', 'base/clock'],
  ['setenv', 'a value that is passed'],
  ['putenv', 'a value that is passed'],
]);

// Parts of libwebsockets that docs/adr/0004-http-door.md leaves unused (rule 11), as names and as fields: its JSON parser,
// mounts and file server, basic authentication, proxies, CGI, and its client with its resolver.
export const UNUSED_PARTS = new RegExp(
  [
    String.raw`\b(?:lejp_|LEJP|lws_cgi|LWS_CALLBACK_CGI|LWSMPRO_|lws_serve_http_file|lws_(?:un)?protect_basic_auth|lws_async_dns|lws_client_)\w*`,
    String.raw`\blws_http_mount\b|\blws_http_basic_auth\w*|\blws_set_(?:proxy|socks)\b|\bbasic_auth_login_file\b`,
    String.raw`(?:\.|->)\s*(?:mounts|http_proxy_(?:address|port)|socks_proxy_(?:address|port))\b`,
  ].join('|'),
  'g',
);

// What is never written into a file of the project.
export const FORBIDDEN_PHRASES = [
  [/\b(TODO|FIXME|XXX|HACK)\b/, 'work to do stands in an issue'],
  [/(^|[\s"'`(=])\/(work|root|home\/\w+)\//, 'a path of one machine'],
  [/\/tmp\/build/, 'a path of one machine'],
  [/"resolved": "(?!https:\/\/registry\.npmjs\.org\/)/, 'a lock file that names another registry'],
];

// SQL that stands in a literal instead of a .sql file.
export const SQL =
  /^\s*(SELECT\s+\S|INSERT\s+(OR\s+\w+\s+)?INTO\b|REPLACE\s+INTO\b|UPDATE\s+(OR\s+\w+\s+)?\w+\s+SET\b|DELETE\s+FROM\b|WITH\s+\w+\s+AS\s*\(|(CREATE|DROP|ALTER)\s+(VIRTUAL\s+|UNIQUE\s+|TEMP\s+)?(TABLE|INDEX|TRIGGER|VIEW)\b)/i;

export const MOST_LINES_OF_A_FILE = 500;
export const MOST_LINES_OF_A_FUNCTION = 70;
