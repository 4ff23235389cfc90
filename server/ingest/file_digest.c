#include "ingest/file_digest.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

enum { PART_BYTES = 256 * 1024 };

static enum status failed(struct trouble *why)
{
	return trouble_code(why, E_INTERNAL, "spool_failed", "reading a file of the spool: %s",
			    strerror(errno));
}

static enum status digest_all(int descriptor, EVP_MD_CTX *hash, char *part, const atomic_bool *stop,
			      struct trouble *why)
{
	for (;;) {
		ssize_t got = read(descriptor, part, PART_BYTES);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return failed(why);
		if (got == 0)
			return OK;
		if (atomic_load_explicit(stop, memory_order_relaxed))
			return trouble_code(why, E_GONE, "client_gone", "the client went away");
		must(EVP_DigestUpdate(hash, part, (size_t)got) == 1);
	}
}

enum status file_digest(const char *path, const atomic_bool *stop,
			unsigned char digest[FILE_DIGEST_BYTES], struct trouble *why)
{
	unsigned len = 0;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return failed(why);
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	char *part = memory_new(PART_BYTES);
	must(hash != NULL && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1);
	enum status st = digest_all(descriptor, hash, part, stop, why);
	if (st == OK)
		must(EVP_DigestFinal_ex(hash, digest, &len) == 1 && len == FILE_DIGEST_BYTES);
	EVP_MD_CTX_free(hash);
	memory_free(part);
	close(descriptor);
	return st;
}
