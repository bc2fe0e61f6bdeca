#include "net/serve/listen.c"

#include "cmocka_all.h"

static void addresses_have_a_host_and_a_port(void **state)
{
    static const char *const bad[] = { "",
                                       ":",
                                       "127.0.0.1",
                                       "127.0.0.1:",
                                       ":8080",
                                       "127.0.0.1:65536",
                                       "127.0.0.1:-1",
                                       "localhost:1",
                                       "::1:8080",
                                       "[::1]",
                                       "[::1]8080",
                                       "[127.0.0.1]:1",
                                       "1.2.3:4",
                                       "[]:1",
                                       "127.0.0.1:80x" };
    struct sockaddr_storage address;
    socklen_t len = 0;

    (void)state;
    assert_true(address_read("127.0.0.1:8080", &address, &len));
    assert_int_equal(address.ss_family, AF_INET);
    assert_int_equal(address_port(&address), 8080);
    assert_true(address_read("[::1]:0", &address, &len));
    assert_int_equal(address.ss_family, AF_INET6);
    assert_int_equal(address_port(&address), 0);
    assert_int_equal(len, sizeof(struct sockaddr_in6));
    assert_true(gct_server_address_ok("0.0.0.0:1"));
    for (size_t i = 0; i < GCT_COUNT(bad); i++) {
        assert_false(address_read(bad[i], &address, &len));
        assert_false(gct_server_address_ok(bad[i]));
    }
}

static void connections_are_counted_by_address(void **state)
{
    struct gct_server *server = gct_heap_new(sizeof *server);
    struct sockaddr_storage here, there;
    socklen_t len = 0;
    struct net_peer *peer;

    (void)state;
    assert_true(address_read("127.0.0.1:1", &here, &len));
    assert_true(address_read("[::1]:1", &there, &len));
    peer = listen_peer(server, &here);
    assert_ptr_equal(listen_peer(server, &here), peer);
    assert_int_equal(peer->connections, 2);
    assert_true(IN6_IS_ADDR_V4MAPPED(&peer->address));
    assert_ptr_not_equal(listen_peer(server, &there), peer);
    listen_peer_drop(server, peer);
    listen_peer_drop(server, peer);
    listen_peer_drop(server, listen_peer(server, &there));
    assert_int_equal(HASH_COUNT(server->peers), 1);
    listen_peer_drop(server, server->peers);
    assert_null(server->peers);
    free(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_have_a_host_and_a_port),
        cmocka_unit_test(connections_are_counted_by_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
