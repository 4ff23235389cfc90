/** Runs a table_reader over a file and keeps what it wrote and said. */
#pragma once

#include "tabular/table.h"
#include "tabular/table_dictionary.h"

struct reading {
	enum status status;
	char *csv; /**< NUL-terminated */
	size_t csv_len;
	struct table_report report;
	struct table_dictionary dictionary;
	struct decode_fault fault;
};

void reading_run(struct reading *r, table_reader *reader, const char *path,
		 const struct table_limits *limits);
/** What it is told of `options` but its dictionary. */
void reading_run_with(struct reading *r, table_reader *reader, const char *path,
		      const struct table_options *options);
/** The same with a file made of these bytes. */
void reading_run_bytes(struct reading *r, table_reader *reader, struct slice bytes,
		       const struct table_limits *limits);
/** A file of these bytes until it is closed; writes its path. */
int reading_given(struct slice bytes, char path[64]);
void reading_fini(struct reading *r);

/** "files/<name>" of tests/unit/tabular; valid until the next call. */
const char *reading_file(const char *name);
/** "../shared/<name>", or NULL (and a word on stderr) where it is absent. */
const char *reading_shared(const char *name);

const struct table_variable *reading_variable(const struct reading *r, const char *name);
/** "code=label" of each value, "!" behind a missing one, "; " between. */
void reading_values(const struct table_variable *v, struct buf *to);
/** Some note holds these words. */
bool reading_notes(const struct reading *r, const char *words);
