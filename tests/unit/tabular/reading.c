#include "reading.h"

#include <criterion/criterion.h>
#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

void reading_run_with(struct reading *r, table_reader *reader, const char *path,
		      const struct table_options *options)
{
	struct table_options told = *options;
	*r = (struct reading){.status = OK};
	FILE *csv = open_memstream(&r->csv, &r->csv_len);
	cr_assert_not_null(csv);
	table_dictionary_init(&r->dictionary, TABLE_DICTIONARY_BYTES);
	told.dictionary = &r->dictionary;
	r->status = reader(path, csv, &told, &r->report, &r->fault);
	fclose(csv);
}

void reading_run(struct reading *r, table_reader *reader, const char *path,
		 const struct table_limits *limits)
{
	struct table_options options = {.limits = limits != NULL ? *limits : TABLE_LIMITS};
	reading_run_with(r, reader, path, &options);
}

int reading_given(struct slice bytes, char path[64])
{
	int descriptor = memfd_create("table", MFD_CLOEXEC);
	cr_assert_geq(descriptor, 0);
	cr_assert_eq(write(descriptor, bytes.at, bytes.len), (ssize_t)bytes.len);
	snprintf(path, 64, "/proc/self/fd/%d", descriptor);
	return descriptor;
}

void reading_run_bytes(struct reading *r, table_reader *reader, struct slice bytes,
		       const struct table_limits *limits)
{
	char path[64];
	int descriptor = reading_given(bytes, path);
	reading_run(r, reader, path, limits);
	close(descriptor);
}

void reading_fini(struct reading *r)
{
	table_dictionary_fini(&r->dictionary);
	free(r->csv);
}

const char *reading_file(const char *name)
{
	static char path[512];
	snprintf(path, sizeof(path), "%s/tests/unit/tabular/files/%s", getenv("PLAUDIT_SOURCE_DIR"),
		 name);
	return path;
}

const char *reading_shared(const char *name)
{
	static char path[512];
	const char *folder = getenv("PLAUDIT_SHARED_DIR");
	snprintf(path, sizeof(path), "%s/%s", folder != NULL ? folder : "../shared", name);
	if (access(path, R_OK) == 0)
		return path;
	fprintf(stderr, "skipped: ../shared/%s is absent\n", name);
	return NULL;
}

const struct table_variable *reading_variable(const struct reading *r, const char *name)
{
	for (const struct table_variable *v = r->dictionary.variables; v != NULL; v = v->next)
		if (slice_is(v->name, name))
			return v;
	cr_assert_fail("no such variable");
	return NULL;
}

void reading_values(const struct table_variable *v, struct buf *to)
{
	buf_clear(to);
	for (const struct table_value *value = v->values; value != NULL; value = value->next) {
		buf_print(to, "%s%.*s=%.*s%s", to->len > 0 ? "; " : "", SLICE_ARGS(value->code),
			  SLICE_ARGS(value->label), value->missing ? "!" : "");
		if (isfinite(value->score))
			buf_print(to, "(%g)", value->score);
	}
	buf_add_byte(to, '\0');
}

bool reading_notes(const struct reading *r, const char *words)
{
	for (int i = 0; i < r->report.notes; i++)
		if (strstr(r->report.note[i], words) != NULL)
			return true;
	return false;
}
