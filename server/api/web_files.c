#include "api/web_files.h"

#include "api/survey_css.h"
#include "api/widget_frame_js.h"
#include "api/widget_js.h"
#include "base/hash.h"

/** Whoever embeds the widget gets a new one within this time. */
#define ASK_AGAIN SLICE("public, max-age=300")
#define FOR_GOOD  SLICE("public, max-age=31536000, immutable")

struct file {
	const char *name, *type;
	struct slice bytes;
};

static struct file file_of(enum web_file which)
{
	static const char *const script = "text/javascript; charset=utf-8";
	switch (which) {
	case WEB_STYLE:
		return (struct file){"survey.css",
				     "text/css; charset=utf-8",
				     {(const char *)survey_css, survey_css_len}};
	case WEB_FRAME:
		return (struct file){"widget-frame.js",
				     script,
				     {(const char *)widget_frame_js, widget_frame_js_len}};
	case WEB_WIDGET:
		return (struct file){"widget.js", script, {(const char *)widget_js, widget_js_len}};
	case WEB_FILE_COUNT:
		break;
	}
	never("a file that is none");
}

static unsigned long long content_of(const struct file *f)
{
	return hash_bytes(f->bytes);
}

const char *web_file_address(enum web_file file, const char *before, struct arena *arena)
{
	struct file f = file_of(file);
	return arena_print(arena, "%s%s?v=%016llx", before, f.name, content_of(&f));
}

/** Asked for by the content it has: a page of another version gets ours, but not for good. */
static bool is_named(struct exchange *x, const char *tag)
{
	struct slice asked;
	return exchange_query(x, "v", &asked) && asked.len + 2 == strlen(tag) &&
	       memcmp(asked.at, tag + 1, asked.len) == 0;
}

static void answer_file(struct exchange *x, enum web_file which)
{
	struct file f = file_of(which);
	const char *tag = arena_print(x->arena, "\"%016llx\"", content_of(&f));
	must(tag != NULL);
	exchange_answer_add_header(x, "Cache-Control", is_named(x, tag) ? FOR_GOOD : ASK_AGAIN);
	exchange_answer_add_header(x, "Cross-Origin-Resource-Policy", SLICE("cross-origin"));
	if (exchange_if_none_match(x, slice_of(tag))) {
		exchange_answer_not_modified(x, slice_of(tag));
		return;
	}
	exchange_answer_add_header(x, "ETag", slice_of(tag));
	exchange_answer(x, 200, f.type, f.bytes);
}

static void begin_style(struct exchange *x)
{
	answer_file(x, WEB_STYLE);
}

static void begin_frame(struct exchange *x)
{
	answer_file(x, WEB_FRAME);
}

static void begin_widget(struct exchange *x)
{
	answer_file(x, WEB_WIDGET);
}

const struct handler web_style_get = {.begin = begin_style};
const struct handler web_frame_get = {.begin = begin_frame};
const struct handler web_widget_get = {.begin = begin_widget};
