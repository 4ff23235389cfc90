#include "outgoing/outgoing.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "outgoing/guard.h"
#include "outgoing/watch.h"

enum { AT_ONCE = 16, WAITING = 2000, CONNECT_MS = 5000, TOTAL_MS = 10000 };

/* clang-format off */
#define TRANSFER_STATES(X)                                                 \
	X(WAITING,   "others go first")                                    \
	X(UNDER_WAY, "libcurl has it")                                     \
	X(ENDED,     "its answer is about to be told")

enum transfer_state {
#define X(name, words) TRANSFER_##name,
	TRANSFER_STATES(X)
#undef X
};

#define BIT(name) (1u << TRANSFER_##name)

static const unsigned next_states[] = {
	[TRANSFER_WAITING]   = BIT(UNDER_WAY) | BIT(ENDED),
	[TRANSFER_UNDER_WAY] = BIT(ENDED),
	[TRANSFER_ENDED]     = 0,
};
/* clang-format on */

/** One request from its asking to its answer. */
struct transfer {
	enum transfer_state state;
	struct transfer *next; /* of those that wait */
	struct outgoing *owner;
	enum outgoing_kind kind;
	bool post;
	CURL *easy;
	struct curl_slist *headers;
	char *url;
	struct buf sent, answer;
	uint64_t began_ms;
	bool begun;   /* the request may have left: the connection stood */
	bool refused; /* by the guard */
	struct outgoing_answer told;
	void (*done)(void *arg, const struct outgoing_answer *answer);
	void *arg;
};

struct outgoing {
	struct outgoing_settings settings;
	CURLM *multi;
	struct multi_watch *watch;
	struct transfer *first, *last; /* waiting */
	unsigned waiting, under_way, ending;
	bool stopped;
	uint64_t counts[OUTGOING_KIND_COUNT][OUTGOING_RESULT_COUNT];
};

static void enter(struct transfer *t, enum transfer_state to)
{
	must((next_states[t->state] & (1u << to)) != 0);
	t->state = to;
}

/* Words */

const char *outgoing_kind_word(enum outgoing_kind kind)
{
	static const char *const words[] = {
#define X(name, word) word,
		OUTGOING_KINDS(X)
#undef X
	};
	return words[kind];
}

const char *outgoing_result_word(enum outgoing_result result)
{
	static const char *const words[] = {
#define X(name, word) word,
		OUTGOING_RESULTS(X)
#undef X
	};
	return words[result];
}

static enum outgoing_result result_of(const struct outgoing_answer *a)
{
	if (a->fate == OUTGOING_NOT_SENT)
		return OUTGOING_RESULT_NOT_SENT;
	if (a->fate == OUTGOING_UNKNOWN)
		return OUTGOING_RESULT_UNKNOWN;
	if (a->status >= 500)
		return OUTGOING_RESULT_FAILED;
	return a->status >= 300 ? OUTGOING_RESULT_REFUSED : OUTGOING_RESULT_GOOD;
}

/* The end of a transfer */

static void transfer_free(struct transfer *t)
{
	curl_easy_cleanup(t->easy);
	for (struct curl_slist *h = t->headers; h != NULL; h = h->next)
		explicit_bzero(h->data, strlen(h->data)); /* one of them is a secret */
	curl_slist_free_all(t->headers);
	buf_fini(&t->sent);
	buf_fini(&t->answer);
	memory_free(t->url);
	memory_free(t);
}

static void tell(void *arg)
{
	struct transfer *t = arg;
	enum outgoing_result result = result_of(&t->told);
	t->owner->counts[t->kind][result]++;
	t->owner->ending--;
	log_info("outgoing.request", LOG_TEXT("kind", outgoing_kind_word(t->kind)),
		 LOG_TEXT("result", outgoing_result_word(result)),
		 LOG_NUMBER("status", t->told.status),
		 LOG_NUMBER("dur_ms", t->began_ms > 0 ? clock_monotonic_ms() - t->began_ms : 0),
		 LOG_TEXT("why", t->told.fate != OUTGOING_ANSWERED ? t->told.why.words : ""));
	t->told.body = buf_slice(&t->answer);
	t->done(t->arg, &t->told);
	transfer_free(t);
}

/** In the next turn: nobody is called back from inside libcurl, or from inside outgoing_ask(). */
static void end(struct transfer *t)
{
	enter(t, TRANSFER_ENDED);
	t->owner->ending++;
	loop_later(t->owner->settings.loop, tell, t);
}

static void end_not_sent(struct transfer *t, enum status status, const char *code,
			 const char *words)
{
	t->told.fate = OUTGOING_NOT_SENT;
	(void)trouble_code(&t->told.why, status, code, "%s", words);
	end(t);
}

/* What libcurl asks while it works */

/** The address that is about to be connected to. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *t = arg;
	if (purpose != CURLSOCKTYPE_IPCXN ||
	    !guard_allows(&address->addr, t->owner->settings.private_too)) {
		t->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/** From now on the request may be on its way. */
/* The parameters are as libcurl has them. NOLINTNEXTLINE(readability-non-const-parameter) */
static int about_to_send(void *arg, char *to, char *from, int to_port, int from_port)
{
	struct transfer *t = arg;
	(void)to, (void)from, (void)to_port, (void)from_port;
	t->begun = true;
	return CURL_PREREQFUNC_OK;
}

/* Likewise. NOLINTNEXTLINE(readability-non-const-parameter) */
static size_t take_answer(char *bytes, size_t one, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t room = t->answer.limit_bytes - t->answer.len;
	size_t taken = count < room ? count : room;
	(void)one; /* is 1 */
	buf_add(&t->answer, (struct slice){bytes, taken});
	t->told.cut = taken < count;
	return taken;
}

/* Begin */

static bool set_protocol(struct transfer *t)
{
	const struct outgoing_settings *s = &t->owner->settings;
	const char *protocols = s->private_too ? "http,https" : "https";
	CURL *e = t->easy;
	/* All that is set here is known to Debian's libcurl; what fails is a guard that is not
	 * there. */
	return curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, protocols) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_NOPROXY, "*") == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, about_to_send) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_PREREQDATA, t) == CURLE_OK;
}

static void set_limits(struct transfer *t)
{
	const struct outgoing_settings *s = &t->owner->settings;
	CURL *e = t->easy;
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)s->connect_ms);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)s->total_ms);
	/* A look-up that hangs is left to its thread; without this the loop would wait for it. */
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(e, CURLOPT_PRIVATE, t);
}

static void set_request(struct transfer *t)
{
	CURL *e = t->easy;
	curl_easy_setopt(e, CURLOPT_URL, t->url);
	curl_easy_setopt(e, CURLOPT_USERAGENT, "plaudit");
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, t->headers);
	if (!t->post)
		return;
	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE, (long)t->sent.len);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, t->sent.len > 0 ? t->sent.at : "");
	/* A connection kept alive that turns out to be dead makes libcurl send a second time. */
	curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
}

static void begin(struct transfer *t)
{
	t->easy = curl_easy_init();
	if (t->easy == NULL || !set_protocol(t)) {
		end_not_sent(t, E_INTERNAL, "outgoing_broken", "libcurl cannot do what is needed");
		return;
	}
	set_limits(t);
	set_request(t);
	if (curl_multi_add_handle(t->owner->multi, t->easy) != CURLM_OK) {
		end_not_sent(t, E_INTERNAL, "outgoing_broken", "libcurl does not take a request");
		return;
	}
	enter(t, TRANSFER_UNDER_WAY);
	t->began_ms = clock_monotonic_ms();
	t->owner->under_way++;
}

static struct transfer *take_first(struct outgoing *o)
{
	struct transfer *t = o->first;
	o->first = t->next;
	if (o->first == NULL)
		o->last = NULL;
	o->waiting--;
	return t;
}

static void begin_more(struct outgoing *o)
{
	while (o->first != NULL && o->under_way < o->settings.at_once)
		begin(take_first(o));
}

/* What came of it */

static int64_t date_of(CURL *easy)
{
	struct curl_header *date;
	if (curl_easy_header(easy, "Date", 0, CURLH_HEADER, -1, &date) != CURLHE_OK)
		return 0;
	time_t seconds = curl_getdate(date->value, NULL);
	return seconds > 0 ? (int64_t)seconds : 0;
}

static void judge(struct transfer *t, CURLcode code)
{
	curl_off_t retry_after = 0;
	long status = 0;
	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &retry_after);
	t->told.status = (int)status;
	t->told.retry_after_s = (int64_t)retry_after;
	t->told.date_s = date_of(t->easy);
	if (code == CURLE_OK || (code == CURLE_WRITE_ERROR && t->told.cut)) {
		t->told.fate = OUTGOING_ANSWERED;
		return;
	}
	t->told.fate = t->begun ? OUTGOING_UNKNOWN : OUTGOING_NOT_SENT;
	if (t->refused && !t->begun)
		(void)trouble_code(&t->told.why, E_DENIED, "address_refused",
				   "its address is not one that this server may reach");
	else if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT)
		(void)trouble_code(&t->told.why, E_INPUT, "bad_url",
				   "its address is not a web address that this server may ask");
	else
		(void)trouble_code(&t->told.why, E_BUSY, "no_answer", "%s",
				   curl_easy_strerror(code));
}

static void finish(struct outgoing *o, CURL *easy, CURLcode code)
{
	struct transfer *t = NULL;
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&t);
	judge(t, code);
	curl_multi_remove_handle(o->multi, easy);
	o->under_way--;
	end(t);
}

static void stirred(void *arg)
{
	struct outgoing *o = arg;
	CURLMsg *message;
	int left;
	while ((message = curl_multi_info_read(o->multi, &left)) != NULL)
		if (message->msg == CURLMSG_DONE)
			finish(o, message->easy_handle, message->data.result);
	begin_more(o);
}

/* Ask */

static char *copy_text(const char *text)
{
	size_t size = strlen(text) + 1;
	return memcpy(memory_new(size), text, size);
}

static struct transfer *transfer_new(struct outgoing *o, const struct outgoing_request *r)
{
	struct transfer *t = memory_new(sizeof(*t));
	*t = (struct transfer){.owner = o, .kind = r->kind, .post = r->post};
	t->url = copy_text(r->url);
	for (size_t i = 0; i < OUTGOING_HEADERS && r->headers[i] != NULL; i++)
		t->headers = curl_slist_append(t->headers, r->headers[i]);
	if (r->post)
		t->headers = curl_slist_append(t->headers, "Content-Type: application/json");
	buf_init(&t->sent, OUTGOING_BODY_BYTES);
	buf_add(&t->sent, r->body);
	buf_init(&t->answer, r->answer_most > 0 ? r->answer_most : OUTGOING_ANSWER_BYTES);
	return t;
}

static bool fits(const struct outgoing_request *r)
{
	for (size_t i = 0; i < OUTGOING_HEADERS && r->headers[i] != NULL; i++)
		if (strlen(r->headers[i]) > OUTGOING_HEADER_BYTES ||
		    strpbrk(r->headers[i], "\r\n") != NULL)
			return false;
	return strlen(r->url) <= OUTGOING_URL_BYTES && r->body.len <= OUTGOING_BODY_BYTES;
}

void outgoing_ask(struct outgoing *o, const struct outgoing_request *request,
		  void (*done)(void *arg, const struct outgoing_answer *answer), void *arg)
{
	struct transfer *t = transfer_new(o, request);
	t->done = done;
	t->arg = arg;
	if (!fits(request)) {
		end_not_sent(t, E_LIMIT, "request_too_large",
			     "the request is larger than one may be");
	} else if (o->stopped || o->waiting >= o->settings.waiting) {
		end_not_sent(t, E_BUSY, "outgoing_busy", "too many requests wait");
	} else {
		if (o->last != NULL)
			o->last->next = t;
		else
			o->first = t;
		o->last = t;
		o->waiting++;
		begin_more(o);
	}
}

/* Life */

struct outgoing *outgoing_new(const struct outgoing_settings *settings)
{
	struct outgoing *o = memory_new(sizeof(*o));
	must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	o->settings = *settings;
	if (o->settings.at_once == 0)
		o->settings.at_once = AT_ONCE;
	if (o->settings.waiting == 0)
		o->settings.waiting = WAITING;
	if (o->settings.connect_ms == 0)
		o->settings.connect_ms = CONNECT_MS;
	if (o->settings.total_ms == 0)
		o->settings.total_ms = TOTAL_MS;
	o->multi = curl_multi_init();
	must(o->multi != NULL);
	curl_multi_setopt(o->multi, CURLMOPT_MAXCONNECTS, (long)o->settings.at_once);
	o->watch = multi_watch_new(settings->loop, o->multi, stirred, o);
	return o;
}

void outgoing_free(struct outgoing **o)
{
	struct outgoing *taken = *o;
	*o = NULL;
	if (taken == NULL)
		return;
	must(!outgoing_busy(taken));
	curl_multi_cleanup(taken->multi);
	multi_watch_free(taken->watch);
	memory_free(taken);
	curl_global_cleanup();
}

void outgoing_stop(struct outgoing *o)
{
	o->stopped = true;
	while (o->first != NULL)
		end_not_sent(take_first(o), E_BUSY, "stopping", "the server stops");
}

bool outgoing_busy(const struct outgoing *o)
{
	return o->waiting > 0 || o->under_way > 0 || o->ending > 0;
}

struct outgoing_counts outgoing_counts(const struct outgoing *o)
{
	struct outgoing_counts counts = {.under_way = o->under_way, .waiting = o->waiting};
	memcpy(counts.requests, o->counts, sizeof(o->counts));
	return counts;
}
