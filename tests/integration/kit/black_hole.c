/* A port of this machine whose packets are lost, as if somebody had pulled the plug of the other side.
 *
 *   black_hole full PORT    the queue of connections is full: no attempt to connect is answered
 *   black_hole lost PORT    connections are taken, and then nothing that is said on them arrives
 *
 * Prints "so" once it is so. At the end of its input it gives the port free, prints "free", and keeps what
 * hangs on it hanging until it is killed. No privileges are needed. */
#include <arpa/inet.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 200
#define MOST_FILLERS 16

static void demand(int holds, const char *what)
{
    if (!holds) {
        perror(what);
        exit(1);
    }
}

static int listen_on(struct sockaddr_in *address, const char *port, int queue)
{
    const int yes = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_port = htons((uint16_t)strtoul(port, NULL, 10));
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    demand(bind(fd, (const struct sockaddr *)address, sizeof *address) == 0, "bind");
    demand(listen(fd, queue) == 0, "listen");
    return fd;
}

/* Connects to itself until an attempt is not answered. What connected stays open. */
static void fill(const struct sockaddr_in *address)
{
    int answered = 1;
    for (int i = 0; answered && i < MOST_FILLERS; i++) {
        struct pollfd filler = { .events = POLLOUT };
        filler.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        (void)connect(filler.fd, (const struct sockaddr *)address, sizeof *address);
        answered = poll(&filler, 1, PATIENCE_MS) == 1;
    }
    demand(!answered, "the queue does not fill");
}

/* From now on the kernel throws away every packet that comes for this connection. */
static void lose(int connection)
{
    struct sock_filter nothing[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
    const struct sock_fprog program = { 1, nothing };
    demand(setsockopt(connection, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0, "filter");
}

int main(int argc, char **argv)
{
    struct sockaddr_in address;
    int lost = argc == 3 && strcmp(argv[1], "lost") == 0;
    if (!lost && (argc != 3 || strcmp(argv[1], "full") != 0)) {
        fputs("usage: black_hole full|lost PORT\n", stderr);
        return 2;
    }
    int listener = listen_on(&address, argv[2], lost ? SOMAXCONN : 0);
    if (!lost) {
        fill(&address);
    }
    puts("so");
    (void)fflush(stdout);
    struct pollfd ends[] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = listener, .events = POLLIN } };
    while (poll(ends, lost ? 2 : 1, -1) > 0 && ends[0].revents == 0) {
        lose(accept(listener, NULL, NULL));
    }
    (void)close(listener);
    puts("free");
    (void)fflush(stdout);
    (void)pause();
    return 0;
}
