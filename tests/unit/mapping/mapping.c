#include <criterion/criterion.h>
#include <stdio.h>

#include "decode/decoder.h"
#include "mapping/mapping.h"

static const char document[] =
	"{\"programme\":\"p\",\"channels\":[{\"code\":\"phone\"},{\"code\":\"web\"}],\"companies\":["
	"{\"code\":\"C1\",\"name\":{\"en\":\"Alder Ltd\",\"nb\":\"Or AS\"}},"
	"{\"code\":\"C2\",\"name\":{\"en\":\"Birch\"}}],"
	"\"instruments\":[{\"code\":\"i\",\"areas\":[{\"code\":\"a\"}],"
	"\"items\":[{\"code\":\"q1\",\"area\":\"a\",\"options\":[{\"answer\":1,\"points\":0},"
	"{\"answer\":2,\"points\":1},{\"answer\":3,\"points\":2}]}],"
	"\"questions\":[{\"code\":\"csat\",\"measure\":\"csat\",\"scale\":{\"min\":1,\"max\":5},"
	"\"no_answer\":[\"NA\"]}]},"
	"{\"code\":\"j\",\"questions\":[{\"code\":\"nps\",\"measure\":\"nps\","
	"\"scale\":{\"min\":0,\"max\":10}}]}],"
	"\"waves\":[{\"code\":\"w\",\"instrument\":\"i\",\"sectors\":[{\"code\":\"s\","
	"\"companies\":[\"C1\",\"C2\"]}]}]}";

static struct programme *programme;
static struct arena arena;

static void start(void)
{
	struct programme_faults faults;
	arena_init(&arena, 8 << 20);
	cr_assert_eq(programme_parse(slice_of(document), &arena, &programme, &faults), OK);
}

static void end(void)
{
	arena_fini(&arena);
	programme_free(programme);
}

TestSuite(mapping, .init = start, .fini = end);

/** "columns" besides result_id, company and channel, and what follows them. */
static struct mapping *given(const char *columns, const char *rest)
{
	struct programme_faults faults;
	struct profile *profile = NULL;
	struct trouble why;
	const char *json = arena_print(
		&arena,
		"{\"mapping\":\"m\",\"columns\":{\"result_id\":\"id\","
		"\"company\":\"who\",\"channel\":{\"constant\":\"web\"}%s}%s}",
		columns, rest);
	enum status st = profile_parse(slice_of(json), &arena, &profile, &faults);
	cr_assert_eq(st, OK, "%s: %.*s", json, st == OK ? 0 : (int)faults.at[0].pointer.len,
		     st == OK ? "" : faults.at[0].pointer.at);
	struct mapping *m = mapping_new(&profile, programme, 0, &why);
	cr_assert_not_null(m, "%s", m == NULL ? why.words : "");
	return m;
}

/** What becomes of each row: "name=value;..." or "-" (left out) or "!code:column:value" of each
 * fault; rows apart by a newline. */
static const char *of_file(struct mapping *m, enum decode_format format, const char *text)
{
	static struct buf said;
	struct record record, made;
	struct decode_fault fault;
	struct reject reject;
	buf_fini(&said);
	buf_init(&said, 1 << 16);
	struct decoder *d = decoder_new(format);
	for (int step = 0; step < 2; step++) {
		if (step == 0)
			decoder_feed(d, slice_of(text));
		else
			decoder_finish(d);
		enum decoded got;
		while ((got = decoder_next(d, &arena, &record, &fault)) == DECODE_RECORD) {
			enum mapped mapped = mapping_apply(m, &record, &arena, &made, &reject);
			if (mapped == MAPPED_LEFT_OUT)
				buf_add_text(&said, "-");
			for (size_t i = 0; mapped == MAPPED_MADE && i < made.fields_len; i++)
				buf_print(&said, "%.*s=%.*s;", SLICE_ARGS(made.fields[i].name),
					  SLICE_ARGS(made.fields[i].value));
			bool refused = mapped == MAPPED_REJECTED || mapped == MAPPED_BROKEN;
			for (size_t i = 0; refused && i < reject.faults_len; i++)
				buf_print(&said, "!%s:%.*s:%.*s", reject.faults[i].code,
					  SLICE_ARGS(reject.faults[i].column),
					  SLICE_ARGS(reject.faults[i].value));
			buf_add_byte(&said, '\n');
			if (mapped == MAPPED_BROKEN)
				break;
		}
		cr_assert_neq((int)got, DECODE_BROKEN, "%s", fault.code);
	}
	decoder_free(d);
	buf_add_byte(&said, '\0');
	return said.at;
}

static void expect(const char *columns, const char *rest, const char *file, const char *said)
{
	struct mapping *m = given(columns, rest);
	cr_expect_str_eq(of_file(m, DECODE_CSV, file), said);
	mapping_free(m);
}

#define HERE "result_id=1;company=C1;channel=web;"

Test(mapping, a_column_becomes_its_canonical_one)
{
	expect(",\"csat\":\"How satisfied?\"", "", "id,who,How satisfied?\n1,C1,4\n",
	       HERE "csat=4;\n");
}

Test(mapping, names_are_found_in_other_letters_and_blanks)
{
	expect(",\"csat\":\"How satisfied?\"", "", "ID,Who,how  SATISFIED?\n1,C1,4\n",
	       HERE "csat=4;\n");
}

Test(mapping, the_very_name_comes_before_one_in_other_letters)
{
	expect(",\"csat\":\"Q\"", ",\"others\":\"ignored\"", "q,id,who,Q\n9,1,C1,4\n",
	       HERE "csat=4;\n");
}

Test(mapping, labels_become_codes_in_any_given_spelling_and_letter_case)
{
	expect(",\"csat\":{\"column\":\"q\",\"labels\":{\"5\":[\"Strongly agree\",\"Svært enig\"],"
	       "\"1\":\"No\"}}",
	       "", "id,who,q\n1,C1,STRONGLY  Agree\n1,C1,svært enig\n1,C1,No\n1,C1,4\n",
	       HERE "csat=5;\n" HERE "csat=5;\n" HERE "csat=1;\n" HERE "csat=4;\n");
}

Test(mapping, a_text_that_is_no_label_is_refused_where_a_number_is_wanted)
{
	expect(",\"csat\":{\"column\":\"q\",\"labels\":{\"5\":\"Yes\"}}", "",
	       "id,who,q\n1,C1,Perhaps\n", "!unknown_label:q:Perhaps\n");
}

Test(mapping, no_answer_texts_of_the_programme_go_on)
{
	expect(",\"csat\":{\"column\":\"q\",\"labels\":{\"5\":\"Yes\"},\"shift\":0}", "",
	       "id,who,q\n1,C1,NA\n", HERE "csat=NA;\n");
}

Test(mapping, missing_codes_are_nothing)
{
	expect(",\"csat\":{\"column\":\"q\",\"missing\":[\"98\",\"Vet ikke\"]},\"q1\":\"r\"",
	       ",\"missing\":[\"모름\"]", "id,who,q,r\n1,C1,98,98\n1,C1,vet ikke,모름\n",
	       HERE "csat=;q1=98;\n" HERE "csat=;q1=;\n");
}

Test(mapping, missing_codes_of_the_file_are_none_of_ids)
{
	expect("", ",\"missing\":[\"1\",\"C1\"]", "id,who\n1,C1\n", HERE "\n");
}

Test(mapping, the_first_column_that_says_something_is_taken)
{
	expect(",\"csat\":{\"first_of\":[\"a\",\"b\"],\"missing\":[\"99\"]}", "",
	       "id,who,a,b\n1,C1,99,4\n1,C1,,5\n1,C1,3,4\n1,C1,,\n",
	       HERE "csat=4;\n" HERE "csat=5;\n" HERE "csat=3;\n" HERE "csat=;\n");
}

Test(mapping, columns_are_joined_whole_or_not_at_all)
{
	expect(",\"contacted_at\":{\"joined\":[\"date\",\"time\"],\"by\":\" \"}", "",
	       "id,who,date,time\n1,C1,2026-05-04,10:15\n1,C1,,\n1,C1,2026-05-04,\n",
	       HERE "contacted_at=2026-05-04 10:15;\n" HERE
		    "contacted_at=;\n!missing_part:date + time:2026-05-04 \n");
}

Test(mapping, an_id_is_made_of_the_row_number)
{
	struct programme_faults faults;
	struct profile *profile = NULL;
	struct trouble why;
	const char *json = "{\"mapping\":\"m\",\"columns\":{\"result_id\":{\"row_number\":\"h1\"},"
			   "\"company\":\"who\",\"channel\":{\"constant\":\"web\"}}}";
	cr_assert_eq(profile_parse(slice_of(json), &arena, &profile, &faults), OK);
	struct mapping *m = mapping_new(&profile, programme, 0, &why);
	cr_expect_str_eq(of_file(m, DECODE_CSV, "who\nC1\nC2\n"),
			 "result_id=h1-1;company=C1;channel=web;\n"
			 "result_id=h1-2;company=C2;channel=web;\n");
	mapping_free(m);
}

Test(mapping, a_declared_scale_is_reversed_and_shifted)
{
	expect(",\"csat\":{\"column\":\"q\",\"reversed\":{\"from\":1,\"to\":5}},"
	       "\"q1\":{\"column\":\"r\",\"shift\":1}",
	       "", "id,who,q,r\n1,C1,1,0\n1,C1,\"4,0\",2\n1,C1,,\n",
	       HERE "csat=5;q1=1;\n" HERE "csat=2;q1=3;\n" HERE "csat=;q1=;\n");
}

Test(mapping, what_is_off_the_declared_scale_is_refused)
{
	expect(",\"csat\":{\"column\":\"q\",\"reversed\":{\"from\":1,\"to\":5}}", "",
	       "id,who,q\n1,C1,6\n1,C1,4.5\n1,C1,x\n",
	       "!off_scale:q:6\n!not_an_integer:q:4.5\n!not_an_integer:q:x\n");
}

Test(mapping, a_scale_is_reversed_where_it_is_said_and_nowhere_else)
{
	expect(",\"csat\":{\"column\":\"q\",\"reversed\":{\"from\":1,\"to\":5,"
	       "\"where\":{\"column\":\"how\",\"is\":[\"3\"]}}}",
	       "", "id,who,q,how\n1,C1,2,3\n1,C1,2,1\n", HERE "csat=4;\n" HERE "csat=2;\n");
}

Test(mapping, rows_are_left_out_by_a_stated_rule_and_counted)
{
	struct mapping *m = given(
		"", ",\"leave_out\":[{\"why\":\"tests\",\"column\":\"kind\",\"is\":[\"Test\"]},"
		    "{\"why\":\"totals\",\"column\":\"id\",\"begins\":[\"total\"]},"
		    "{\"why\":\"others\",\"column\":\"kind\",\"is_not\":[\"\",\"real\"]}]");
	cr_expect_str_eq(
		of_file(m, DECODE_CSV, "id,who,kind\n1,C1,\n2,C1,test\nTotal (n=2),,\n4,C1,odd\n"),
		HERE "\n-\n-\n-\n");
	cr_expect_eq(mapping_left_out(m), 3);
	struct buf json;
	buf_init(&json, 1000);
	struct json_out j = json_out_on(&json);
	mapping_left_out_json(m, &j);
	cr_expect(slice_is(buf_slice(&json), "[{\"why\":\"tests\",\"rows\":1},"
					     "{\"why\":\"totals\",\"rows\":1},"
					     "{\"why\":\"others\",\"rows\":1}]"));
	buf_fini(&json);
	mapping_free(m);
}

Test(mapping, columns_that_are_not_named_are_refused_with_the_file)
{
	expect("", "", "id,who,more,yet\n1,C1,2,3\n1,C1,2,3\n",
	       "!unlisted_column:more:!unlisted_column:yet:\n");
	expect("", ",\"ignored\":[\"more\",\"yet\"]", "id,who,more,yet\n1,C1,2,3\n", HERE "\n");
	expect("", ",\"others\":\"ignored\"", "id,who,more,yet\n1,C1,2,3\n", HERE "\n");
}

Test(mapping, columns_that_are_not_there_are_refused_with_the_file)
{
	expect(",\"csat\":\"q\"", "", "id\n1\n", "!missing_column:who:!missing_column:q:\n");
}

Test(mapping, a_column_twice_in_other_letters_is_refused)
{
	expect("", "", "id,WHO,whO\n1,C1,C2\n", "!column_twice:whO:\n");
}

Test(mapping, a_company_is_found_by_label_and_by_its_very_name_and_by_nothing_else)
{
	expect("", "", "id,who\n1,alder ltd\n1,Or AS\n1,Alder\n",
	       HERE "\n" HERE "\nresult_id=1;company=Alder;channel=web;\n");
	struct mapping *m;
	struct programme_faults faults;
	struct profile *profile = NULL;
	struct trouble why;
	const char *json = "{\"mapping\":\"m\",\"columns\":{\"result_id\":\"id\",\"company\":"
			   "{\"column\":\"who\",\"labels\":{\"C1\":[\"Alder\",\"The tree\"]}},"
			   "\"channel\":{\"constant\":\"web\"}}}";
	cr_assert_eq(profile_parse(slice_of(json), &arena, &profile, &faults), OK);
	m = mapping_new(&profile, programme, 0, &why);
	cr_expect_str_eq(of_file(m, DECODE_CSV, "id,who\n1,the tree\n"), HERE "\n");
	mapping_free(m);
}

Test(mapping, personal_data_are_hashed_under_a_key_and_so_in_faults)
{
	/* printf 'ada@example.org' | openssl dgst -sha256 -hmac 'sixteen bytes, ok' | cut -c-32 */
	expect(",\"shopper\":{\"column\":\"mail\",\"hashed\":true}",
	       ",\"hash_key\":\"sixteen bytes, ok\"", "id,who,mail\n1,C1,Ada@example.org \n1,C1,\n",
	       HERE "shopper=8b60b610b79aa7202e7535a266c9646f;\n" HERE "shopper=;\n");
}

Test(mapping, members_of_json_are_found_row_by_row)
{
	struct mapping *m = given(",\"csat\":\"answers.a\",\"q1\":\"b\"", "");
	cr_expect_str_eq(of_file(m, DECODE_NDJSON,
				 "{\"id\":\"1\",\"who\":\"C1\",\"answers\":{\"a\":4}}\n"
				 "{\"b\":2,\"who\":\"C1\",\"id\":\"1\"}\n"
				 "{\"id\":\"1\",\"who\":\"C1\",\"c\":3}\n"),
			 HERE "csat=4;q1=;\n" HERE "csat=;q1=2;\n!unlisted_column:c:\n");
	mapping_free(m);
}

Test(mapping, faults_of_the_row_name_the_files_own_column_and_value)
{
	struct mapping *m = given(
		",\"csat\":{\"column\":\"How?\",\"labels\":{\"5\":\"Good\"},\"shift\":0}", "");
	struct intake *in = intake_new(programme, 0, 0);
	const struct field fields[] = {{.name = SLICE("id"), .value = SLICE("1")},
				       {.name = SLICE("who"), .value = SLICE("Aldar Ltd")},
				       {.name = SLICE("How?"), .value = SLICE("7")}};
	const struct record sent = {.row = 3, .fields = fields, .fields_len = 3};
	struct record made;
	struct reject reject;
	struct result result;
	cr_assert_eq((int)mapping_apply(m, &sent, &arena, &made, &reject), MAPPED_MADE);
	cr_assert_eq(intake_read(in, &made, &arena, &result, &reject), E_INPUT);
	cr_assert_eq(reject.faults_len, 2);
	cr_expect_eq(reject.row, 3);
	cr_expect(slice_is(reject.faults[0].column, "who"));
	cr_expect(slice_is(reject.faults[0].value, "Aldar Ltd"));
	cr_expect(slice_is(reject.faults[0].expected,
			   "the code of a company of the programme; perhaps C1 (Alder Ltd)"));
	cr_expect(slice_is(reject.faults[1].column, "How?"));
	cr_expect_str_eq(reject.faults[1].code, "off_scale");
	intake_free(in);
	mapping_free(m);
}

Test(mapping, all_faults_of_a_row_are_told_at_once_and_each_columns_once)
{
	struct mapping *m = given(
		",\"csat\":{\"column\":\"How?\",\"labels\":{\"5\":\"Good\"}},\"q1\":\"q\"", "");
	struct intake *in = intake_new(programme, 0, 0);
	const struct field fields[] = {{.name = SLICE("id"), .value = SLICE("1")},
				       {.name = SLICE("who"), .value = SLICE("X")},
				       {.name = SLICE("How?"), .value = SLICE("Bad")},
				       {.name = SLICE("q"), .value = SLICE("7")}};
	const struct record sent = {.row = 3, .fields = fields, .fields_len = 4};
	struct record made;
	struct reject reject;
	static const char *const codes[] = {"unknown_label", "unknown_company", "not_an_option"};
	cr_assert_eq((int)mapping_apply(m, &sent, &arena, &made, &reject), MAPPED_REJECTED);
	cr_assert_eq(mapping_reject(in, &made, &arena, &reject), OK);
	cr_assert_eq(reject.faults_len, COUNT_OF(codes));
	for (size_t i = 0; i < COUNT_OF(codes); i++)
		cr_expect_str_eq(reject.faults[i].code, codes[i]);
	intake_free(in);
	mapping_free(m);
}

Test(mapping, a_required_column_that_the_mapping_refuses_is_not_missing_too)
{
	struct programme_faults faults;
	struct profile *profile = NULL;
	struct trouble why;
	const char *json =
		"{\"mapping\":\"m\",\"columns\":{\"result_id\":{\"joined\":[\"a\",\"b\"]},"
		"\"company\":{\"constant\":\"C1\"},\"channel\":{\"constant\":\"web\"}}}";
	cr_assert_eq(profile_parse(slice_of(json), &arena, &profile, &faults), OK);
	struct mapping *m = mapping_new(&profile, programme, 0, &why);
	struct intake *in = intake_new(programme, 0, 0);
	const struct field fields[] = {{.name = SLICE("a"), .value = SLICE("1")},
				       {.name = SLICE("b"), .value = SLICE("")}};
	const struct record sent = {.row = 3, .fields = fields, .fields_len = 2};
	struct record made;
	struct reject reject;
	cr_assert_eq((int)mapping_apply(m, &sent, &arena, &made, &reject), MAPPED_REJECTED);
	cr_assert_eq(mapping_reject(in, &made, &arena, &reject), OK);
	cr_assert_eq(reject.faults_len, 1);
	cr_expect_str_eq(reject.faults[0].code, "missing_part");
	intake_free(in);
	mapping_free(m);
}

Test(mapping, too_little_memory_is_told_and_leaves_nothing)
{
	struct mapping *m = given(",\"csat\":{\"joined\":[\"a\",\"b\"]}", "");
	const struct field fields[] = {{.name = SLICE("id"), .value = SLICE("1")},
				       {.name = SLICE("who"), .value = SLICE("C1")},
				       {.name = SLICE("a"), .value = SLICE("1")},
				       {.name = SLICE("b"), .value = SLICE("2")}};
	const struct record sent = {.row = 3, .fields = fields, .fields_len = 4};
	bool made_it = false;
	for (size_t limit = 0; limit < 4000 && !made_it; limit += 7) {
		struct arena small;
		struct record made;
		struct reject reject;
		arena_init(&small, limit);
		enum mapped mapped = mapping_apply(m, &sent, &small, &made, &reject);
		cr_assert(mapped == MAPPED_MADE || mapped == MAPPED_NO_ROOM);
		made_it = mapped == MAPPED_MADE;
		arena_fini(&small);
	}
	cr_expect(made_it);
	mapping_free(m);
}

Test(mapping, a_profile_that_speaks_of_another_wave_is_refused_with_its_place)
{
	struct programme_faults faults;
	struct profile *profile = NULL;
	struct trouble why;
	const char *json =
		"{\"mapping\":\"m\",\"columns\":{\"result_id\":\"id\",\"company\":\"who\","
		"\"channel\":{\"constant\":\"web\"},\"nps\":\"q\"}}";
	cr_assert_eq(profile_parse(slice_of(json), &arena, &profile, &faults), OK);
	cr_expect_eq(profile_check(profile, programme, -1, &arena, &faults), OK);
	cr_expect_null(mapping_new(&profile, programme, 0, &why));
	cr_expect_null(profile);
	cr_expect_str_eq(why.code, "mapping_does_not_fit");
	cr_expect_not_null(strstr(why.words, "/columns/nps: unknown_column"));
}
