#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "net/listener.h"

/** A listener whose streams echo, and what they were told. */
struct echo {
	struct loop *loop;
	struct listener *listener;
	struct stream *streams[16];
	unsigned count, eofs, gone, finished, reads;
	size_t most_in_one_read;
	bool silent, paused;
};

static struct echo *shared;

static unsigned index_of(void *owner)
{
	return (unsigned)((struct stream **)owner - shared->streams);
}

static void echo_bytes(void *owner, struct slice in)
{
	struct stream **s = owner;
	shared->reads++;
	if (in.len > shared->most_in_one_read)
		shared->most_in_one_read = in.len;
	if (shared->paused)
		stream_pause(*s);
	if (shared->silent)
		return;
	(void)stream_put(*s, in);
	stream_flush(*s);
}

static void echo_eof(void *owner)
{
	(void)index_of(owner);
	shared->eofs++;
	stream_finish(*(struct stream **)owner);
}

static void echo_gone(void *owner)
{
	shared->gone++;
	stream_close(owner);
}

static void ignore(void *owner)
{
	(void)owner;
}

static void echo_finished(void *owner)
{
	shared->finished++;
	stream_close(owner);
}

static const struct stream_events events = {
	.bytes = echo_bytes,
	.eof = echo_eof,
	.gone = echo_gone,
	.writable = ignore,
	.flushed = ignore,
	.finished = echo_finished,
};

static void accepted(void *owner, struct stream *s)
{
	struct echo *e = owner;
	cr_assert_lt(e->count, COUNT_OF(e->streams));
	e->streams[e->count] = s;
	stream_start(s, &events, &e->streams[e->count++]);
}

static struct echo *given_listener(unsigned connections, unsigned per_address)
{
	static struct echo e;
	struct listener_limits limits = {
		.connections = connections,
		.per_address = per_address,
		.backlog = 16,
		.stream = {.queue_bytes = 1 << 20, .write_stall_ms = 1000},
	};
	e = (struct echo){.loop = loop_new()};
	shared = &e;
	e.listener = listener_new(e.loop, &limits, accepted, &e);
	cr_assert_eq(listener_open(e.listener, "127.0.0.1", 0, NULL), OK);
	return &e;
}

static int given_client(const struct echo *e)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)listener_port(e->listener))};
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int client = socket(AF_INET, SOCK_STREAM, 0);
	cr_assert_eq(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
	return client;
}

static void turn(struct echo *e)
{
	for (int i = 0; i < 30; i++)
		uv_run(loop_uv(e->loop), UV_RUN_NOWAIT);
}

/** 1: a byte came, 0: closed, -1: nothing yet. */
static int peek(int client)
{
	char byte;
	ssize_t n = recv(client, &byte, 1, MSG_DONTWAIT);
	return n < 0 && errno != EAGAIN ? 0 : (int)n;
}

static void end(struct echo *e)
{
	listener_close(&e->listener);
	for (unsigned i = 0; i < e->count; i++)
		stream_close(&e->streams[i]);
	loop_run(e->loop);
	loop_free(e->loop);
}

Test(net, what_is_put_comes_out_in_order)
{
	struct echo *e = given_listener(10, 0);
	int client = given_client(e);
	cr_assert_eq(send(client, "ab", 2, 0), 2);
	turn(e);
	char got[2];
	cr_assert_eq(recv(client, got, 2, MSG_DONTWAIT), 2);
	cr_assert(memcmp(got, "ab", 2) == 0);
	cr_assert_str_eq(stream_peer(e->streams[0]), "127.0.0.1");
	close(client);
	end(e);
}

Test(net, everything_is_out_before_the_fin)
{
	struct echo *e = given_listener(10, 0);
	int client = given_client(e);
	cr_assert_eq(send(client, "z", 1, 0), 1);
	shutdown(client, SHUT_WR);
	turn(e);
	cr_assert_eq(peek(client), 1);
	cr_assert_eq(peek(client), 0);
	cr_assert_eq(e->eofs, 1);
	cr_assert_eq(e->finished, 1);
	close(client);
	end(e);
}

Test(net, a_connection_above_the_cap_is_closed_at_once)
{
	struct echo *e = given_listener(2, 0);
	int clients[3] = {given_client(e), given_client(e), given_client(e)};
	turn(e);
	cr_assert_eq(peek(clients[0]), -1);
	cr_assert_eq(peek(clients[1]), -1);
	cr_assert_eq(peek(clients[2]), 0);
	cr_assert_eq(listener_refused(e->listener), 1);
	cr_assert_eq(listener_connections(e->listener), 2);
	close(clients[0]);
	turn(e);
	int next = given_client(e);
	turn(e);
	cr_assert_eq(peek(next), -1, "a place was free again");
	close(clients[1]);
	close(clients[2]);
	close(next);
	end(e);
}

Test(net, one_address_may_be_capped)
{
	struct echo *e = given_listener(10, 1);
	int first = given_client(e), second = given_client(e);
	turn(e);
	cr_assert_eq(peek(first), -1);
	cr_assert_eq(peek(second), 0);
	close(first);
	close(second);
	end(e);
}

Test(net, a_listener_goes_on_after_it_ran_out_of_descriptors)
{
	struct echo *e = given_listener(10, 0);
	struct rlimit before, none;
	int client = given_client(e);
	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	int lowest_free = dup(0);
	close(lowest_free);
	none.rlim_cur = (rlim_t)lowest_free;
	setrlimit(RLIMIT_NOFILE, &none);
	turn(e);
	setrlimit(RLIMIT_NOFILE, &before);
	close(client);
	turn(e);
	int next = given_client(e);
	cr_assert_eq(send(next, "n", 1, 0), 1);
	turn(e);
	cr_assert_eq(peek(next), 1);
	close(next);
	end(e);
}

Test(net, one_read_a_turn_is_at_most_64_kib)
{
	static char bytes[400000];
	struct echo *e = given_listener(10, 0);
	e->silent = true;
	int client = given_client(e);
	ssize_t sent = send(client, bytes, sizeof(bytes), MSG_DONTWAIT);
	cr_assert_gt(sent, STREAM_READ_BYTES * 2);
	unsigned before = e->reads, most = 0;
	for (int i = 0; i < 30; i++) {
		uv_run(loop_uv(e->loop), UV_RUN_NOWAIT);
		most = e->reads - before > most ? e->reads - before : most;
		before = e->reads;
	}
	cr_assert_eq(most, 1, "%u reads in one turn", most);
	cr_assert_eq(e->most_in_one_read, STREAM_READ_BYTES);
	close(client);
	end(e);
}

Test(net, a_paused_stream_reads_nothing_until_it_resumes)
{
	struct echo *e = given_listener(10, 0);
	e->silent = e->paused = true;
	int client = given_client(e);
	cr_assert_eq(send(client, "a", 1, 0), 1);
	turn(e);
	cr_assert_eq(send(client, "b", 1, 0), 1);
	turn(e);
	cr_assert_eq(e->reads, 1);
	stream_resume(e->streams[0]);
	turn(e);
	cr_assert_eq(e->reads, 2);
	close(client);
	end(e);
}

Test(net, writing_to_a_reset_connection_is_gone_once_and_kills_nobody)
{
	struct echo *e = given_listener(10, 0);
	int client = given_client(e);
	turn(e);
	struct linger now = {.l_onoff = 1};
	setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	stream_pause(e->streams[0]);
	close(client);
	for (int i = 0; i < 3 && e->streams[0] != NULL; i++) {
		(void)stream_put(e->streams[0], SLICE("x"));
		stream_flush(e->streams[0]);
		turn(e);
	}
	cr_assert_eq(e->gone, 1);
	end(e);
}

static unsigned released;

static void count_release(void *what)
{
	(void)what;
	released++;
}

Test(net, shared_bytes_are_released_when_out_and_when_given_up)
{
	static char big[8 << 20];
	struct echo *e = given_listener(10, 0);
	int client = given_client(e);
	turn(e);
	released = 0;
	(void)stream_put_shared(e->streams[0], SLICE("now"), count_release, NULL);
	stream_flush(e->streams[0]);
	cr_assert_eq(released, 1);
	(void)stream_put_shared(e->streams[0], (struct slice){big, sizeof(big)}, count_release,
				NULL);
	stream_flush(e->streams[0]);
	cr_assert_eq(released, 1, "the client does not read");
	stream_close(&e->streams[0]);
	turn(e);
	cr_assert_eq(released, 2);
	close(client);
	end(e);
}

Test(net, a_file_comes_whole_to_a_client_that_reads_slowly)
{
	enum { BYTES = 6 << 20 };
	struct echo *e = given_listener(10, 0);
	int client = given_client(e);
	int file = memfd_create("sent", MFD_CLOEXEC);
	cr_assert_eq(ftruncate(file, BYTES), 0);
	char *pages = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	cr_assert_neq(pages, MAP_FAILED);
	for (size_t i = 0; i < BYTES; i++)
		pages[i] = (char)(i * 7 + i / 4096);
	turn(e);
	released = 0;
	(void)stream_put_file(e->streams[0], (struct slice){pages, BYTES}, file, count_release,
			      NULL);
	stream_flush(e->streams[0]);
	cr_assert_eq(released, 0, "the client does not read yet");
	static char got[BYTES];
	size_t len = 0;
	for (int turns = 0; len < BYTES && turns < 100000; turns++) {
		ssize_t more = recv(client, got + len, 50000, MSG_DONTWAIT);
		len += more > 0 ? (size_t)more : 0;
		turn(e);
	}
	cr_assert_eq(len, BYTES);
	cr_assert_eq(memcmp(got, pages, BYTES), 0);
	cr_assert_eq(released, 1);
	munmap(pages, BYTES);
	close(file);
	close(client);
	end(e);
}

Test(net, a_port_in_use_is_a_conflict_in_words)
{
	struct echo *e = given_listener(10, 0);
	struct trouble why;
	struct listener_limits limits = {.connections = 1, .backlog = 1};
	struct listener *second = listener_new(e->loop, &limits, accepted, e);
	cr_assert_eq(listener_open(second, "127.0.0.1", listener_port(e->listener), &why),
		     E_CONFLICT);
	cr_assert(strstr(why.words, "address already in use") != NULL, "%s", why.words);
	listener_close(&second);
	second = listener_new(e->loop, &limits, accepted, e);
	cr_assert_eq(listener_open(second, "nowhere", 1, &why), E_INPUT);
	listener_close(&second);
	end(e);
}

static struct listener *given_path(struct echo *e, const char *path, enum status expected)
{
	struct trouble why;
	struct listener_limits limits = {
		.connections = 4,
		.backlog = 4,
		.stream = {.queue_bytes = 1 << 20, .write_stall_ms = 1000}};
	struct listener *l = listener_new(e->loop, &limits, accepted, e);
	enum status st = listener_open_path(l, path, &why);
	cr_assert_eq(st, expected, "%s", why.words);
	return l;
}

Test(net, a_socket_file_is_listened_at_replaced_when_left_over_and_taken_away)
{
	char folder[] = "/tmp/plaudit-net-XXXXXX", path[64];
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct echo *e = given_listener(10, 0);
	cr_assert(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/socket", folder);
	memcpy(address.sun_path, path, strlen(path) + 1);
	int left_over = socket(AF_UNIX, SOCK_STREAM, 0);
	cr_assert_eq(bind(left_over, (struct sockaddr *)&address, sizeof(address)), 0);
	close(left_over);
	struct listener *first = given_path(e, path, OK);
	int client = socket(AF_UNIX, SOCK_STREAM, 0);
	cr_assert_eq(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
	struct listener *second = given_path(e, path, E_CONFLICT);
	listener_close(&second);
	cr_assert_eq(access(path, F_OK), 0, "somebody else's socket was taken away");
	listener_close(&first);
	cr_assert_neq(access(path, F_OK), 0);
	close(client);
	rmdir(folder);
	end(e);
}

Test(net, a_path_that_is_no_socket_is_left_as_it_is)
{
	char file[] = "/tmp/plaudit-net-XXXXXX";
	struct echo *e = given_listener(10, 0);
	close(mkstemp(file));
	struct listener *l = given_path(e, file, E_CONFLICT);
	listener_close(&l);
	cr_assert_eq(unlink(file), 0);
	end(e);
}
