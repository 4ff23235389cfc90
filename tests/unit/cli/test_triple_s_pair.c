#include "cli/triple_s_pair.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/** A folder with empty files. */
struct folder {
	char path[64];
};

static struct folder given_folder(void)
{
	struct folder f;
	snprintf(f.path, sizeof(f.path), "/tmp/plaudit-pair-XXXXXX");
	cr_assert_not_null(mkdtemp(f.path));
	return f;
}

static void given_file(const struct folder *f, const char *name, const char *content,
		       char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", f->path, name);
	FILE *made = fopen(path, "w");
	cr_assert_not_null(made);
	fputs(content, made);
	fclose(made);
}

static int remove_one(const char *path, const struct stat *facts, int type, struct FTW *where)
{
	(void)facts;
	(void)type;
	(void)where;
	return remove(path);
}

static void end_folder(const struct folder *f)
{
	nftw(f->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

Test(triple_s_pair, metadata_are_told_by_their_name)
{
	cr_expect(triple_s_is_metadata(SLICE("x/a.sss"), SLICE("")));
	cr_expect(triple_s_is_metadata(SLICE("A.SSS"), SLICE("triple_s")));
	cr_expect(triple_s_is_metadata(SLICE("a.xml"), SLICE("triple_s")));
	cr_expect_not(triple_s_is_metadata(SLICE("a.xml"), SLICE("")));
	cr_expect_not(triple_s_is_metadata(SLICE("a.zip"), SLICE("triple_s")));
	cr_expect_not(triple_s_is_metadata(SLICE("a.sss"), SLICE("csv")));
	cr_expect_not(triple_s_is_metadata(SLICE("-"), SLICE("triple_s")));
}

Test(triple_s_pair, the_data_beside_have_the_same_name)
{
	struct folder f = given_folder();
	char metadata[PATH_MAX], data[PATH_MAX], found[PATH_MAX], other[PATH_MAX];
	struct trouble why;
	given_file(&f, "x.sss", "", metadata);
	given_file(&f, "y.asc", "", other);
	cr_expect_eq(triple_s_data_beside(metadata, found, &why), E_INPUT);
	given_file(&f, "x.asc", "", data);
	cr_expect_eq(triple_s_data_beside(metadata, found, &why), OK);
	cr_expect_str_eq(found, data);
	given_file(&f, "x.csv", "", other);
	cr_expect_eq(triple_s_data_beside(metadata, found, &why), E_INPUT);
	cr_expect_not_null(strstr(why.words, "which is its data?"), "%s", why.words);
	end_folder(&f);
}

Test(triple_s_pair, packing_twice_gives_the_same_bytes)
{
	struct folder f = given_folder();
	char metadata[PATH_MAX], data[PATH_MAX], first[4096], second[4096];
	struct trouble why;
	int descriptor;
	given_file(&f, "x.sss", "<sss/>", metadata);
	given_file(&f, "x.dat", "12\n", data);
	cr_assert_eq(triple_s_pack(metadata, &descriptor, &why), OK, "%s", why.words);
	ssize_t len = read(descriptor, first, sizeof(first));
	close(descriptor);
	cr_assert_eq(triple_s_pack(metadata, &descriptor, &why), OK);
	cr_expect_eq(read(descriptor, second, sizeof(second)), len);
	close(descriptor);
	cr_expect_gt(len, 100);
	cr_expect_eq(memcmp(first, second, (size_t)len), 0);
	cr_expect_eq(memcmp(first, "PK\3\4", 4), 0);
	end_folder(&f);
}
