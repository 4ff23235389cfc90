#include "export/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/must.h"

enum { PART_BYTES = 64 * 1024 };

const char *temporary_folder(void)
{
	const char *folder = getenv("TMPDIR");
	return folder != NULL && folder[0] == '/' ? folder : "/var/tmp";
}

enum status temporary_open(const char *folder, struct temporary *t, struct trouble *why)
{
	*t = (struct temporary){
		.file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR)};
	if (t->file < 0)
		return trouble(why, E_BUSY, "there is no room for temporary files: %s",
			       strerror(errno));
	snprintf(t->path, sizeof(t->path), "/proc/self/fd/%d", t->file);
	return OK;
}

static enum status hash_file(struct temporary *t, EVP_MD_CTX *hash, struct trouble *why)
{
	unsigned char part[PART_BYTES];
	t->bytes = 0;
	for (;;) {
		ssize_t got = pread(t->file, part, sizeof(part), (off_t)t->bytes);
		if (got < 0)
			return trouble(why, E_INTERNAL, "a temporary file cannot be read: %s",
				       strerror(errno));
		if (got == 0)
			return OK;
		must(EVP_DigestUpdate(hash, part, (size_t)got) == 1);
		t->bytes += (uint64_t)got;
	}
}

enum status temporary_measure(struct temporary *t, struct trouble *why)
{
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	must(hash != NULL && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1);
	enum status st = hash_file(t, hash, why);
	if (st == OK)
		must(EVP_DigestFinal_ex(hash, t->digest, NULL) == 1);
	EVP_MD_CTX_free(hash);
	return st;
}

void temporary_close(struct temporary *t)
{
	if (t->file >= 0)
		close(t->file);
	t->file = -1;
}
