#include "cli/triple_s_pair.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zip.h>

static bool ends_with(struct slice name, const char *end)
{
	size_t len = strlen(end);
	return name.len > len &&
	       slice_equal_ignoring_case(slice_from(name, name.len - len), slice_of(end));
}

bool triple_s_is_metadata(struct slice name, struct slice type)
{
	bool named = slice_is(type, "triple_s");
	return (ends_with(name, ".sss") && (type.len == 0 || named)) ||
	       (ends_with(name, ".xml") && named);
}

enum status triple_s_data_beside(const char *metadata, char room[PATH_MAX], struct trouble *why)
{
	static const char *const ends[] = {"asc", "csv", "dat", "ASC", "CSV", "DAT"};
	enum { SUFFIX_BYTES = 3 }; /* of "sss" and "xml" */
	size_t stem = strlen(metadata) - SUFFIX_BYTES;
	bool found = false;
	if (stem + SUFFIX_BYTES >= PATH_MAX)
		return trouble(why, E_INPUT, "the name is too long");
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		char path[PATH_MAX];
		snprintf(path, sizeof(path), "%.*s%s", (int)stem, metadata, ends[i]);
		if (access(path, F_OK) != 0)
			continue;
		if (found)
			return trouble(why, E_INPUT,
				       "both %s and %s are beside it: which is its "
				       "data? pack the two into a ZIP archive",
				       room, path);
		memcpy(room, path, sizeof(path));
		found = true;
	}
	if (found)
		return OK;
	return trouble(why, E_INPUT, "%s: no data beside it, %.*sasc, .csv or .dat", metadata,
		       (int)stem, metadata);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

static bool add_file(zip_t *zip, const char *path)
{
	enum { NEVER_CHANGES = 315532800 }; /* 1980-01-01 */
	zip_source_t *source = zip_source_file(zip, path, 0, -1);
	zip_int64_t entry = source != NULL ? zip_file_add(zip, last_part(path), source, 0) : -1;
	if (entry < 0)
		zip_source_free(source);
	return entry >= 0 && zip_file_set_mtime(zip, (zip_uint64_t)entry, NEVER_CHANGES, 0) == 0;
}

static enum status pack_into(const char *archive, const char *metadata, const char *data,
			     struct trouble *why)
{
	int code;
	zip_t *zip = zip_open(archive, ZIP_TRUNCATE, &code);
	if (zip == NULL)
		return trouble(why, E_INTERNAL, "%s cannot be made", archive);
	if (add_file(zip, metadata) && add_file(zip, data) && zip_close(zip) == 0)
		return OK;
	enum status st = trouble(why, E_INPUT, "%s and %s cannot be packed: %s", metadata, data,
				 zip_strerror(zip));
	zip_discard(zip);
	return st;
}

enum status triple_s_pack(const char *metadata, int *descriptor, struct trouble *why)
{
	const char *folder = getenv("TMPDIR");
	char data[PATH_MAX], archive[PATH_MAX];
	enum status st = triple_s_data_beside(metadata, data, why);
	if (st < 0)
		return st;
	snprintf(archive, sizeof(archive), "%s/plaudit-XXXXXX", folder != NULL ? folder : "/tmp");
	int made = mkstemp(archive);
	if (made < 0)
		return trouble(why, E_INTERNAL, "%s: %s", archive, strerror(errno));
	close(made);
	st = pack_into(archive, metadata, data, why);
	*descriptor = st == OK ? open(archive, O_RDONLY | O_CLOEXEC) : -1;
	if (st == OK && *descriptor < 0)
		st = trouble(why, E_INTERNAL, "%s: %s", archive, strerror(errno));
	unlink(archive);
	return st;
}
