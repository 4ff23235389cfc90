#include "net/listener.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/must.h"

enum { DESCRIPTORS_KEPT_FREE = 256 }; /* the database, and answers sent from files */

/** One connection that lives. */
struct accepted {
	struct listener *listener;
	struct accepted *next, **link;
	struct stream *stream; /* borrowed: valid as long as this is */
};

struct listener {
	uv_tcp_t tcp;
	struct loop *loop;
	struct listener_limits limits;
	void (*accepted)(void *owner, struct stream *s);
	void *owner;
	struct stream *spare; /* exists before the kernel says that somebody came */
	struct accepted *living;
	unsigned connections, port;
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)]; /* "": a port */
	uint64_t refused;
	bool open, closing, closed;
};

static unsigned cap_below_descriptors(unsigned wanted)
{
	struct rlimit files;
	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY)
		return wanted;
	rlim_t room = files.rlim_cur / 2 > DESCRIPTORS_KEPT_FREE
			      ? files.rlim_cur - DESCRIPTORS_KEPT_FREE
			      : files.rlim_cur / 2;
	return wanted < room ? wanted : (unsigned)room;
}

struct listener *listener_new(struct loop *l, const struct listener_limits *limits,
			      void (*accepted)(void *owner, struct stream *s), void *owner)
{
	struct listener *listener = memory_new(sizeof(*listener));
	listener->loop = l;
	listener->limits = *limits;
	listener->limits.connections = cap_below_descriptors(limits->connections);
	listener->accepted = accepted;
	listener->owner = owner;
	must(uv_tcp_init(loop_uv(l), &listener->tcp) == 0);
	listener->tcp.data = listener;
	return listener;
}

static void free_if_unused(struct listener *l)
{
	if (l->closed && l->living == NULL)
		memory_free(l);
}

static void connection_released(void *arg)
{
	struct accepted *a = arg;
	struct listener *l = a->listener;
	*a->link = a->next;
	if (a->next != NULL)
		a->next->link = a->link;
	l->connections--;
	memory_free(a);
	free_if_unused(l);
}

static bool address_is_over_cap(const struct listener *l, const struct stream *s)
{
	const char *peer = stream_peer(s);
	unsigned same = 0;
	if (l->limits.per_address == 0 || peer[0] == '\0')
		return false;
	for (const struct accepted *a = l->living; a != NULL; a = a->next)
		same += strcmp(stream_peer(a->stream), peer) == 0;
	return same > l->limits.per_address;
}

static void keep_track(struct listener *l, struct stream *s)
{
	struct accepted *a = memory_new(sizeof(*a));
	*a = (struct accepted){.listener = l, .next = l->living, .link = &l->living, .stream = s};
	if (a->next != NULL)
		a->next->link = &a->next;
	l->living = a;
	l->connections++;
	stream_on_release(s, connection_released, a);
}

static void hand_over(struct listener *l, struct stream *s)
{
	bool full = l->connections >= l->limits.connections;
	keep_track(l, s);
	stream_note_peer(s);
	if (full || address_is_over_cap(l, s)) {
		l->refused++;
		stream_close(&s);
		return;
	}
	l->accepted(l->owner, s);
}

static void listen_again(struct listener *l);

static void connection_came(uv_stream_t *handle, int status)
{
	struct listener *l = handle->data;
	if (l->closing)
		return;
	if (status == 0 && uv_accept(handle, stream_uv(l->spare)) == 0) {
		struct stream *s = l->spare;
		l->spare = stream_new(l->loop, &l->limits.stream);
		hand_over(l, s);
		return;
	}
	/* libuv 1.44 would never look at this port again (fixed upstream in d185607a8). */
	log_warn("net.accept_failed", LOG_TEXT("error", uv_strerror(status)));
	listen_again(l);
}

static void listen_again(struct listener *l)
{
	int error = uv_listen((uv_stream_t *)&l->tcp, l->limits.backlog, connection_came);
	if (error != 0)
		log_error("net.listen_failed", LOG_TEXT("error", uv_strerror(error)));
}

static bool address_of(const char *host, unsigned port, struct sockaddr_storage *address)
{
	if (strcmp(host, "localhost") == 0)
		host = "127.0.0.1";
	return uv_ip4_addr(host, (int)port, (struct sockaddr_in *)address) == 0 ||
	       uv_ip6_addr(host, (int)port, (struct sockaddr_in6 *)address) == 0;
}

static unsigned bound_port(const struct listener *l)
{
	struct sockaddr_storage address;
	int size = sizeof(address);
	must(uv_tcp_getsockname(&l->tcp, (struct sockaddr *)&address, &size) == 0);
	if (address.ss_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)&address)->sin_port);
	return ntohs(((const struct sockaddr_in6 *)&address)->sin6_port);
}

enum status listener_open(struct listener *l, const char *host, unsigned port, struct trouble *why)
{
	struct sockaddr_storage address = {0};
	must(!l->open && !l->closing);
	if (port > 65535)
		return trouble(why, E_INPUT, "port %u is not in 0..65535", port);
	if (!address_of(host, port, &address))
		return trouble(why, E_INPUT, "\"%s\" is not an IP address", host);
	int error = uv_tcp_bind(&l->tcp, (const struct sockaddr *)&address, 0);
	if (error == 0)
		error = uv_listen((uv_stream_t *)&l->tcp, l->limits.backlog, connection_came);
	if (error != 0)
		return trouble(why, E_CONFLICT, "cannot listen on %s port %u: %s", host, port,
			       uv_strerror(error));
	l->spare = stream_new(l->loop, &l->limits.stream);
	l->open = true;
	l->port = bound_port(l);
	return OK;
}

/** A socket that outlived its server is in the way; one that answers is somebody's. */
static bool is_left_over(const struct sockaddr_un *address)
{
	struct stat there;
	if (stat(address->sun_path, &there) != 0 || !S_ISSOCK(there.st_mode))
		return false;
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool refused = probe >= 0 &&
		       connect(probe, (const struct sockaddr *)address, sizeof(*address)) != 0 &&
		       errno == ECONNREFUSED;
	if (probe >= 0)
		(void)close(probe);
	return refused;
}

/** The descriptor, or a negative errno. */
static int bind_path(const struct sockaddr_un *address)
{
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (descriptor < 0)
		return -errno;
	if (is_left_over(address))
		(void)unlink(address->sun_path);
	if (bind(descriptor, (const struct sockaddr *)address, sizeof(*address)) == 0 &&
	    chmod(address->sun_path, 0666) == 0)
		return descriptor;
	int error = -errno;
	(void)close(descriptor);
	return error;
}

enum status listener_open_path(struct listener *l, const char *path, struct trouble *why)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	must(!l->open && !l->closing);
	if (path[0] == '\0' || strlen(path) >= sizeof(address.sun_path))
		return trouble(why, E_INPUT, "\"%s\" is too long for a socket", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	int descriptor = bind_path(&address);
	int error = descriptor < 0 ? descriptor : uv_tcp_open(&l->tcp, descriptor);
	if (descriptor >= 0 && error != 0)
		(void)close(descriptor);
	if (error == 0)
		memcpy(l->path, path, strlen(path) + 1);
	if (error == 0)
		error = uv_listen((uv_stream_t *)&l->tcp, l->limits.backlog, connection_came);
	if (error != 0)
		return trouble(why, E_CONFLICT, "cannot listen at %s: %s", path,
			       uv_strerror(error));
	l->spare = stream_new(l->loop, &l->limits.stream);
	l->open = true;
	return OK;
}

unsigned listener_port(const struct listener *l)
{
	return l->port;
}

unsigned listener_connections(const struct listener *l)
{
	return l->connections;
}

uint64_t listener_refused(const struct listener *l)
{
	return l->refused;
}

static void close_came(uv_handle_t *handle)
{
	struct listener *l = handle->data;
	l->closed = true;
	free_if_unused(l);
}

void listener_close(struct listener **l)
{
	struct listener *taken = *l;
	*l = NULL;
	if (taken == NULL)
		return;
	taken->closing = true;
	if (taken->path[0] != '\0')
		(void)unlink(taken->path);
	stream_close(&taken->spare);
	uv_close((uv_handle_t *)&taken->tcp, close_came);
}
