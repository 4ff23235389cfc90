#include "net/stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/sendfile.h>

#include "base/buf.h"
#include "base/must.h"

enum { KEPT_COPY_BYTES = 16384, KEPT_PIECES = 64, FILE_NONE = -1 };

/** Bytes to send: in `copies` from `offset`, or at `at` and not ours. */
struct piece {
	const char *at;
	size_t offset, len;
	void (*release)(void *what);
	void *what;
	int file; /* that begins with these bytes, or FILE_NONE */
};

/** What leaves in one system call if the socket takes it. */
struct batch {
	struct piece *pieces;
	size_t count, room, bytes;
	struct buf copies;
};

struct stream {
	uv_tcp_t tcp;
	struct loop *loop;
	struct stream_limits limits;
	const struct stream_events *events;
	void *owner;

	struct batch filling, sending;
	uv_buf_t *vector;
	size_t vector_room;
	uv_write_t write_request;
	uv_shutdown_t shutdown_request;
	size_t last_unsent;
	uint64_t last_progress_ms;

	bool reading_wanted, broken, paused_writer, closing, closed;
	bool writing, finish_wanted, finish_sent;
	bool later_pending, read_again, tell_gone, tell_writable;
	void (*on_release)(void *arg);
	void *release_arg;
	char peer[64];
};

/* One thread runs one loop, and the bytes are used up before the read callback returns. */
static _Thread_local char read_buffer[STREAM_READ_BYTES];

static struct stream *of(uv_handle_t *handle)
{
	return handle->data;
}

struct stream *stream_new(struct loop *l, const struct stream_limits *limits)
{
	struct stream *s = memory_new(sizeof(*s));
	s->loop = l;
	s->limits = *limits;
	must(uv_tcp_init(loop_uv(l), &s->tcp) == 0);
	s->tcp.data = s;
	/* Bounded by queue_bytes: see takes_more(). */
	buf_init(&s->filling.copies, SIZE_MAX / 4);
	buf_init(&s->sending.copies, SIZE_MAX / 4);
	return s;
}

enum status stream_adopt(struct stream *s, int descriptor, struct trouble *why)
{
	int error = uv_tcp_open(&s->tcp, descriptor);
	if (error != 0)
		return trouble(why, E_INPUT, "cannot use the socket: %s", uv_strerror(error));
	return OK;
}

uv_stream_t *stream_uv(struct stream *s)
{
	return (uv_stream_t *)&s->tcp;
}

void stream_on_release(struct stream *s, void (*fn)(void *arg), void *arg)
{
	s->on_release = fn;
	s->release_arg = arg;
}

static void batch_clear(struct batch *b)
{
	for (size_t i = 0; i < b->count; i++) {
		if (b->pieces[i].release != NULL)
			b->pieces[i].release(b->pieces[i].what);
	}
	b->count = 0;
	b->bytes = 0;
	size_t limit = b->copies.limit_bytes;
	if (b->copies.room > KEPT_COPY_BYTES) {
		buf_fini(&b->copies);
		buf_init(&b->copies, limit);
	}
	buf_clear(&b->copies);
	if (b->room > KEPT_PIECES) {
		memory_free(b->pieces);
		b->pieces = NULL;
		b->room = 0;
	}
}

static void batch_fini(struct batch *b)
{
	batch_clear(b);
	buf_fini(&b->copies);
	memory_free(b->pieces);
}

static struct piece *batch_add(struct batch *b, size_t len)
{
	if (b->count == b->room) {
		b->room = b->room > 0 ? b->room * 2 : 8;
		b->pieces = memory_resize(b->pieces, b->room, sizeof(*b->pieces));
	}
	b->bytes += len;
	return &b->pieces[b->count++];
}

static void release_memory(struct stream *s)
{
	batch_fini(&s->filling);
	batch_fini(&s->sending);
	memory_free(s->vector);
	memory_free(s);
}

static void read_came(uv_stream_t *handle, ssize_t count, const uv_buf_t *buffer);

static void give_read_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	(void)handle;
	(void)suggested;
	*buffer = uv_buf_init(read_buffer, sizeof(read_buffer));
}

static void later_came(void *arg);

static void ask_for_a_turn(struct stream *s)
{
	if (s->later_pending)
		return;
	s->later_pending = true;
	loop_later(s->loop, later_came, s);
}

static void break_off(struct stream *s)
{
	if (s->broken || s->closing)
		return;
	s->broken = true;
	uv_read_stop(stream_uv(s));
	s->tell_gone = true;
	ask_for_a_turn(s);
}

/** A writer that was told to wait may go on. */
static bool writer_may_go_on(struct stream *s)
{
	if (!s->paused_writer || stream_unsent(s) > s->limits.queue_bytes / 4)
		return false;
	s->paused_writer = false;
	return true;
}

/** Each event may close the stream: the memory stays until the close callback. */
static void later_came(void *arg)
{
	struct stream *s = arg;
	s->later_pending = false;
	if (s->closed) {
		release_memory(s);
		return;
	}
	if (s->read_again && s->reading_wanted && !s->closing && !s->broken)
		uv_read_start(stream_uv(s), give_read_buffer, read_came);
	s->read_again = false;
	if (s->tell_writable && !s->closing && !s->broken) {
		s->tell_writable = false;
		s->events->writable(s->owner);
	}
	if (s->tell_gone && !s->closing) {
		s->tell_gone = false;
		s->events->gone(s->owner);
	}
}

static void read_came(uv_stream_t *handle, ssize_t count, const uv_buf_t *buffer)
{
	struct stream *s = of((uv_handle_t *)handle);
	if (count == 0 || s->closing)
		return;
	if (count < 0) {
		uv_read_stop(handle);
		s->reading_wanted = false;
		if (count == UV_EOF)
			s->events->eof(s->owner);
		else
			s->events->gone(s->owner);
		return;
	}
	if ((size_t)count == sizeof(read_buffer)) {
		/* libuv would read up to 32 full buffers in a row; others are waiting. */
		uv_read_stop(handle);
		s->read_again = true;
		ask_for_a_turn(s);
	}
	s->events->bytes(s->owner, (struct slice){buffer->base, (size_t)count});
}

void stream_note_peer(struct stream *s)
{
	struct sockaddr_storage address;
	int size = sizeof(address);
	if (s->peer[0] != '\0')
		return;
	if (uv_tcp_getpeername(&s->tcp, (struct sockaddr *)&address, &size) != 0)
		return;
	if (address.ss_family == AF_INET)
		uv_ip4_name((const struct sockaddr_in *)&address, s->peer, sizeof(s->peer));
	else if (address.ss_family == AF_INET6)
		uv_ip6_name((const struct sockaddr_in6 *)&address, s->peer, sizeof(s->peer));
}

const char *stream_peer(const struct stream *s)
{
	return s->peer;
}

void stream_start(struct stream *s, const struct stream_events *events, void *owner)
{
	s->events = events;
	s->owner = owner;
	stream_note_peer(s);
	if (s->peer[0] != '\0')
		uv_tcp_nodelay(&s->tcp, 1);
	stream_resume(s);
}

void stream_pause(struct stream *s)
{
	s->reading_wanted = false;
	uv_read_stop(stream_uv(s));
}

void stream_resume(struct stream *s)
{
	if (s->reading_wanted || s->broken || s->closing)
		return;
	s->reading_wanted = true;
	if (!s->read_again && uv_read_start(stream_uv(s), give_read_buffer, read_came) != 0)
		break_off(s);
}

size_t stream_unsent(const struct stream *s)
{
	size_t sending = s->writing ? uv_stream_get_write_queue_size((const uv_stream_t *)&s->tcp)
				    : 0;
	return s->filling.bytes + sending;
}

/** How the writer is to go on after a piece was queued. */
static enum flow after_put(struct stream *s)
{
	size_t mark = s->limits.queue_bytes / 2;
	if (stream_unsent(s) > mark)
		stream_flush(s);
	if (s->broken)
		return FLOW_STOP;
	if (stream_unsent(s) <= mark)
		return FLOW_MORE;
	s->paused_writer = true;
	return FLOW_PAUSE;
}

static bool takes_more(struct stream *s)
{
	if (s->broken || s->closing)
		return false;
	must(!s->finish_wanted);
	if (stream_unsent(s) < s->limits.queue_bytes)
		return true;
	break_off(s); /* it was told to wait half a queue ago */
	return false;
}

enum flow stream_put(struct stream *s, struct slice bytes)
{
	if (!takes_more(s))
		return FLOW_STOP;
	struct batch *b = &s->filling;
	size_t offset = b->copies.len;
	buf_add(&b->copies, bytes);
	struct piece *last = b->count > 0 ? &b->pieces[b->count - 1] : NULL;
	if (last != NULL && last->at == NULL) {
		last->len += bytes.len;
		b->bytes += bytes.len;
	} else {
		*batch_add(b, bytes.len) = (struct piece){
			.offset = offset, .len = bytes.len, .file = FILE_NONE};
	}
	return after_put(s);
}

enum flow stream_put_shared(struct stream *s, struct slice bytes, void (*release)(void *what),
			    void *what)
{
	return stream_put_file(s, bytes, FILE_NONE, release, what);
}

enum flow stream_put_file(struct stream *s, struct slice bytes, int file,
			  void (*release)(void *what), void *what)
{
	if (!takes_more(s)) {
		release(what);
		return FLOW_STOP;
	}
	*batch_add(&s->filling, bytes.len) = (struct piece){
		.at = bytes.at, .len = bytes.len, .release = release, .what = what, .file = file};
	return after_put(s);
}

/** The pieces of `sending` as libuv wants them, without the first `skip` bytes. */
static unsigned fill_vector(struct stream *s, size_t skip)
{
	struct batch *b = &s->sending;
	if (s->vector_room < b->count) {
		s->vector_room = b->room;
		s->vector = memory_resize(s->vector, s->vector_room, sizeof(*s->vector));
	}
	unsigned count = 0;
	for (size_t i = 0; i < b->count; i++) {
		const struct piece *p = &b->pieces[i];
		if (skip >= p->len) {
			skip -= p->len;
			continue;
		}
		/* libuv's buffers are not const, but writing does not change them. */
		union {
			const char *from;
			char *to;
		} at = {.from = (p->at != NULL ? p->at : b->copies.at + p->offset) + skip};
		s->vector[count++] = uv_buf_init(at.to, (unsigned)(p->len - skip));
		skip = 0;
	}
	return count;
}

static void shutdown_came(uv_shutdown_t *request, int status)
{
	struct stream *s = request->handle->data;
	(void)status; /* not connected any more: there is nobody to tell */
	if (!s->closing)
		s->events->finished(s->owner);
}

static void finish_if_empty(struct stream *s)
{
	if (!s->finish_wanted || s->finish_sent || s->writing || s->broken)
		return;
	s->finish_sent = true;
	if (uv_shutdown(&s->shutdown_request, stream_uv(s), shutdown_came) != 0)
		break_off(s);
}

static void write_came(uv_write_t *request, int status)
{
	struct stream *s = request->handle->data;
	s->writing = false;
	batch_clear(&s->sending);
	if (s->closing)
		return;
	if (status < 0) {
		break_off(s);
		return;
	}
	stream_flush(s);
	if (writer_may_go_on(s)) {
		s->tell_writable = true;
		ask_for_a_turn(s);
	}
	if (!s->writing && !s->finish_wanted && !s->broken)
		s->events->flushed(s->owner);
}

/** The rest that the socket did not take at once. */
static void write_rest(struct stream *s, size_t sent)
{
	unsigned count = fill_vector(s, sent);
	if (uv_write(&s->write_request, stream_uv(s), s->vector, count, write_came) != 0) {
		batch_clear(&s->sending);
		break_off(s);
		return;
	}
	s->writing = true;
	s->last_unsent = stream_unsent(s);
	s->last_progress_ms = uv_now(loop_uv(s->loop));
}

/** How much the socket took of the file's pages, or a negative errno. */
static ssize_t try_send_file(struct stream *s)
{
	const struct piece *piece = &s->sending.pieces[0];
	off_t from = 0;
	uv_os_fd_t socket;
	if (uv_fileno((uv_handle_t *)&s->tcp, &socket) != 0)
		return UV_EBADF;
	ssize_t sent = sendfile(socket, piece->file, &from, piece->len);
	return sent < 0 ? uv_translate_sys_error(errno) : sent;
}

static ssize_t try_send(struct stream *s)
{
	unsigned count = fill_vector(s, 0); /* may move the vector */
	/* Many answers leave faster in one call, copied. */
	if (s->sending.count == 1 && s->sending.pieces[0].file != FILE_NONE)
		return try_send_file(s);
	return uv_try_write(stream_uv(s), s->vector, count);
}

static void send_batch(struct stream *s)
{
	struct batch now = s->filling;
	s->filling = s->sending;
	s->sending = now;
	ssize_t sent = try_send(s);
	if (sent == UV_EAGAIN)
		sent = 0;
	if (sent < 0) {
		batch_clear(&s->sending);
		break_off(s);
	} else if ((size_t)sent == s->sending.bytes) {
		batch_clear(&s->sending);
	} else {
		write_rest(s, (size_t)sent);
	}
}

void stream_flush(struct stream *s)
{
	if (s->broken || s->closing || s->writing)
		return;
	if (s->filling.bytes > 0)
		send_batch(s);
	else
		batch_clear(&s->filling);
	if (!s->writing && !s->tell_writable && writer_may_go_on(s)) {
		s->tell_writable = true;
		ask_for_a_turn(s);
	}
	finish_if_empty(s);
}

void stream_finish(struct stream *s)
{
	if (s->finish_wanted)
		return;
	s->finish_wanted = true;
	stream_flush(s);
}

void stream_tick(struct stream *s, uint64_t now_ms)
{
	if (!s->writing || s->broken)
		return;
	size_t unsent = uv_stream_get_write_queue_size(stream_uv(s));
	if (unsent != s->last_unsent) {
		s->last_unsent = unsent;
		s->last_progress_ms = now_ms;
	} else if (now_ms > s->last_progress_ms + s->limits.write_stall_ms) {
		break_off(s);
	}
}

static void close_came(uv_handle_t *handle)
{
	struct stream *s = of(handle);
	if (s->on_release != NULL)
		s->on_release(s->release_arg);
	s->closed = true;
	if (!s->later_pending)
		release_memory(s);
}

void stream_close(struct stream **s)
{
	struct stream *taken = *s;
	*s = NULL;
	if (taken == NULL || taken->closing)
		return;
	taken->closing = true;
	uv_close((uv_handle_t *)&taken->tcp, close_came);
}
