/* The server behind a real port of the loopback. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/server.h"

static void hello(struct exchange *x)
{
	exchange_answer(x, 200, "text/plain", slice_of(exchange_peer(x)));
}

static const struct handler hello_handler = {.begin = hello};
static const struct route routes[] = {{METHOD_GET, "/hello", &hello_handler, "a tag", 0, 0}};

static int connected_to(unsigned port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int client = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert_eq(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
	return client;
}

static void turn(struct loop *l)
{
	for (int i = 0; i < 50; i++)
		uv_run(loop_uv(l), UV_RUN_NOWAIT);
}

static void note(void *arg)
{
	*(bool *)arg = true;
}

Test(tcp, a_port_chosen_by_the_kernel_serves_until_the_server_stops)
{
	static const char request[] = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
	struct http_limits limits = http_limits_default();
	struct loop *l = loop_new();
	struct http_server *s = http_server_new(l, routes, 1, &limits, NULL);
	cr_assert_eq(http_server_listen(s, "127.0.0.1", 0, NULL), OK);
	cr_assert_neq(http_server_port(s), 0);
	int client = connected_to(http_server_port(s));
	cr_assert_eq(send(client, request, sizeof(request) - 1, 0), (ssize_t)sizeof(request) - 1);
	turn(l);
	char got[1000] = {0};
	cr_assert_gt(recv(client, got, sizeof(got) - 1, MSG_DONTWAIT), 0);
	cr_assert(strncmp(got, "HTTP/1.1 200 OK\r\n", 17) == 0);
	cr_assert(strstr(got, "\r\n\r\n127.0.0.1") != NULL);
	bool stopped = false;
	http_server_stop(s, note, &stopped);
	turn(l);
	cr_assert(stopped);
	cr_assert_eq(recv(client, got, sizeof(got), MSG_DONTWAIT), 0, "the idle client saw a FIN");
	http_server_free(s);
	loop_run(l);
	loop_free(l);
	close(client);
}

Test(tcp, a_reset_connection_is_gone)
{
	struct http_counters counters;
	struct http_limits limits = http_limits_default();
	struct loop *l = loop_new();
	struct http_server *s = http_server_new(l, routes, 1, &limits, NULL);
	cr_assert_eq(http_server_listen(s, "127.0.0.1", 0, NULL), OK);
	int client = connected_to(http_server_port(s));
	cr_assert_eq(send(client, "GET /h", 6, 0), 6);
	turn(l);
	struct linger now = {.l_onoff = 1};
	setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(client);
	turn(l);
	http_server_counters(s, &counters);
	cr_assert_eq(counters.connections, 0);
	cr_assert_eq(counters.connections_accepted, 1);
	bool stopped = false;
	http_server_stop(s, note, &stopped);
	turn(l);
	cr_assert(stopped);
	http_server_free(s);
	loop_run(l);
	loop_free(l);
}

Test(tcp, connections_come_and_go_independently)
{
	static const char request[] = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
	struct http_counters counters;
	struct http_limits limits = http_limits_default();
	struct loop *l = loop_new();
	struct http_server *s = http_server_new(l, routes, 1, &limits, NULL);
	cr_assert_eq(http_server_listen(s, "localhost", 0, NULL), OK);
	int clients[3];
	for (int i = 0; i < 3; i++)
		clients[i] = connected_to(http_server_port(s));
	turn(l);
	close(clients[1]);
	turn(l);
	http_server_counters(s, &counters);
	cr_assert_eq(counters.connections, 2);
	for (int i = 0; i < 3; i += 2) {
		char got[1000];
		cr_assert_gt(send(clients[i], request, sizeof(request) - 1, 0), 0);
		turn(l);
		cr_assert_gt(recv(clients[i], got, sizeof(got), MSG_DONTWAIT), 0);
		close(clients[i]);
	}
	bool stopped = false;
	http_server_stop(s, note, &stopped);
	turn(l);
	cr_assert(stopped);
	http_server_free(s);
	loop_run(l);
	loop_free(l);
}

Test(tcp, a_port_in_use_is_told_in_words)
{
	struct trouble why;
	struct http_limits limits = http_limits_default();
	struct loop *l = loop_new();
	struct http_server *s = http_server_new(l, routes, 1, &limits, NULL);
	cr_assert_eq(http_server_listen(s, "127.0.0.1", 0, NULL), OK);
	unsigned port = http_server_port(s);
	cr_assert_eq(http_server_listen(s, "127.0.0.1", port, &why), E_CONFLICT);
	bool stopped = false;
	http_server_stop(s, note, &stopped);
	loop_run(l);
	cr_assert(stopped);
	http_server_free(s);
	loop_run(l);
	loop_free(l);
}
