/** What a client declares about the file it uploads: its format, of CSV how it is written, and
 * whether it is only tried or taken as a whole.
 *
 * The same words come in the query of a POST and in the metadata of a resumable upload.
 * Errors: E_INPUT unknown_format (415) · bad_csv_option, bad_upload_option,
 * bad_upload_mode.
 */
#pragma once

#include "http/exchange.h"
#include "ingest/upload.h"

/** Where the words are looked up. */
struct upload_words {
	bool (*find)(void *arg, const char *name, struct slice *value);
	void *arg;
	struct slice
		type; /**< "text/csv; charset=windows-1252"; `at` is NULL where none is given */
};

/** Fills what the words say of `request`; borrowed by it, where it keeps text. */
enum status upload_options_read(const struct upload_words *words, struct upload_request *request,
				struct trouble *why) NODISCARD;
/** Those of a resumable upload: by "filetype", else by the end of "filename". The arena holds what
 * the request borrows. */
enum status upload_options_of_metadata(struct slice metadata, struct arena *arena,
				       struct upload_request *request,
				       struct trouble *why) NODISCARD;
/** Whose upload into which wave; what it borrows outlives the request. */
void upload_request_init(struct upload_request *request, const struct known_wave *wave,
			 int organisation_id, struct slice key_id);
/** Of results by themselves, JSON: replace and reason, by the query. False: answered. */
bool result_options_of(struct exchange *x, struct upload_request *request);
/** By Content-Type and its charset, and by the query, which wins. False: answered. */
bool upload_options_of(struct exchange *x, struct upload_request *request);
