#include "tabular/package.h"

#include <errno.h>
#include <sys/stat.h>
#include <zip.h>

#include "tabular/container.h"

enum { READ_BYTES = 65536, RATIO_FREE_BYTES = 1 << 20 };

/* Opening */

static enum status broken_zip(struct decode_fault *fault, const char *part, const char *words)
{
	return table_fault(fault, E_INPUT, 0, "broken_zip", slice_of(part),
			   "a ZIP container that can be unpacked, not: %s", words);
}

static enum status open_zip(struct package *p, const char *path, struct decode_fault *fault)
{
	int code;
	p->zip = zip_open(path, ZIP_RDONLY, &code);
	if (p->zip != NULL)
		return OK;
	zip_error_t error;
	zip_error_init_with_code(&error, code);
	enum status st = broken_zip(fault, "", zip_error_strerror(&error));
	zip_error_fini(&error);
	return st;
}

/** Other things that are ZIP containers, by an entry that only they have. */
static const struct {
	const char *entry, *code, *expected;
} others[] = {
	{"xl/workbook.bin", "xlsb_not_read", "an .xlsx file: open this one and save it as XLSX"},
	{"xl/vbaProject.bin", "macros_not_read",
	 "a file without macros: open this one and save it as XLSX"},
	{"META-INF/manifest.xml", "ods_not_read",
	 "an .xlsx file: open this one and save it as XLSX"},
};

enum status package_open(struct package *p, const char *path, const struct table_options *options,
			 struct decode_fault *fault)
{
	struct stat facts;
	*p = (struct package){.options = options};
	enum status st = container_check(path, fault);
	if (st < 0)
		return st;
	if (stat(path, &facts) < 0)
		return table_disk_fault(fault, "reading the file");
	p->file_bytes = (uint64_t)facts.st_size;
	st = open_zip(p, path, fault);
	for (size_t i = 0; st == OK && i < COUNT_OF(others); i++)
		if (package_has(p, others[i].entry))
			st = table_fault(fault, E_INPUT, 0, others[i].code, SLICE_NONE, "%s",
					 others[i].expected);
	return st;
}

void package_close(struct package *p)
{
	if (p->zip != NULL)
		zip_discard(p->zip);
	p->zip = NULL;
}

static zip_int64_t entry_of(const struct package *p, const char *part)
{
	return zip_name_locate(p->zip, part, ZIP_FL_NOCASE);
}

bool package_has(const struct package *p, const char *part)
{
	return entry_of(p, part) >= 0;
}

/* Reading */

struct part {
	struct package *package;
	const char *name;
	zip_file_t *file;
	uint64_t packed_bytes, unpacked_bytes;
	struct decode_fault *fault;
};

static enum status open_part(struct part *part)
{
	zip_t *zip = part->package->zip;
	zip_stat_t facts;
	zip_int64_t entry = entry_of(part->package, part->name);
	if (entry < 0)
		return table_fault(part->fault, E_INPUT, 0, "not_an_xlsx", SLICE_NONE,
				   "a part %s in the file", part->name);
	if (zip_stat_index(zip, (zip_uint64_t)entry, 0, &facts) < 0)
		return broken_zip(part->fault, part->name, zip_strerror(zip));
	if ((facts.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 &&
	    facts.encryption_method != ZIP_EM_NONE)
		return table_fault(part->fault, E_INPUT, 0, "encrypted_file", SLICE_NONE,
				   "a file without a password");
	part->packed_bytes = facts.comp_size < part->package->file_bytes
				     ? facts.comp_size
				     : part->package->file_bytes;
	part->file = zip_fopen_index(zip, (zip_uint64_t)entry, 0);
	return part->file != NULL ? OK : broken_zip(part->fault, part->name, zip_strerror(zip));
}

static enum status count(struct part *part, size_t len)
{
	const struct table_limits *limits = &part->package->options->limits;
	part->unpacked_bytes += len;
	part->package->unpacked_bytes += len;
	if (part->package->unpacked_bytes > limits->unpacked_bytes)
		return table_fault(part->fault, E_LIMIT, 0, "too_big_unpacked",
				   slice_of(part->name), "at most %llu MiB unpacked",
				   (unsigned long long)(limits->unpacked_bytes >> 20));
	if (part->unpacked_bytes > RATIO_FREE_BYTES &&
	    part->unpacked_bytes / limits->ratio > part->packed_bytes)
		return table_fault(part->fault, E_LIMIT, 0, "bad_ratio", slice_of(part->name),
				   "at most %u bytes unpacked for each packed one", limits->ratio);
	return OK;
}

static enum status feed_part(struct part *part, struct xml *xml, char *bytes)
{
	for (;;) {
		zip_int64_t len = zip_fread(part->file, bytes, READ_BYTES);
		if (len < 0)
			return broken_zip(part->fault, part->name, zip_file_strerror(part->file));
		enum status st = count(part, (size_t)len);
		if (st == OK && table_stopped(part->package->options))
			st = E_GONE;
		if (st == OK)
			st = xml_feed(xml, (struct slice){bytes, (size_t)len}, len == 0);
		if (st < 0)
			xml_refused(xml, part->name, part->fault);
		if (st < 0 || len == 0)
			return st;
	}
}

enum status package_read(struct package *p, const char *name, const struct xml_shape *shape,
			 void *self, struct decode_fault *fault)
{
	struct part part = {.package = p, .name = name, .fault = fault};
	enum status st = open_part(&part);
	if (st < 0)
		return st;
	char *bytes = memory_new(READ_BYTES);
	struct xml *xml = xml_new(shape, self, PACKAGE_XML_BYTES);
	st = feed_part(&part, xml, bytes);
	xml_free(xml);
	memory_free(bytes);
	zip_fclose(part.file);
	return st;
}
