#include "api/view.h"

#include "api/problem_of.h"
#include "pg/value.h"
#include "store/sql.h"

enum { VALUES_BYTES = 64 * 1024 };

/** A request while the database is asked; what `views` will be, before the answer: what each
 * reader gets where there is no revision. */
struct finding {
	void (*done)(void *arg, const struct view *views, const struct trouble *why);
	void *arg;
	size_t len;
	struct view views[VIEWS_MOST];
};

static bool hides(const struct known_wave *wave)
{
	const struct wave *w = &wave->programme->programme->waves[wave->index];
	return w->before_publication == BEFORE_HIDDEN;
}

bool view_must_ask(const struct known_wave *wave)
{
	return hides(wave) || wave->embargoed;
}

/** Where no revision is found. */
static enum view_kind kind_without(const struct view_request *r, const struct known_wave *wave)
{
	bool firm = r->key->role == ROLE_FIRM;
	if (r->revision == 0)
		return firm ? VIEW_LIVE : VIEW_NOTHING;
	if (r->revision != VIEW_NEWEST)
		return VIEW_NOTHING;
	return firm || !hides(wave) ? VIEW_LIVE : VIEW_NOTHING;
}

bool view_request_read(struct exchange *x, struct view_request *request)
{
	struct slice text;
	struct trouble why;
	int64_t number = VIEW_NEWEST;
	if (exchange_query(x, "revision", &text) &&
	    (!slice_to_int64(text, &number) || number < 0 || number > INT32_MAX)) {
		(void)trouble_code(&why, E_INPUT, "bad_revision",
				   "revision is a whole number, 0 for the firm's working view");
		answer_trouble(x, &why);
		return false;
	}
	request->revision = (int)number;
	const char *address = arena_print(x->arena, "%.*s%s%.*s", SLICE_ARGS(x->path),
					  x->query.len > 0 ? "?" : "", SLICE_ARGS(x->query));
	request->address = address != NULL ? slice_of(address) : x->path;
	return true;
}

bool view_known(const struct view_request *request, struct view *view)
{
	const struct known_wave *wave = request->waves[0];
	must(request->len == 1);
	if (view_must_ask(wave))
		return false;
	*view = (struct view){.wave_id = wave->wave_id, .kind = kind_without(request, wave)};
	int revision = request->revision == VIEW_NEWEST ? wave->revision : request->revision;
	if (revision > 0 && revision <= wave->revision) {
		view->kind = VIEW_REVISION;
		view->revision = revision;
	}
	return true;
}

static void take_row(struct finding *f, const struct pg_result *rows, int row)
{
	int wave_id = pg_get_int4(rows, row, 0);
	for (size_t i = 0; i < f->len; i++) {
		if (f->views[i].wave_id != wave_id)
			continue;
		f->views[i].kind = VIEW_REVISION;
		f->views[i].revision = pg_get_int4(rows, row, 1);
	}
}

static void found(void *arg, const struct pg_answer *answer)
{
	struct finding *f = arg;
	struct trouble why = answer->why;
	/* It is a read, though it may have written to the audit. */
	if (why.status == E_UNKNOWN)
		why.status = E_BUSY;
	for (int row = 0; answer->status == OK && row < pg_rows(answer->result); row++)
		take_row(f, answer->result, row);
	if (answer->status == OK)
		f->done(f->arg, f->views, NULL);
	else
		f->done(f->arg, NULL, &why);
	memory_free(f);
}

void view_find(struct api *api, const struct view_request *request,
	       void (*done)(void *arg, const struct view *views, const struct trouble *why),
	       void *arg)
{
	struct finding *f = memory_new(sizeof(*f));
	int32_t ids[VIEWS_MOST];
	struct arena arena;
	must(request->len <= VIEWS_MOST);
	*f = (struct finding){.done = done, .arg = arg, .len = request->len};
	for (size_t i = 0; i < request->len; i++) {
		ids[i] = request->waves[i]->wave_id;
		f->views[i] = (struct view){.wave_id = ids[i],
					    .kind = kind_without(request, request->waves[i])};
	}
	arena_init(&arena, VALUES_BYTES);
	struct pg_value values[] = {
		pg_int4_array(&arena, ids, request->len),
		request->revision == VIEW_NEWEST ? pg_null() : pg_int4(request->revision),
		pg_int4(request->key->organisation_id),
		pg_text(slice_of(request->key->key_id)),
		pg_text(request->address),
	};
	pg_pool_run(api->pool, &SQL_PUBLICATION_FIND, values, COUNT_OF(values), found, f);
	arena_fini(&arena);
}

void view_nothing(bool revision_asked, struct trouble *why)
{
	if (revision_asked)
		(void)trouble_code(why, E_GONE, "unknown_revision",
				   "the wave has no such revision");
	else
		(void)trouble_code(why, E_GONE, "not_published",
				   "nothing of this wave is published");
}
