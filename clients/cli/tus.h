/** The client's side of tus 1.0.0: one resumable upload of one file.
 *
 * Errors: as http_send(); a refusal of the server is no failure here, its status is in the answer.
 * Limits: TUS_PLACE_BYTES of address, TUS_METADATA_BYTES of metadata.
 */
#pragma once

#include "cli/http.h"

enum { TUS_PLACE_BYTES = 1024, TUS_METADATA_BYTES = 8192 };

struct tus {
	const struct http_server *server;
	char place[TUS_PLACE_BYTES]; /**< "/v1/.../uploads/tus/7"; "" : not made yet */
	int64_t len;		     /**< of the file */
	int64_t offset;		     /**< bytes the server has for good, as it said last */
};

/** "filename ...,filetype ...", and each parameter of the query ("?mapping=m&replace=1"). */
void tus_add_metadata(struct buf *to, struct slice filename, struct slice type, struct slice query);

/** POST: place and offset are set where the answer is 201. `where` is ".../uploads/tus". */
enum status tus_create(struct tus *t, const char *where, const char *metadata,
		       struct http_answer *answer, struct trouble *why) NODISCARD;
/** HEAD: offset is set where the answer is 200. */
enum status tus_look(struct tus *t, struct http_answer *answer, struct trouble *why) NODISCARD;
/** PATCH of the next bytes with their SHA-256: offset is set where the answer is 204. */
enum status tus_send(struct tus *t, struct slice piece, struct http_answer *answer,
		     struct trouble *why) NODISCARD;
