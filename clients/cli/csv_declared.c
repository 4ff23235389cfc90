#include "cli/csv_declared.h"

#include "cli/http.h"

struct csv_options csv_declared(const struct options *o)
{
	const struct csv_words words = {.encoding = slice_of(o->encoding),
					.delimiter = slice_of(o->delimiter),
					.decimal = slice_of(o->decimal),
					.header_rows = slice_of(o->header_rows),
					.dates = slice_of(o->dates)};
	struct csv_options csv;
	struct trouble why;
	if (csv_options_read(&csv, &words, &why) < 0)
		options_refuse(o, why.words);
	return csv;
}

void csv_declared_add_query(const struct options *o, struct buf *path)
{
	const struct {
		const char *name, *word;
	} words[] = {{"encoding", o->encoding},
		     {"delimiter", o->delimiter},
		     {"decimal", o->decimal},
		     {"header_rows", o->header_rows},
		     {"dates", o->dates}};
	(void)csv_declared(o);
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (words[i].word != NULL)
			http_add_query(path, words[i].name, slice_of(words[i].word));
}
