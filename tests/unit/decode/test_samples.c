/* Files that real programs wrote, where they are at hand (PLAUDIT_SHARED_DIR/samples). */
#include <stdio.h>
#include <stdlib.h>

#include "said.h"

enum { SAMPLE_BYTES = 1 << 20 };

static const struct csv_options undeclared;

/** Told so, whole and byte by byte, and the reading says both; said where it is not there. */
static void sample(const char *name, const char *told, const char *encoding, const char *delimiter)
{
	const char *shared = getenv("PLAUDIT_SHARED_DIR");
	char path[500];
	struct buf file;
	static char part[SAMPLE_BYTES];
	snprintf(path, sizeof(path), "%s/samples/%s", shared != NULL ? shared : "../shared", name);
	FILE *given = fopen(path, "rb");
	if (given == NULL) {
		fprintf(stderr, "skipped: %s is not there\n", path);
		return;
	}
	buf_init(&file, SAMPLE_BYTES);
	buf_add(&file, (struct slice){part, fread(part, 1, sizeof(part), given)});
	fclose(given);
	for (size_t len = file.len; len > 0; len = len > 1 ? 1 : 0) {
		struct transcript t = transcribe_csv(&undeclared, buf_slice(&file), len);
		cr_expect_str_eq(t.text.at, told, "%s: %s", name, t.text.at);
		cr_expect_not_null(strstr(t.reading.at, encoding), "%s: %s", name, t.reading.at);
		cr_expect_not_null(strstr(t.reading.at, delimiter), "%s: %s", name, t.reading.at);
		transcript_fini(&t);
	}
	buf_fini(&file);
}

#define IS(what, by) "{\"is\":\"" what "\",\"by\":\"" by "\""

Test(samples, excel_in_norway_writes_windows_1252_and_semicolons)
{
	sample("csv-nb-windows1252-semicolon.csv",
	       "1 Bedrift=Ice Mobil Bransje=Telekom CES=6,2 CSAT=4,6 NPS=35 "
	       "Kommentar=Veldig fornøyd å få hjelp\n"
	       "2 Bedrift=Oslo kommune Bransje=Offentlig CES=3,1 CSAT=2,9 NPS=-42 "
	       "Kommentar=Dårlig økonomisk støtte\nend\n",
	       IS("windows-1252", "detected"), IS("semicolon", "detected"));
}

Test(samples, csv_utf8_of_excel_begins_with_a_mark)
{
	sample("csv-nb-utf8bom-semicolon.csv",
	       "1 Bedrift=Ice Mobil Bransje=Telekom Kanal=Telefon CES=6 CSAT=5 NPS=10 "
	       "Kommentar=Linje 1\nlinje 2; med semikolon og \"anførsel\"\n"
	       "2 Bedrift=Oslo kommune Bransje=Offentlig Kanal=E-post CES=3,5 CSAT=2,5 NPS=−42 "
	       "Kommentar=\nend\n",
	       IS("utf-8", "marked"), IS("semicolon", "detected"));
}

Test(samples, excel_in_korea_writes_cp949)
{
	sample("csv-ko-cp949.csv",
	       "1 회사=DHL코리아 업종=특송 CES=6.5 CSAT=4.8 NPS=62 의견=상담원이 매우 "
	       "친절했습니다\n"
	       "2 회사=우체국 업종=택배 CES=5.9 CSAT=4.4 NPS=48 의견=뷁, 똠방각하 접속이 "
	       "빨랐어요\nend\n",
	       IS("cp949", "detected"), IS("comma", "detected"));
}

Test(samples, unicode_text_of_excel_is_utf16_with_tabs)
{
	sample("csv-ko-utf16-tab.txt", "1 회사=우체국 업종=택배\nend\n", IS("utf-16le", "marked"),
	       IS("tab", "detected"));
}

Test(samples, the_data_of_triple_s_are_plain)
{
	sample("triples.csv",
	       "1 CASE=1 VISIT=20260504 CHANNEL=1 NPS=9 CSAT=5 WT=1.0000\n"
	       "2 CASE=2 VISIT=20260505 CHANNEL=4 NPS=99 CSAT=2 WT=0.8750\n"
	       "3 CASE=3 VISIT=20260505 CHANNEL=3 NPS= CSAT=4 WT=1.1250\nend\n",
	       IS("utf-8", "assumed"), IS("comma", "detected"));
}
