/* A file of rejected rows is of the kind that came, and may be sent again as it is. */
#include "export/rejected_file.h"

#include <criterion/criterion.h>
#include <string.h>

#define EXPECT(text, want) cr_expect_str_eq(text, want, "got:\n%s\nwant:\n%s", text, want)

#define TEXT(literal)                                                                              \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

static char made[1 << 16];

static const struct rejected_fault one[] = {
	{TEXT("unknown_company"), TEXT("company"), TEXT("C9"), TEXT("the code of a company")}};
static const struct rejected_fault two[] = {
	{TEXT("unknown_company"), TEXT("company"), TEXT("=C9"), TEXT("a code, or")},
	{TEXT("off_scale"), TEXT("csat"), TEXT("9\"; 8"), TEXT("1 to 5")}};

/** The rows whose numbers stand in `rows` (1 to 9), each with these faults; fed in parts. */
static const char *rejected(enum decode_format format, struct slice file, const char *rows,
			    const struct rejected_fault *faults, size_t len, size_t part_len)
{
	const struct csv_options nothing = {0};
	struct rejected_file *f = rejected_file_new(format, &nothing);
	struct buf to;
	bool ended = false;
	uint64_t row;
	buf_init(&to, sizeof(made) - 1);
	while (!ended) {
		struct slice part = {file.at, part_len < file.len ? part_len : file.len};
		file = slice_from(file, part.len);
		if (part.len > 0)
			rejected_file_feed(f, part);
		else
			rejected_file_finish(f);
		while (rejected_file_next(f, &row, &ended))
			if (strchr(rows, (int)('0' + row)) != NULL)
				rejected_file_add(f, faults, len, &to);
	}
	rejected_file_end(f, &to);
	rejected_file_free(f);
	if (to.len > 0)
		memcpy(made, to.at, to.len);
	made[to.len] = '\0';
	buf_fini(&to);
	return made;
}

#define REJECTED(format, text, rows, faults)                                                       \
	rejected(format, slice_of(text), rows, faults, COUNT_OF(faults), 4096)

Test(rejected_file, a_row_of_csv_keeps_its_text_its_separator_and_its_line_end)
{
	EXPECT(REJECTED(DECODE_CSV,
			"id;company;note\r\n1;C1;a\r\n2;C9;\"x;\"\"y\"\r\n3;C1;=1+1\r\n", "23",
			one),
	       "id;company;note;error_code;error_column;error_value;error_expected\r\n"
	       "2;C9;\"x;\"\"y\";unknown_company;company;C9;the code of a company\r\n"
	       "3;C1;=1+1;unknown_company;company;C9;the code of a company\r\n");
}

Test(rejected_file, it_is_the_same_however_the_file_is_cut)
{
	static const char file[] = "id,company\n1,C1\n2,\"C9\nx\"\n3,C1\n4,C9";
	char whole[4096];
	strcpy(whole, REJECTED(DECODE_CSV, file, "24", two));
	for (size_t len = 1; len < 12; len++)
		EXPECT(rejected(DECODE_CSV, slice_of(file), "24", two, 2, len), whole);
}

Test(rejected_file, several_faults_stand_in_one_field_in_their_order)
{
	EXPECT(REJECTED(DECODE_CSV, "id,company\n1,=C9\n", "1", two),
	       "id,company,error_code,error_column,error_value,error_expected\n"
	       "1,=C9,unknown_company | off_scale,company | csat,"
	       "\"'=C9 | 9\"\"; 8\",\"a code, or | 1 to 5\"\n");
}

Test(rejected_file, columns_added_before_are_not_added_twice)
{
	const char *once = REJECTED(DECODE_CSV, "id,company\n1,\"C,9\"\n2,C9\n", "12", one);
	char again[4096];
	strcpy(again, once);
	EXPECT(REJECTED(DECODE_CSV, again, "12", one), again);
	EXPECT(REJECTED(DECODE_CSV, "id,error_code,company,error_value\n1,x,C9,y\n", "1", one),
	       "id,company,error_code,error_column,error_value,error_expected\n"
	       "1,C9,unknown_company,company,C9,the code of a company\n");
}

Test(rejected_file, every_header_row_is_kept)
{
	EXPECT(REJECTED(DECODE_CSV, "Respondent ID,Why?,\n,Price,Staff\n1,a,b\n2,c,d\n", "2", one),
	       "Respondent ID,Why?,,error_code,error_column,error_value,error_expected\n"
	       ",Price,Staff,,,,\n"
	       "2,c,d,unknown_company,company,C9,the code of a company\n");
}

Test(rejected_file, what_was_not_utf8_is_and_says_so_by_a_mark)
{
	EXPECT(REJECTED(DECODE_CSV, "id;name\n1;bl\xE5 b\xE6r og r\xF8 sm\xE5 \xF8yer\n", "1", one),
	       "\xEF\xBB\xBFid;name;error_code;error_column;error_value;error_expected\n"
	       "1;blå bær og rø små øyer;unknown_company;company;C9;the code of a company\n");
	EXPECT(REJECTED(DECODE_CSV, "\xEF\xBB\xBFid,x\n1,2\n", "1", one),
	       "\xEF\xBB\xBFid,x,error_code,error_column,error_value,error_expected\n"
	       "1,2,unknown_company,company,C9,the code of a company\n");
}

Test(rejected_file, a_sep_line_stays)
{
	EXPECT(REJECTED(DECODE_CSV, "sep=;\r\nid;x\r\n1;2\r\n", "1", one),
	       "sep=;\r\nid;x;error_code;error_column;error_value;error_expected\r\n"
	       "1;2;unknown_company;company;C9;the code of a company\r\n");
}

Test(rejected_file, a_row_that_cannot_be_divided_stands_whole)
{
	EXPECT(REJECTED(DECODE_CSV, "id,x\n1,a\"b\n2\n3,4\n", "12", one),
	       "id,x,error_code,error_column,error_value,error_expected\n"
	       "1,a\"b,unknown_company,company,C9,the code of a company\n"
	       "2,unknown_company,company,C9,the code of a company\n");
}

Test(rejected_file, without_a_rejected_row_there_is_a_header)
{
	EXPECT(REJECTED(DECODE_CSV, "id,x\n1,2\n", "", one),
	       "id,x,error_code,error_column,error_value,error_expected\n");
	EXPECT(REJECTED(DECODE_JSON_ARRAY, "[{\"id\":1}]", "", one), "[]\n");
	EXPECT(REJECTED(DECODE_NDJSON, "{\"id\":1}\n", "", one), "");
}

#define WORDS                                                                                      \
	"\"error_code\":\"unknown_company\",\"error_column\":\"company\",\"error_value\":\"C9\","  \
	"\"error_expected\":\"the code of a company\"}"

Test(rejected_file, an_object_gets_members_and_keeps_the_text_of_its_own)
{
	EXPECT(REJECTED(DECODE_NDJSON, "{\"id\": 1.50, \"answers\":{\"q\":\"}\"}}\r\n{\"id\":2}\n",
			"1", one),
	       "{\"id\": 1.50,\"answers\":{\"q\":\"}\"}," WORDS "\n");
	EXPECT(REJECTED(DECODE_JSON_ARRAY, "[ {\"id\":1},{ } ,{\"id\":\"a\\\"b\"}]", "123", one),
	       "[{\"id\":1," WORDS ",\n{" WORDS ",\n{\"id\":\"a\\\"b\"," WORDS "]\n");
}

Test(rejected_file, members_added_before_are_not_added_twice)
{
	EXPECT(REJECTED(DECODE_NDJSON, "{\"error_code\":\"x\",\"id\":1," WORDS "\n", "1", one),
	       "{\"error_code\":\"x\",\"id\":1," WORDS "\n");
	EXPECT(REJECTED(DECODE_NDJSON, "{\"id\":1," WORDS "\n", "1", one), "{\"id\":1," WORDS "\n");
}

Test(rejected_file, what_is_no_object_stands_as_it_came)
{
	EXPECT(REJECTED(DECODE_NDJSON, "{\"id\":1}\n{\"id\":\n[1]\n", "23", one),
	       "{\"id\":\n[1]\n");
}
