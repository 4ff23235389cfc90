/** The two files of a Triple-S survey, by themselves or in one ZIP archive.
 *
 * Private to tabular.
 * Errors: codes of triple_s.h.
 */
#pragma once

#include "tabular/table.h"

struct zip;
struct zip_file;

enum { TRIPLE_S_NAME_BYTES = 256 };

/** Where both are. */
struct triple_s_files {
	const char *metadata_path, *data_path; /**< NULL: in `zip` */
	struct zip *zip;
	uint64_t metadata_entry, data_entry;
	const struct table_options *options;
	struct decode_fault *fault;
};

enum status triple_s_files_open(struct triple_s_files *f, const char *path,
				const struct table_options *options,
				struct decode_fault *fault) NODISCARD;
void triple_s_files_close(struct triple_s_files *f);

/** One of them being read. */
struct triple_s_source {
	const struct triple_s_files *files;
	int descriptor; /**< -1: in the archive */
	struct zip_file *packed;
	uint64_t packed_bytes, unpacked_bytes;
};

enum status triple_s_source_open(struct triple_s_source *s, const struct triple_s_files *files,
				 bool data) NODISCARD;
void triple_s_source_close(struct triple_s_source *s);
/** *part is empty at the end; else what is in `room` now. */
enum status triple_s_source_read(struct triple_s_source *s, char *room, size_t size,
				 struct slice *part) NODISCARD;
