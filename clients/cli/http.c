#include "cli/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { CONNECT_TIMEOUT_S = 15, SEND_BYTES = 256 * 1024, HEADER_BYTES = 16 * 1024 };

/** One request under way. */
struct exchange {
	const struct http_request *request;
	struct http_answer *answer;
	CURL *curl;
	uint64_t sent_bytes;
	int read_error; /**< errno of reading the body */
	char words[CURL_ERROR_SIZE];
};

static volatile sig_atomic_t interrupted;

static void note_interrupt(int signal_number)
{
	(void)signal_number;
	interrupted = 1;
}

/** Without SA_RESTART: a read from a silent standard input must end, too. */
void http_catch_interrupt(void)
{
	struct sigaction action = {.sa_handler = note_interrupt};
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool http_interrupted(void)
{
	return interrupted != 0;
}

void http_answer_init(struct http_answer *a)
{
	*a = (struct http_answer){0};
	buf_init(&a->body, HTTP_ANSWER_BYTES);
	buf_init(&a->head, HTTP_HEAD_BYTES);
}

void http_answer_fini(struct http_answer *a)
{
	buf_fini(&a->body);
	buf_fini(&a->head);
}

struct slice http_answer_field(const struct http_answer *a, const char *name)
{
	struct slice rest = buf_slice(&a->head), line;
	while (rest.len > 0 && slice_next_part(&rest, '\n', &line)) {
		struct slice value = line, found;
		if (slice_next_part(&value, ':', &found) && value.at != NULL &&
		    slice_equal_ignoring_case(found, slice_of(name)))
			return slice_trim(value);
	}
	return SLICE_NONE;
}

bool http_sleep(uint64_t ms)
{
	struct timespec span = {.tv_sec = (time_t)(ms / 1000),
				.tv_nsec = (long)(ms % 1000) * 1000000};
	return !http_interrupted() && nanosleep(&span, NULL) == 0;
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '~';
}

/** A dot is escaped where it could make "." or "..": nowhere does it have to stay. */
static void add_escaped(struct buf *path, struct slice text)
{
	bool dots_only = text.len <= 2;
	for (size_t i = 0; i < text.len; i++)
		dots_only = dots_only && text.at[i] == '.';
	for (size_t i = 0; i < text.len; i++) {
		if (is_unreserved(text.at[i]) || (text.at[i] == '.' && !dots_only))
			buf_add_byte(path, text.at[i]);
		else
			buf_print(path, "%%%02X", (unsigned)(unsigned char)text.at[i]);
	}
}

void http_add_segment(struct buf *path, struct slice segment)
{
	buf_add_byte(path, '/');
	add_escaped(path, segment);
}

void http_add_query(struct buf *path, const char *name, struct slice value)
{
	bool first = path->len == 0 || memchr(path->at, '?', path->len) == NULL;
	buf_add_byte(path, first ? '?' : '&');
	buf_add_text(path, name);
	buf_add_byte(path, '=');
	add_escaped(path, value);
}

static bool is_loopback(const char *host)
{
	struct slice name = slice_of(host);
	return slice_equal_ignoring_case(name, SLICE("localhost")) || slice_is(name, "[::1]") ||
	       (slice_starts_with(name, SLICE("127.")) && strspn(host, "0123456789.") == name.len);
}

/** The parts of an address that decide. */
struct address {
	char *scheme, *host, *user, *query;
};

static enum status judge(const struct address *a, bool allow_http, struct trouble *why)
{
	bool https = slice_is(slice_of(a->scheme), "https");
	if (!https && !slice_is(slice_of(a->scheme), "http"))
		return trouble(why, E_INPUT,
			       "the server's address must begin with https:// or http://");
	if (a->user != NULL || a->query != NULL)
		return trouble(
			why, E_INPUT,
			"the server's address must be scheme, host and port, nothing secret");
	if (!https && !allow_http && !is_loopback(a->host))
		return trouble(
			why, E_INPUT,
			"http would send the key unencrypted to %s: use https, or --allow-http",
			a->host);
	return OK;
}

static enum status inspect(const char *url, bool allow_http, bool *loopback, struct trouble *why)
{
	struct address a = {0};
	CURLU *parts = curl_url();
	must(parts != NULL);
	enum status st = OK;
	if (curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
	    curl_url_get(parts, CURLUPART_SCHEME, &a.scheme, 0) != CURLUE_OK ||
	    curl_url_get(parts, CURLUPART_HOST, &a.host, 0) != CURLUE_OK) {
		st = trouble(why, E_INPUT, "'%s' is not the address of a server", url);
	} else {
		curl_url_get(parts, CURLUPART_USER, &a.user, 0);
		curl_url_get(parts, CURLUPART_QUERY, &a.query, 0);
		st = judge(&a, allow_http, why);
		*loopback = is_loopback(a.host);
	}
	curl_free(a.scheme);
	curl_free(a.host);
	curl_free(a.user);
	curl_free(a.query);
	curl_url_cleanup(parts);
	return st;
}

enum status http_check_server(const char *url, bool allow_http, struct trouble *why)
{
	bool loopback;
	return inspect(url, allow_http, &loopback, why);
}

static long status_now(const struct exchange *x)
{
	long status = 0;
	curl_easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static size_t take_answer(const char *at, size_t size, size_t count, void *context)
{
	struct exchange *x = context;
	const struct http_sink *sink = x->request->sink;
	struct slice part = {at, size * count};
	if (sink != NULL && status_now(x) == 200)
		return sink->take(sink->context, part) ? part.len : 0;
	buf_add(&x->answer->body, part);
	return buf_over(&x->answer->body) ? 0 : size * count;
}

/** The head of "100 Continue" is not that of the answer. */
static size_t take_head(const char *at, size_t size, size_t count, void *context)
{
	struct exchange *x = context;
	struct slice line = {at, size * count};
	if (slice_starts_with(line, SLICE("HTTP/")))
		buf_clear(&x->answer->head);
	while (line.len > 0 && (line.at[line.len - 1] == '\n' || line.at[line.len - 1] == '\r'))
		line.len--;
	buf_add(&x->answer->head, line);
	buf_add_byte(&x->answer->head, '\n');
	return size * count;
}

static size_t give_memory(struct exchange *x, char *room, size_t len)
{
	struct slice rest = slice_from(x->request->body->memory, (size_t)x->sent_bytes);
	size_t given = rest.len < len ? rest.len : len;
	memcpy(room, rest.at, given);
	return given;
}

static size_t give_file(struct exchange *x, char *room, size_t len)
{
	ssize_t got;
	do {
		got = read(x->request->body->descriptor, room, len);
	} while (got < 0 && errno == EINTR && !http_interrupted());
	if (got < 0) {
		x->read_error = errno;
		return CURL_READFUNC_ABORT;
	}
	return (size_t)got;
}

static size_t give_body(char *room, size_t size, size_t count, void *context)
{
	struct exchange *x = context;
	if (http_interrupted())
		return CURL_READFUNC_ABORT;
	bool in_memory = x->request->body->descriptor < 0;
	size_t given = in_memory ? give_memory(x, room, size * count)
				 : give_file(x, room, size * count);
	if (given != CURL_READFUNC_ABORT)
		x->sent_bytes += given;
	return given;
}

/** A server that asks again (417 after "Expect") gets the body from its start. */
static int rewind_body(void *context, curl_off_t offset, int origin)
{
	struct exchange *x = context;
	int descriptor = x->request->body->descriptor;
	if (origin != SEEK_SET || offset < 0)
		return CURL_SEEKFUNC_FAIL;
	if (descriptor >= 0 && lseek(descriptor, offset, SEEK_SET) < 0)
		return CURL_SEEKFUNC_CANTSEEK;
	x->sent_bytes = (uint64_t)offset;
	return CURL_SEEKFUNC_OK;
}

static int note_movement(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
			 curl_off_t up)
{
	struct exchange *x = context;
	const struct http_body *body = x->request->body;
	(void)down_total;
	(void)down;
	(void)up_total;
	if (body != NULL && body->moved != NULL)
		body->moved(body->context, up > 0 ? (uint64_t)up : 0);
	return http_interrupted() ? 1 : 0;
}

/** setopt fails only on options this libcurl does not have, or no memory. */
#define SET(curl, option, value) must(curl_easy_setopt(curl, option, value) == CURLE_OK)

static void set_guards(CURL *curl, const struct http_server *server, bool loopback)
{
	SET(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(curl, CURLOPT_FOLLOWLOCATION, 0L);
	SET(curl, CURLOPT_PATH_AS_IS, 1L);
	SET(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	SET(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	SET(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(curl, CURLOPT_NOSIGNAL, 1L);
	SET(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
	SET(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	SET(curl, CURLOPT_LOW_SPEED_TIME, server->timeout_s);
	SET(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)HTTP_ANSWER_BYTES);
	SET(curl, CURLOPT_USERAGENT, "plaudit/" PLAUDIT_VERSION);
	if (loopback)
		SET(curl, CURLOPT_PROXY, ""); /* a proxy would take the key off this machine */
}

static void set_body(CURL *curl, struct exchange *x)
{
	const struct http_body *body = x->request->body;
	if (slice_is(slice_of(x->request->method), "HEAD")) {
		SET(curl, CURLOPT_NOBODY, 1L);
		return;
	}
	if (body == NULL) {
		if (!slice_is(slice_of(x->request->method), "GET")) {
			SET(curl, CURLOPT_POSTFIELDS, "");
			SET(curl, CURLOPT_POSTFIELDSIZE, 0L);
		}
		return;
	}
	SET(curl, CURLOPT_UPLOAD, 1L);
	SET(curl, CURLOPT_UPLOAD_BUFFERSIZE, (long)SEND_BYTES);
	SET(curl, CURLOPT_READFUNCTION, give_body);
	SET(curl, CURLOPT_READDATA, x);
	SET(curl, CURLOPT_SEEKFUNCTION, rewind_body);
	SET(curl, CURLOPT_SEEKDATA, x);
	SET(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)body->len);
}

static void set_exchange(CURL *curl, struct exchange *x)
{
	x->curl = curl;
	if (x->request->sink != NULL)
		SET(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)0);
	SET(curl, CURLOPT_CUSTOMREQUEST, x->request->method);
	SET(curl, CURLOPT_ERRORBUFFER, x->words);
	SET(curl, CURLOPT_WRITEFUNCTION, take_answer);
	SET(curl, CURLOPT_WRITEDATA, x);
	SET(curl, CURLOPT_HEADERFUNCTION, take_head);
	SET(curl, CURLOPT_HEADERDATA, x);
	SET(curl, CURLOPT_NOPROGRESS, 0L);
	SET(curl, CURLOPT_XFERINFOFUNCTION, note_movement);
	SET(curl, CURLOPT_XFERINFODATA, x);
	set_body(curl, x);
}

/** An empty value takes out the header libcurl would set by itself. */
static void add_header(struct curl_slist **headers, const char *name, const char *value)
{
	char line[HEADER_BYTES];
	int len = snprintf(line, sizeof(line), "%s:%s%s", name, value[0] != '\0' ? " " : "", value);
	must(len > 0 && (size_t)len < sizeof(line));
	struct curl_slist *longer = curl_slist_append(*headers, line);
	must(longer != NULL);
	*headers = longer;
}

static struct curl_slist *headers_of(const struct http_server *server,
				     const struct http_request *request)
{
	struct curl_slist *headers = NULL;
	char bearer[HEADER_BYTES];
	int len = snprintf(bearer, sizeof(bearer), "Bearer %s", server->key);
	must(len > 0 && (size_t)len < sizeof(bearer));
	if (server->key[0] != '\0')
		add_header(&headers, "Authorization", bearer);
	add_header(&headers, "Accept", request->accept);
	add_header(&headers, "Content-Type", request->body != NULL ? request->body->type : "");
	if (request->body != NULL && request->body->digest != NULL)
		add_header(&headers, "Repr-Digest", request->body->digest);
	if (request->if_match != NULL)
		add_header(&headers, "If-Match", request->if_match);
	for (const struct http_field *f = request->fields; f != NULL && f->name != NULL; f++)
		add_header(&headers, f->name, f->value);
	explicit_bzero(bearer, sizeof(bearer));
	return headers;
}

static enum status explain(const struct http_server *server, const struct exchange *x,
			   CURLcode code, struct trouble *why)
{
	const char *words = x->words[0] != '\0' ? x->words : curl_easy_strerror(code);
	if (http_interrupted())
		return trouble_code(why, E_GONE, "interrupted", "interrupted");
	if (buf_over(&x->answer->body) || code == CURLE_FILESIZE_EXCEEDED)
		return trouble(why, E_LIMIT, "the server's answer is larger than %d MiB",
			       HTTP_ANSWER_BYTES / (1024 * 1024));
	if (x->read_error != 0)
		return trouble(why, E_INPUT, "reading failed: %s", strerror(x->read_error));
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
		return trouble(why, E_INPUT, "%s: the certificate is not trusted: %s", server->url,
			       words);
	case CURLE_OPERATION_TIMEDOUT:
		return trouble(why, E_BUSY, "%s did not answer in time: %s", server->url, words);
	default:
		return trouble(why, E_BUSY, "%s cannot be reached: %s", server->url, words);
	}
}

/** Of the head, or behind the body; "" where there is none. */
static const char *field_of(CURL *curl, const char *name)
{
	struct curl_header *field;
	if (curl_easy_header(curl, name, 0, CURLH_HEADER | CURLH_TRAILER, -1, &field) != CURLHE_OK)
		return "";
	return field->value;
}

static void note_answer(CURL *curl, struct http_answer *answer)
{
	const char *type = NULL;
	SET(curl, CURLOPT_ERRORBUFFER, NULL);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
	curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	answer->is_problem = slice_starts_with(slice_of(type), SLICE("application/problem+json"));
	snprintf(answer->digest, sizeof(answer->digest), "%s", field_of(curl, "Repr-Digest"));
	if (!slice_to_int64(slice_of(field_of(curl, "Plaudit-Rows")), &answer->rows))
		answer->rows = -1;
}

/** A server that refuses a body early answers and closes: its words count more than the
 * failed write behind them. */
static bool has_answer(const struct http_answer *answer)
{
	return answer->status >= 400 && answer->body.len > 0 && !buf_over(&answer->body);
}

static enum status perform(CURL *curl, const struct http_server *server, struct exchange *x,
			   struct trouble *why)
{
	struct curl_slist *headers = headers_of(server, x->request);
	SET(curl, CURLOPT_HTTPHEADER, headers);
	set_exchange(curl, x);
	CURLcode code = curl_easy_perform(curl);
	note_answer(curl, x->answer);
	SET(curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(headers);
	if (code == CURLE_OK || (has_answer(x->answer) && !http_interrupted()))
		return OK;
	return explain(server, x, code, why);
}

enum status http_send(const struct http_server *server, const struct http_request *request,
		      struct http_answer *answer, struct trouble *why)
{
	char url[HTTP_PATH_BYTES];
	struct slice base = slice_of(server->url);
	struct exchange x = {.request = request, .answer = answer};
	bool loopback = false;
	enum status st = inspect(server->url, server->allow_http, &loopback, why);
	if (st < 0)
		return st;
	while (base.len > 0 && base.at[base.len - 1] == '/')
		base.len--;
	int len = snprintf(url, sizeof(url), "%.*s%s", SLICE_ARGS(base), request->path);
	if (len < 0 || (size_t)len >= sizeof(url))
		return trouble(why, E_INPUT, "the address is longer than %d bytes",
			       HTTP_PATH_BYTES);
	CURL *curl = curl_easy_init();
	must(curl != NULL);
	SET(curl, CURLOPT_URL, url);
	set_guards(curl, server, loopback);
	st = perform(curl, server, &x, why);
	curl_easy_cleanup(curl);
	return st;
}
