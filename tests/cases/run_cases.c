/* Answers every reference case of a folder and compares: run_cases FOLDER.
 * One line a difference (case: field: expected, got), then "N passed, N failed". */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/must.h"
#include "case.h"

enum { CASE_BYTES_LIMIT = 64 * 1024 * 1024, CASES_LIMIT = 100000 };

static const struct {
	const char *statistic;
	answer_fn *answer;
} statistics[] = {
	{"base_status", answer_base_status},
	{"ces", answer_ces},
	{"change_mean", answer_change_mean},
	{"change_nps", answer_change_nps},
	{"change_share", answer_change_share},
	{"cluster_deff", answer_cluster_deff},
	{"consensus", answer_consensus},
	{"csat", answer_csat},
	{"icc_two_way", answer_icc_two_way},
	{"kish", answer_kish},
	{"krippendorff", answer_krippendorff},
	{"leaderboard", answer_leaderboard},
	{"merge", answer_merge},
	{"nps", answer_nps},
	{"nps_intervals", answer_nps_intervals},
	{"proportion_intervals", answer_proportion_intervals},
	{"quality_score", answer_quality_score},
	{"quantiles", answer_quantiles},
	{"rank_marginal", answer_rank_marginal},
	{"rank_posterior", answer_rank_posterior},
	{"sector", answer_sector},
	{"sector_nps", answer_sector_nps},
	{"shopper_severity", answer_shopper_severity},
	{"shrinkage", answer_shrinkage},
	{"special_functions", answer_special_functions},
	{"spread", answer_spread},
	{"standardised_mean", answer_standardised_mean},
	{"standardised_nps", answer_standardised_nps},
	{"threshold", answer_threshold},
	{"trimmed_mean", answer_trimmed_mean},
	{"two_part", answer_two_part},
};

static answer_fn *answer_to(const char *statistic)
{
	for (size_t i = 0; i < COUNT_OF(statistics); i++)
		if (slice_is(slice_of(statistic), statistics[i].statistic))
			return statistics[i].answer;
	return NULL;
}

static bool read_file(const char *path, struct buf *to)
{
	char part[65536];
	size_t got;
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return false;
	while ((got = fread(part, 1, sizeof(part), file)) > 0)
		buf_add(to, (struct slice){part, got});
	bool whole_file = ferror(file) == 0 && !buf_over(to);
	fclose(file);
	return whole_file;
}

static bool answer_case(const cJSON *given, const char *name)
{
	answer_fn *answer = answer_to(text(given, "statistic"));
	const cJSON *expected = cJSON_GetObjectItemCaseSensitive(given, "expected");
	struct arena arena;
	if (answer == NULL || expected == NULL) {
		printf("%s: statistic: \"%s\" is not known\n", name, text(given, "statistic"));
		return false;
	}
	arena_init(&arena, (size_t)CASE_BYTES_LIMIT * 4);
	cJSON *got = answer(&arena, member(given, "input"));
	size_t differences = compare_case(expected, got, member(given, "tolerance"), name);
	cJSON_Delete(got);
	arena_fini(&arena);
	return differences == 0;
}

static bool run_file(const char *path, const char *name)
{
	struct buf bytes;
	bool passed = false;
	buf_init(&bytes, CASE_BYTES_LIMIT);
	if (read_file(path, &bytes)) {
		cJSON *given = cJSON_ParseWithLength(bytes.at, bytes.len);
		if (given != NULL)
			passed = answer_case(given, name);
		else
			printf("%s: not JSON\n", name);
		cJSON_Delete(given);
	} else {
		printf("%s: cannot be read\n", name);
	}
	buf_fini(&bytes);
	return passed;
}

static int is_case(const struct dirent *entry)
{
	struct slice name = slice_of(entry->d_name), end = SLICE(".json");
	return name.len > end.len && slice_equal(slice_from(name, name.len - end.len), end);
}

int main(int argc, char **argv)
{
	struct dirent **entries;
	size_t passed = 0, failed = 0;
	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	int len = scandir(argv[1], &entries, is_case, alphasort);
	if (len < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	for (int i = 0; i < len; i++) {
		char path[4096];
		snprintf(path, sizeof(path), "%s/%s", argv[1], entries[i]->d_name);
		if (run_file(path, entries[i]->d_name))
			passed++;
		else
			failed++;
		free(entries[i]); /* scandir's */
	}
	free(entries);
	printf("%zu passed, %zu failed\n", passed, failed);
	return failed > 0 || passed == 0;
}
