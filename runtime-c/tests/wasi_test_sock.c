/* Sockets. */
#include "wasi_test.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

/* A context with this socket on descriptor 3. */
static void make_socket_context(guest *g, int host)
{
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.sockets = &host;
    config.socket_count = 1;
    make_context(g, &config);
}

static int listener(struct sockaddr_in *address)
{
    socklen_t size = sizeof *address;
    int host = socket(AF_INET, SOCK_STREAM, 0);
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (host < 0 || bind(host, (struct sockaddr *)address, size) < 0 || listen(host, 4) < 0 ||
        getsockname(host, (struct sockaddr *)address, &size) < 0) {
        if (host >= 0) {
            close(host);
        }
        skip("no loopback network");
    }
    return host;
}

static void accept_and_talk(guest *g)
{
    struct sockaddr_in address;
    int host = listener(&address);
    make_socket_context(g, host);
    int32_t accepted = reserve(g, 4), stat = reserve(g, 24), buffer = reserve(g, 16), size = reserve(g, 4);
    int32_t iovec = put_iovec(g, buffer, 16), flags = reserve(g, 8);
    EXPECT(ESUCCESS, fd_fdstat_set_flags, 3, W2O_FDFLAG_NONBLOCK);
    EXPECT(EAGAIN, sock_accept, 3, 0, accepted);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(connect(client, (struct sockaddr *)&address, sizeof address) == 0);
    EXPECT(EINVAL, sock_accept, 3, W2O_FDFLAG_APPEND, accepted);
    EXPECT(EFAULT, sock_accept, 3, 0, GUEST_MEMORY - 3);
    EXPECT(ESUCCESS, sock_accept, 3, W2O_FDFLAG_NONBLOCK, accepted);
    int32_t fd = (int32_t)get32(g, accepted);
    EXPECT(ESUCCESS, fd_fdstat_get, fd, stat);
    CHECK_EQUAL(W2O_FILETYPE_SOCKET_STREAM, get8(g, stat));
    CHECK_EQUAL(W2O_FDFLAG_NONBLOCK, get16(g, stat + 2));
    EXPECT(EAGAIN, sock_recv, fd, iovec, 1, 0, size, flags);
    CHECK(write(client, "hello", 5) == 5);
    EXPECT(ESUCCESS, sock_recv, fd, iovec, 1, 1, size, flags); /* peek */
    CHECK_EQUAL(5, get32(g, size));
    EXPECT(ESUCCESS, sock_recv, fd, iovec, 1, 0, size, flags);
    CHECK_EQUAL(5, get32(g, size));
    CHECK(memcmp(at(g, buffer), "hello", 5) == 0);
    CHECK_EQUAL(0, get16(g, flags));
    w2o_store32(at(g, iovec + 4), 5);
    EXPECT(ESUCCESS, sock_send, fd, iovec, 1, 0, size);
    CHECK_EQUAL(5, get32(g, size));
    write_text(g, fd, " again");
    char text[16] = "";
    CHECK(recv(client, text, 11, MSG_WAITALL) == 11);
    CHECK(strcmp(text, "hello again") == 0);
    EXPECT(ESUCCESS, sock_shutdown, fd, 2);
    CHECK(read(client, text, 1) == 0);
    EXPECT(EPIPE, sock_send, fd, iovec, 1, 0, size);
    EXPECT(EPIPE, fd_write, fd, iovec, 1, size);
    close(client);
    EXPECT(ESUCCESS, fd_close, fd);
    CHECK(fcntl(host, F_GETFD) >= 0);
    EXPECT(ESUCCESS, fd_close, 3);
    CHECK(fcntl(host, F_GETFD) >= 0); /* stays the host's */
    close(host);
}

static void arguments(guest *g)
{
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    make_socket_context(g, pair[0]);
    int32_t iovec = put_iovec(g, reserve(g, 8), 8), size = reserve(g, 4), flags = reserve(g, 4);
    EXPECT(EINVAL, sock_recv, 3, iovec, 1, 4, size, flags);
    EXPECT(EINVAL, sock_send, 3, iovec, 1, 1, size);
    EXPECT(EINVAL, sock_shutdown, 3, 0);
    EXPECT(EINVAL, sock_shutdown, 3, 4);
    EXPECT(EINVAL, sock_accept, 3, 0, size); /* does not listen */
    EXPECT(EFAULT, sock_recv, 3, iovec, 1, 0, GUEST_MEMORY, flags);
    EXPECT(EFAULT, sock_recv, 3, iovec, 1, 0, size, GUEST_MEMORY - 1);
    EXPECT(EFAULT, sock_recv, 3, GUEST_MEMORY, 1, 0, size, flags);
    EXPECT(EFAULT, sock_send, 3, put_iovec(g, GUEST_MEMORY, 1), 1, 0, size);
    EXPECT(EFAULT, sock_send, 3, iovec, 1, 0, GUEST_MEMORY);
    EXPECT(EBADF, fd_prestat_get, 3, size);
    EXPECT(ESUCCESS, sock_shutdown, 3, 1);
    EXPECT(ESUCCESS, sock_shutdown, 3, 3);
    close(pair[0]);
    close(pair[1]);
}

static void no_sockets(guest *g)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    w2o_wasi_config config;
    w2o_wasi_config_init(&config);
    config.standard_output.fd = ends[1];
    make_context(g, &config);
    int32_t iovec = put_iovec(g, reserve(g, 8), 8), size = reserve(g, 4);
    EXPECT(ENOTSOCK, sock_shutdown, 1, 1);
    EXPECT(ENOTSOCK, sock_accept, 1, 0, size);
    EXPECT(ENOTSOCK, sock_recv, 1, iovec, 1, 0, size, size);
    EXPECT(ENOTSOCK, sock_send, 1, iovec, 1, 0, size);
    w2o_wasi *wasi;
    config.sockets = ends;
    config.socket_count = 1;
    CHECK_EQUAL(ENOTSOCK, w2o_wasi_create(&config, &wasi, NULL));
    CHECK(fcntl(ends[0], F_GETFD) >= 0);
    close(ends[0]);
    close(ends[1]);
}

static void datagrams(guest *g)
{
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
    make_socket_context(g, pair[0]);
    int32_t iovec = put_iovec(g, reserve(g, 8), 4), size = reserve(g, 4), flags = reserve(g, 4), stat = reserve(g, 24);
    EXPECT(ESUCCESS, fd_fdstat_get, 3, stat);
    CHECK_EQUAL(W2O_FILETYPE_SOCKET_DGRAM, get8(g, stat));
    CHECK(send(pair[1], "longer", 6, 0) == 6);
    EXPECT(ESUCCESS, sock_recv, 3, iovec, 1, 0, size, flags);
    CHECK_EQUAL(4, get32(g, size));
    CHECK_EQUAL(1, get16(g, flags)); /* truncated */
    close(pair[0]);
    close(pair[1]);
}

static void rights(guest *g)
{
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    make_socket_context(g, pair[0]);
    int32_t iovec = put_iovec(g, reserve(g, 8), 4), size = reserve(g, 4);
    EXPECT(ESUCCESS, fd_fdstat_set_rights, 3, 0, 0);
    EXPECT(ENOTCAPABLE, sock_recv, 3, iovec, 1, 0, size, size);
    EXPECT(ENOTCAPABLE, sock_send, 3, iovec, 1, 0, size);
    EXPECT(ENOTCAPABLE, sock_shutdown, 3, 1);
    EXPECT(ENOTCAPABLE, sock_accept, 3, 0, size);
    close(pair[0]);
    close(pair[1]);
}

const test_case sock_tests[] = {
    {"accept and talk", accept_and_talk, false},
    {"arguments of sockets", arguments, false},
    {"no sockets", no_sockets, false},
    {"datagrams", datagrams, false},
    {"rights of sockets", rights, false},
    {0},
};
