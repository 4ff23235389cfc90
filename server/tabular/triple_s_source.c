#include "tabular/triple_s_source.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <zip.h>

#include "tabular/container.h"

enum { RATIO_FREE_BYTES = 1 << 20, MAGIC_BYTES = 4 };

static enum status refuse(const struct triple_s_files *f, const char *code, const char *value,
			  const char *expected)
{
	return table_fault(f->fault, E_INPUT, 0, code, slice_of(value), "%s", expected);
}

/* The archive */

static bool has_suffix(struct slice name, const char *const *suffixes)
{
	for (; *suffixes != NULL; suffixes++) {
		size_t len = strlen(*suffixes);
		if (name.len > len && slice_equal_ignoring_case(slice_from(name, name.len - len),
								slice_of(*suffixes)))
			return true;
	}
	return false;
}

/** What other programs put into archives beside what they were given. */
static bool is_by_the_way(struct slice name)
{
	struct slice part;
	if (slice_starts_with(name, SLICE("__MACOSX/")))
		return true;
	while (slice_next_part(&name, '/', &part))
		if (slice_starts_with(part, SLICE(".")))
			return true;
	return false;
}

/** The one entry with such a name. */
static enum status find_entry(const struct triple_s_files *f, const char *const *suffixes,
			      const char *none_code, uint64_t *entry)
{
	zip_int64_t count = zip_get_num_entries(f->zip, 0);
	bool found = false;
	for (zip_int64_t i = 0; i < count; i++) {
		const char *name = zip_get_name(f->zip, (zip_uint64_t)i, 0);
		if (name == NULL || is_by_the_way(slice_of(name)) ||
		    !has_suffix(slice_of(name), suffixes))
			continue;
		if (found)
			return refuse(f, "several_files", name,
				      "one file of metadata and one of data in the archive");
		found = true;
		*entry = (uint64_t)i;
	}
	if (found)
		return OK;
	return table_fault(f->fault, E_INPUT, 0, none_code, SLICE_NONE,
			   "one file %s, %s or %s in the archive", suffixes[0], suffixes[1],
			   suffixes[2] != NULL ? suffixes[2] : suffixes[0]);
}

static enum status check_magic(const struct triple_s_files *f, const char *path)
{
	char magic[MAGIC_BYTES] = {0};
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return table_disk_fault(f->fault, "opening the file");
	ssize_t got = read(descriptor, magic, sizeof(magic));
	close(descriptor);
	if (got < 0)
		return table_disk_fault(f->fault, "reading the file");
	if (memcmp(magic, "PK\3\4", sizeof(magic)) == 0)
		return OK;
	return refuse(f, "not_triple_s", "",
		      "a ZIP archive that holds the .sss or .xml file and its data");
}

static enum status open_archive(struct triple_s_files *f, const char *path)
{
	static const char *const metadata[] = {".sss", ".xml", NULL};
	static const char *const data[] = {".asc", ".csv", ".dat", NULL};
	int code;
	enum status st = check_magic(f, path);
	if (st == OK)
		st = container_check(path, f->fault);
	if (st < 0)
		return st;
	f->zip = zip_open(path, ZIP_RDONLY, &code);
	if (f->zip == NULL)
		return refuse(f, "broken_zip", "", "a ZIP archive that can be unpacked");
	if (zip_name_locate(f->zip, "[Content_Types].xml", 0) >= 0)
		return refuse(f, "not_triple_s", "",
			      "a Triple-S survey: this is an Office document, send it as XLSX");
	st = find_entry(f, metadata, "no_metadata_file", &f->metadata_entry);
	return st == OK ? find_entry(f, data, "no_data_file", &f->data_entry) : st;
}

enum status triple_s_files_open(struct triple_s_files *f, const char *path,
				const struct table_options *options, struct decode_fault *fault)
{
	*f = (struct triple_s_files){.options = options, .fault = fault};
	if (options->metadata_path == NULL)
		return open_archive(f, path);
	f->metadata_path = options->metadata_path;
	f->data_path = path;
	return OK;
}

void triple_s_files_close(struct triple_s_files *f)
{
	if (f->zip != NULL)
		zip_discard(f->zip);
	f->zip = NULL;
}

/* One file */

static enum status open_entry(struct triple_s_source *s, uint64_t entry)
{
	const struct triple_s_files *f = s->files;
	zip_stat_t facts;
	if (zip_stat_index(f->zip, entry, 0, &facts) < 0)
		return refuse(f, "broken_zip", "", "a ZIP archive that can be unpacked");
	if ((facts.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 &&
	    facts.encryption_method != ZIP_EM_NONE)
		return refuse(f, "encrypted_file", "", "an archive without a password");
	s->packed_bytes = facts.comp_size;
	s->packed = zip_fopen_index(f->zip, entry, 0);
	return s->packed != NULL ? OK
				 : refuse(f, "broken_zip", "", "an archive that can be unpacked");
}

enum status triple_s_source_open(struct triple_s_source *s, const struct triple_s_files *files,
				 bool data)
{
	const char *path = data ? files->data_path : files->metadata_path;
	*s = (struct triple_s_source){.files = files, .descriptor = -1};
	if (path == NULL)
		return open_entry(s, data ? files->data_entry : files->metadata_entry);
	s->descriptor = open(path, O_RDONLY | O_CLOEXEC);
	return s->descriptor >= 0 ? OK : table_disk_fault(files->fault, "opening the file");
}

void triple_s_source_close(struct triple_s_source *s)
{
	if (s->packed != NULL)
		zip_fclose(s->packed);
	if (s->descriptor >= 0)
		close(s->descriptor);
	s->packed = NULL;
	s->descriptor = -1;
}

static enum status count(struct triple_s_source *s, size_t len)
{
	const struct table_limits *limits = &s->files->options->limits;
	s->unpacked_bytes += len;
	if (s->unpacked_bytes > limits->unpacked_bytes)
		return table_fault(s->files->fault, E_LIMIT, 0, "too_big_unpacked", SLICE_NONE,
				   "at most %llu MiB unpacked",
				   (unsigned long long)(limits->unpacked_bytes >> 20));
	if (s->packed != NULL && s->unpacked_bytes > RATIO_FREE_BYTES &&
	    s->unpacked_bytes / limits->ratio > s->packed_bytes)
		return table_fault(s->files->fault, E_LIMIT, 0, "bad_ratio", SLICE_NONE,
				   "at most %u bytes unpacked for each packed one", limits->ratio);
	return OK;
}

enum status triple_s_source_read(struct triple_s_source *s, char *room, size_t size,
				 struct slice *part)
{
	int64_t got;
	if (s->packed != NULL)
		got = zip_fread(s->packed, room, size);
	else
		do {
			got = read(s->descriptor, room, size);
		} while (got < 0 && errno == EINTR);
	if (got < 0 && s->packed != NULL)
		return refuse(s->files, "broken_zip", "", "an archive that can be unpacked");
	if (got < 0)
		return table_disk_fault(s->files->fault, "reading the file");
	*part = (struct slice){room, (size_t)got};
	return count(s, (size_t)got);
}
