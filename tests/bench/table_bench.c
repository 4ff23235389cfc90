/* table_bench xlsx|sav|triple-s FILE [METADATA]: the file read to CSV that goes nowhere; rows a
 * second of processor time, the median of ROUNDS, and the largest resident set. */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "tabular/sav.h"
#include "tabular/triple_s.h"
#include "tabular/xlsx.h"

enum { ROUNDS = 3 };

static const struct {
	const char *name;
	table_reader *reader;
} formats[] = {
	{"xlsx", table_read_xlsx}, {"sav", table_read_sav}, {"triple-s", table_read_triple_s}};

static table_reader *reader_of(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return formats[i].reader;
	return NULL;
}

static double processor_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/** Seconds; negative where it cannot be read. */
static double read_once(table_reader *reader, char **argv, struct table_report *report)
{
	struct decode_fault fault;
	struct table_options options = {.metadata_path = argv[3], .limits = TABLE_LIMITS};
	FILE *nowhere = fopen("/dev/null", "w");
	must(nowhere != NULL);
	double before = processor_seconds();
	enum status st = reader(argv[2], nowhere, &options, report, &fault);
	double seconds = processor_seconds() - before;
	fclose(nowhere);
	if (st < 0)
		fprintf(stderr, "%s: %s, not %s\n", fault.code, fault.value, fault.expected);
	return st < 0 ? -1 : seconds;
}

int main(int argc, char **argv)
{
	static struct table_report report;
	double seconds[ROUNDS];
	table_reader *reader = argc == 3 || argc == 4 ? reader_of(argv[1]) : NULL;
	if (reader == NULL) {
		fprintf(stderr, "usage: %s xlsx|sav|triple-s FILE [METADATA]\n", argv[0]);
		return 2;
	}
	for (size_t i = 0; i < ROUNDS; i++)
		if ((seconds[i] = read_once(reader, argv, &report)) < 0)
			return 1;
	qsort(seconds, ROUNDS, sizeof(*seconds), ascending);
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	printf("%s: %" PRIu64
	       " rows of %u columns, %.2f s, %.0f rows a second, peak RSS %.1f MiB\n",
	       argv[1], report.rows, report.columns, seconds[ROUNDS / 2],
	       (double)report.rows / seconds[ROUNDS / 2], (double)usage.ru_maxrss / 1024);
	return 0;
}
