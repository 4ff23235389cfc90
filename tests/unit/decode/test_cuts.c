/* The same bytes, cut anywhere, are told the same. */
#include "said.h"

static const struct slice csv_samples[] = {
	SLICE("\xEF\xBB\xBFid,\"no\nte\",x\r\nr1,\"a\r\n\"\"b\"\"\",1\r\nr2,,\r\n,,\r\nr3,\xEC\x9A\xB0,\"\""),
	SLICE("id,note\nr1,a\"b\nr2,\"a\"b\nr3\nr4,5,6\n\n,\nr5,\xFF\nr6,\0\nr7,\"x\ny"),
	SLICE("\xEF\xBB\"a\",b\n1,2\n"),
	SLICE("a,a\n1,2\n"),
	SLICE("a,b\r1,2\r"),
	SLICE("\r\n\r\n"),
};

static const struct slice ndjson_samples[] = {
	SLICE("{\"id\":\"r\\u0031\",\"g\":{\"q\":4,\"r\":null}}\r\n\n \n{\"a\":[1]}\n{\"a\":tru}\n"
	      "{\"a\":1,\"a\":2}\n{\"x\":\"\xEC\x9A\xB0\"}{}\n7\n{\"x\":-1.5e3}"),
	SLICE("\xEF\xBB\xBF{}\n{\"a\":\"\xED\xA0\x80\"}\n\0\n{\"a\":\"\\ud83d\\ude00\\\"\"}\n"),
};

static const struct slice array_samples[] = {
	SLICE(" [ {\"a\":\"\\\\\\\"]},\"} , 12 ,-1.5, null,\"x\\\"\",[[{}]],{\"g\":{\"q\":1}} ] \n"),
	SLICE("[{\"a\":1},{\"a\":1,\"a\":2},{\"a\":\"\xFF\"},{\"a\":1]}]"),
	SLICE("[{\"a\":1}{\"b\":2}]"),
	SLICE("[{\"a\":1},]"),
	SLICE("[1] 2"),
	SLICE("[{\"a\":\"x"),
	SLICE("[12"),
	SLICE("{}"),
};

static void check_cuts(enum decode_format format, struct slice bytes)
{
	struct transcript whole = transcribe(format, bytes, bytes.len, SIZE_MAX);
	for (size_t cut = 0; cut <= bytes.len; cut++) {
		struct transcript two = transcribe(format, bytes, cut, SIZE_MAX);
		cr_assert(transcripts_equal(&whole, &two), "cut at %zu:\n%s\nwhole:\n%s", cut,
			  two.text.at, whole.text.at);
		transcript_fini(&two);
	}
	for (size_t step = 1; step <= 7; step++) {
		struct transcript many = transcribe(format, bytes, step, step);
		cr_assert(transcripts_equal(&whole, &many), "parts of %zu:\n%s\nwhole:\n%s", step,
			  many.text.at, whole.text.at);
		transcript_fini(&many);
	}
	transcript_fini(&whole);
}

Test(cuts, csv_is_told_the_same_wherever_it_is_cut)
{
	for (size_t i = 0; i < COUNT_OF(csv_samples); i++)
		check_cuts(DECODE_CSV, csv_samples[i]);
}

Test(cuts, ndjson_is_told_the_same_wherever_it_is_cut)
{
	for (size_t i = 0; i < COUNT_OF(ndjson_samples); i++)
		check_cuts(DECODE_NDJSON, ndjson_samples[i]);
}

Test(cuts, a_json_array_is_told_the_same_wherever_it_is_cut)
{
	for (size_t i = 0; i < COUNT_OF(array_samples); i++)
		check_cuts(DECODE_JSON_ARRAY, array_samples[i]);
}

/** A record of the limit and one byte more, cut near its ends. */
static void check_limit(enum decode_format format, const char *head, const char *tail, size_t len)
{
	struct buf b;
	buf_init(&b, 200000);
	buf_add_text(&b, head);
	memset(buf_extend(&b, len), 'x', len);
	buf_add_text(&b, tail);
	struct slice bytes = buf_slice(&b);
	struct transcript whole = transcribe(format, bytes, bytes.len, SIZE_MAX);
	for (size_t cut = len - 8; cut <= bytes.len; cut++) {
		struct transcript two = transcribe(format, bytes, cut, 1000);
		cr_assert(transcripts_equal(&whole, &two), "cut at %zu:\n%s\nwhole:\n%s", cut,
			  two.text.at, whole.text.at);
		transcript_fini(&two);
	}
	transcript_fini(&whole);
	buf_fini(&b);
}

Test(cuts, the_limit_of_a_record_is_the_same_wherever_it_is_cut)
{
	for (size_t len = DECODE_RECORD_BYTES - 10; len <= DECODE_RECORD_BYTES + 1; len++) {
		check_limit(DECODE_CSV, "id\n", "\n\"r\n2\"\n", len);
		check_limit(DECODE_NDJSON, "{\"a\":\"", "\"}\n{\"b\":1}\n", len);
		check_limit(DECODE_JSON_ARRAY, "[{\"a\":\"", "\"},{\"b\":1}]", len);
	}
}
