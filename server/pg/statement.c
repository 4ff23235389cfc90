#include "pg/statement.h"

#include <string.h>

#include "base/must.h"

char *pg_text_join(const char *const *parts)
{
	size_t len = 0;
	for (const char *const *part = parts; *part != NULL; part++)
		len += strlen(*part);
	char *text = memory_new(len + 1);
	char *to = text;
	for (const char *const *part = parts; *part != NULL; part++) {
		size_t bytes = strlen(*part);
		memcpy(to, *part, bytes);
		to += bytes;
	}
	return text;
}

/* OIDs of built-in types never change: PostgreSQL's src/include/catalog/pg_type.dat. */
/* clang-format off */
static const struct {
	const char *name;
	uint32_t oid;
} types[] = {
	{"bool", 16},          {"bool[]", 1000},
	{"bytea", 17},         {"bytea[]", 1001},
	{"int2", 21},          {"int2[]", 1005},
	{"int4", 23},          {"int4[]", 1007},
	{"int8", 20},          {"int8[]", 1016},
	{"text", 25},          {"text[]", 1009},
	{"float4", 700},       {"float4[]", 1021},
	{"float8", 701},       {"float8[]", 1022},
	{"date", 1082},        {"date[]", 1182},
	{"timestamptz", 1184}, {"timestamptz[]", 1185},
	{"timestamp", 1114},   {"interval", 1186},
	{"numeric", 1700},     {"varchar", 1043},
	{"json", 114},         {"jsonb", 3802},
	{"uuid", 2950},        {"uuid[]", 2951},
	{"xid8", 5069},        {"inet", 869},
	{"boolean", 16},       {"smallint", 21},
	{"integer", 23},       {"bigint", 20},
	{"smallint[]", 1005},  {"integer[]", 1007},
	{"bigint[]", 1016},    {"name", 19},
};
/* clang-format on */

uint32_t pg_type_oid(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (strcmp(types[i].name, name) == 0)
			return types[i].oid;
	return 0;
}
