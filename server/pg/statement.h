/** SQL as data: what embed_sql.cmake makes of a .sql file or a migration.
 *
 * Lifetime: static; a connection remembers a prepared statement by its address.
 * Source: the heading of the file, see ../../cmake/embed_sql.cmake:
 *	-- Words.
 *	-- $1 sector int4 words
 *	-- > venue   int8 words
 *	-- reads only
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum { PG_PARAMETERS_MOST = 64 };

struct pg_column {
	const char *name;
	const char *type; /**< as format_type() and casts know it: "int8", "text[]" */
};

struct pg_statement {
	const char *name; /**< the file's name, also the prepared statement's */
	const char *const
		*parts; /**< the text, cut in pieces a compiler must take; ends with NULL */
	const struct pg_column *parameters;
	size_t parameter_count;
	const struct pg_column *columns;
	size_t column_count;
	bool reads_only;  /**< losing its answer leaves no doubt: nothing was changed */
	bool text_result; /**< columns come as text, not in binary ("-- text") */
};

struct pg_migration {
	int64_t version;
	const char *name; /**< "0001_tables.sql" */
	const char *const *parts;
};

/** The parts in one piece with a NUL behind; memory_free() it. */
char *pg_text_join(const char *const *parts);

/** OID of a built-in type by the name a heading uses, 0 where it is not in the table (the server
 * then infers it). "int8[]" and "integer" are known. */
uint32_t pg_type_oid(const char *name);
