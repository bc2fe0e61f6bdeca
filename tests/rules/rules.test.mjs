// Each rule on the smallest tree that breaks it, and on one that does not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functions, includes } from './c-source.mjs';
import { ALLOWED_WITHOUT_TEST, rules } from './rules.mjs';

const lines = (count, line = 'x();') => `${line}\n`.repeat(count);
const tested = { 'tests/unit/base/a_test.c': '#include "base/a.c"\n' };

// Name of a rule (its beginning): wrong trees with the number of faults expected, and right trees.
const fixtures = {
  'includes follow': {
    wrong: [
      [{ 'core/base/a.c': '#include "model/ticket.h"\n' }, 1],
      [{ 'core/auth/a.c': '#include "trust/score.h"\n' }, 1],
      [{ 'core/store/a.c': '  #  include "http/server.h"\n#include "base/arena.h"\n' }, 1],
      [{ 'core/base/a.c': '#include "arena.h"\n' }, 1],
      [{ 'core/base/a.c': '#include "elsewhere/arena.h"\n' }, 1],
      [{ 'plugins/messenger/a.c': '#include <time.h>\n#include "base/arena.h"\n#include "instagram/a.h"\n' }, 3],
      [{ 'include/guichet/a.h': '#include <stdio.h>\n' }, 1],
    ],
    right: [
      {
        'core/router/a.c': '#include "router/b.h"\n#include "auth/user.h"\n#include <guichet/event.h>\n#include <stdio.h>\n',
        'core/base/a.c': '/* #include "http/x.h" */\n// #include "http/x.h"\n#include "base/a.h"\n',
        'plugins/messenger/a.c': '#include <guichet/guichet.h>\n#include "kit/graph.h"\n#include "messenger/a.h"\n',
        'include/guichet/a.h': '#include <guichet/abi.h>\n#include <stdint.h>\n',
        'tests/unit/base/a_test.c': '#include "http/server.c"\n',
      },
    ],
  },
  'foreign headers': {
    wrong: [
      [{ 'core/http/a.c': '#include <sqlite3.h>\n#include <libwebsockets.h>\n' }, 2],
      [{ 'core/store/a.c': '#include <sqlite3.h>\n' }, 1],
      [{ 'core/base/json.h': '#include <jansson.h>\n' }, 1],
      [{ 'core/plugin/manifest.c': '#include <dlfcn.h>\n' }, 1],
      [{ 'core/net/a.c': '#include <curl/curl.h>\n' }, 1],
    ],
    right: [
      {
        'core/store/sqlite/a.c': '#include <sqlite3.h>\n',
        'core/base/json.c': '#include <jansson.h>\n',
        'core/plugin/loader.c': '#include <dlfcn.h>\n',
        'core/egress/a.c': '#include <curl/curl.h>\n',
      },
    ],
  },
  'no C file': {
    wrong: [[{ 'tests/a.c': lines(501) }, 1]],
    right: [{ 'core/base/a.c': lines(500), 'core/base/a.sql': lines(900) }],
  },
  'no function': {
    wrong: [
      [{ 'core/base/a.c': `int f(void) {\n${lines(69)}}\n` }, 1],
      [{ 'core/base/a.c': `extern "C" {\nint f(struct a *b)\n{\n${lines(70)}}\n}\n` }, 1],
      [{ 'core/base/a.c': `static const int t[] = { 1, 2 };\nint g(void) {}\nint f(void) {\n${lines(90)}}\n` }, 1],
    ],
    right: [
      {
        'core/base/a.c': `int f(void) {\n${lines(68)}}\n`,
        'core/base/b.c': `static const struct x t[] = {\n${lines(200, '{ f(1), "}" },')}};\n`,
        'core/base/c.c': `#define TABLE(X) \\\n${lines(100, '    X(a, b) \\')}\nint f(void) { return '{'; }\n`,
        'core/base/d.c': lines(40, 'int f(void) {\n    return 1; /* } */\n}'),
      },
    ],
  },
  'a file name': {
    wrong: [
      [{ 'core/base/util.c': '' }, 1],
      [{ 'core/helpers/a.c': '' }, 1],
      [{ 'core/base/json_utils.c': '', 'docs/misc.md': '', 'tests/test-common.mjs': '' }, 3],
    ],
    right: [{ 'core/auth/common-passwords.txt': '', 'core/base/utility_room.c': '', 'core/base/text.c': '' }],
  },
  'every function pointer': {
    wrong: [
      [{ 'include/guichet/a.h': 'struct a {\n    /* Does it. */\n    int (*f)(int);\n};\n' }, 1],
      [{ 'include/guichet/a.h': 'struct a {\n    /* Does it. [any] */\n    int (*f)(int);\n\n    int (*g)(int);\n};\n' }, 1],
      [{ 'include/guichet/a.h': 'struct a {\n    int x; /* not its own [any] */\n    int (*f)(int);\n};\n' }, 1],
      [{ 'include/guichet/a.h': 'struct a {\n    /* [any] may be called. */\n    int (*f)(int);\n};\n' }, 1],
      [{ 'include/guichet/a.h': 'struct a {\n    /* Does it. [often] */\n    int (*f)(int);\n};\n' }, 1],
    ],
    right: [
      {
        'include/guichet/a.h':
          'struct a {\n    /* One. [any] */\n    int (*f)(int);\n    /* Two,\n     * long. [call], pure */\n' +
          '    const void *(*g)(const struct a *a,\n        int b);\n};\n#define M(x) (*x)\n',
        'core/base/a.h': 'struct a { int (*f)(int); };\n',
      },
    ],
  },
  'all magic': {
    wrong: [
      [{ 'core/base/a.h': '#define GCT_A_MAGIC 0x10u\n', 'core/store/b.h': '#define GCT_B_MAGIC 16u\n' }, 1],
      [{ 'core/base/a.c': 'enum { GCT_A_MAGIC = 0xAB, GCT_B_MAGIC = 0xab };\n' }, 1],
    ],
    right: [{ 'core/base/a.h': '#define GCT_A_MAGIC 0x10u\n#define GCT_B_MAGIC 0x11u\n' }],
  },
  'every source': {
    wrong: [
      [{ 'core/base/a.c': '' }, 1],
      [{ 'core/base/a.c': '', 'tests/unit/base/a_test.c': '#include "base/a.h"\n' }, 1],
      [{ 'core/base/a.c': '', [ALLOWED_WITHOUT_TEST]: 'core/base/a.c\n' }, 1],
      [{ 'core/base/a.c': '', ...tested, [ALLOWED_WITHOUT_TEST]: 'core/base/a.c has none\n' }, 1],
      [{ [ALLOWED_WITHOUT_TEST]: 'core/base/gone.c was there\n' }, 1],
    ],
    right: [
      { 'core/base/a.c': '', ...tested },
      { 'core/cli/main.c': '', [ALLOWED_WITHOUT_TEST]: '# note\n\ncore/cli/main.c calls what is tested\n' },
    ],
  },
  'SQL stands': {
    wrong: [
      [{ 'core/store/a.c': 'f("SELECT id FROM t");\nf("insert into t values (1)");\n' }, 2],
      [{ 'core/http/a.c': 'f("UPDATE t SET a = 1" " WHERE b");\nf("DELETE FROM t");\nf("CREATE TABLE t (a)");\n' }, 3],
    ],
    right: [
      {
        'core/store/a.c': '/* "SELECT id FROM t" */\nf("update of the rules");\nf("delete the file");\nf("COMMIT");\n',
        'core/store/sql/a.sql': 'SELECT 1;\n',
        'tests/unit/store/a_test.c': 'f("SELECT 1");\n',
      },
    ],
  },
  'no forbidden': {
    wrong: [[{ 'core/base/a.c': 'strcpy(a, b);\nx = atoi (c);\n', 'tests/unit/a.c': 'system("ls");\n' }, 3]],
    right: [
      { 'core/base/a.c': '/* strcpy(a) */ f("system(1)");\nsnprintf(a);\ngct_system(1);\nx->system(2);\ny.rand(3);\n' },
    ],
  },
  'unused parts': {
    wrong: [
      [{ 'core/net/a.c': 'struct lejp_ctx ctx;\nlejp_construct(&ctx);\nLEJPCB_COMPLETE;\n' }, 3],
      [{ 'core/net/a.c': 'static const struct lws_http_mount page = { .origin_protocol = LWSMPRO_FILE };\ninfo.mounts = &page;\n' }, 3],
      [{ 'core/net/a.h': 'lws_serve_http_file(wsi);\nlws_serve_http_file_fragment(wsi);\ninfo->http_proxy_address = a;\nlws_set_socks(v, s);\n' }, 4],
      [{ 'core/net/a.c': 'lws_cgi(wsi);\nlws_async_dns_query(a);\nlws_client_connect_via_info(&i);\nm.basic_auth_login_file = f;\ncase LWS_CALLBACK_CGI:\n' }, 5],
    ],
    right: [
      { 'core/net/a.c': '/* lejp_construct, .mounts */ f("lws_cgi");\nlws_write(wsi);\nmounts = 1;\nclient_connect(a);\nlws_http_transaction_completed(wsi);\n' },
    ],
  },
  'structs have': {
    wrong: [[{ 'core/base/a.h': 'typedef struct a a;\ntypedef enum { B } b;\n' }, 2]],
    right: [{ 'core/base/a.h': 'typedef int (*f)(void);\nstruct a;\n', 'tests/a.c': 'typedef struct a a;\n' }],
  },
  'header guards': {
    wrong: [[{ 'core/base/arena.h': '#ifndef ARENA_H\n#define ARENA_H\n#endif\n', 'core/base/b.h': '' }, 2]],
    right: [{ 'core/store/sqlite/a_b.h': '#ifndef GUICHET_CORE_STORE_SQLITE_A_B_H\n#define GUICHET_CORE_STORE_SQLITE_A_B_H\n' }],
  },
  'nothing forbidden': {
    wrong: [
      [{ 'docs/a.md': 'TODO: more\nsee /work/main/x\n', 'core/base/a.c': '/* FIXME */\n' }, 3],
      [{ 'a/package-lock.json': '"resolved": "https://mirror.example/a.tgz"\n' }, 1],
    ],
    right: [{ 'docs/a.md': 'nothing to do\nmkstemp("/run/x.XXXXXX")\ncore/work/x\n' }],
  },
  'no key': {
    wrong: [
      [{ 'core/console/src/i18n/fr.json': '{"a": 1, "b": {"c": 1,\n "c": 2}, "a": 3}' }, 2],
      [{ 'a.json': '{"a": [{"b": 1}, {"b": 2, "\\u0062": 3}]}' }, 1],
    ],
    right: [{ 'a.json': '{"a": {"a": "a"}, "b": ["a", "a", {"a": "b:"}], "c": "\\"a\\": 1"}' }],
  },
};

for (const { name, check } of rules) {
  const key = Object.keys(fixtures).find((beginning) => name.startsWith(beginning));
  test(`rule: ${name}`, () => {
    assert.ok(key, 'a rule without a fixture that breaks it proves nothing');
    for (const [tree, count] of fixtures[key].wrong) {
      const faults = check(new Map(Object.entries(tree)));
      assert.equal(faults.length, count, `${JSON.stringify(tree)} gave ${JSON.stringify(faults)}`);
    }
    for (const tree of fixtures[key].right) assert.deepEqual(check(new Map(Object.entries(tree))), []);
  });
}

test('functions are found with their lines', () => {
  const text = 'static int a(void);\n\nint\nb(int x)\n{\n    if (x) { y(); }\n}\n\nvoid c(void) { }\n';
  assert.deepEqual(functions(text), [
    { name: 'b', first: 3, last: 7 },
    { name: 'c', first: 9, last: 9 },
  ]);
});

test('includes are found with their lines', () => {
  assert.deepEqual(includes('/* a\n */\n#include <a/b.h>\n  # include "c.h"\n'), [
    { name: 'a/b.h', system: true, line: 3 },
    { name: 'c.h', system: false, line: 4 },
  ]);
});
