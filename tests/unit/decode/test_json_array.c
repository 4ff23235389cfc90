#include "said.h"

#define array_says(text, told) says(DECODE_JSON_ARRAY, SLICE(text), told)

Test(json_array, each_object_is_a_record)
{
	array_says(" [ {\"a\":1} ,\n{\"a\":{\"b\":\"]},\"}}]\r\n", "1 a=#1\n2 a.b=]},\nend\n");
}

Test(json_array, an_empty_array_has_no_rows)
{
	array_says("[]", "end\n");
	array_says(" [ ] ", "end\n");
}

Test(json_array, an_object_may_span_lines)
{
	array_says("[\n  {\n    \"a\": 1\n  }\n]\n", "1 a=#1\nend\n");
}

Test(json_array, an_escaped_quote_does_not_end_the_string)
{
	array_says("[{\"a\":\"x\\\\\\\"}]\"}]", "1 a=x\\\"}]\nend\n");
}

Test(json_array, an_element_that_is_no_object_is_a_bad_row)
{
	array_says("[1,{\"a\":1},\"x,]\",[{\"b\":2}],null]",
		   "1! not_an_object [] 1\n2 a=#1\n3! not_an_object [] \"x,]\"\n"
		   "4! not_an_object [] [{\"b\":2}]\n5! not_an_object [] null\nend\n");
}

Test(json_array, an_element_with_a_key_twice_is_a_bad_row)
{
	array_says("[{\"a\":1,\"a\":2},{\"a\":3}]", "1! duplicate_key [a] a\":2}\n2 a=#3\nend\n");
}

Test(json_array, an_element_that_is_not_json_breaks_the_file)
{
	array_says("[{\"a\":1},{\"a\":tru},{\"a\":3}]", "1 a=#1\nbroken 2! not_json [] tru}\n");
	array_says("[{\"a\":1],{\"a\":2}]", "broken 1! not_json [] ]\n");
	array_says("[nul]", "broken 1! not_json [] nul\n");
	array_says("[12}]", "1! not_an_object [] 12\nbroken 1! missing_comma [] }\n");
	array_says("[}]", "broken 0! not_json [] }\n");
	array_says("[:1]", "broken 0! not_json [] :\n");
}

Test(json_array, an_unclosed_string_does_not_hide_rows)
{
	array_says("[{\"a\":\"b},{\"a\":\"c\"}]", "broken 0! unclosed_array [] \n");
}

Test(json_array, a_missing_comma_breaks_the_file)
{
	array_says("[{\"a\":1} {\"a\":2}]", "1 a=#1\nbroken 1! missing_comma [] {\n");
}

Test(json_array, a_comma_too_many_breaks_the_file)
{
	array_says("[{\"a\":1},]", "1 a=#1\nbroken 1! not_json [] ]\n");
	array_says("[,{\"a\":1}]", "broken 0! not_json [] ,\n");
}

Test(json_array, bytes_behind_the_array_break_the_file)
{
	array_says("[{\"a\":1}]x", "1 a=#1\nbroken 1! trailing_bytes [] x\n");
	array_says("[][]", "broken 0! trailing_bytes [] [\n");
}

Test(json_array, an_array_that_does_not_end_breaks_the_file)
{
	array_says("[", "broken 0! unclosed_array [] \n");
	array_says("[{\"a\":1}", "1 a=#1\nbroken 1! unclosed_array [] \n");
	array_says("[{\"a\":1},", "1 a=#1\nbroken 1! unclosed_array [] \n");
	array_says("[{\"a\":1},{\"a\"", "1 a=#1\nbroken 1! unclosed_array [] \n");
	array_says("[12", "broken 0! unclosed_array [] \n");
}

Test(json_array, what_is_no_array_breaks_the_file)
{
	array_says("", "broken 0! not_an_array [] \n");
	array_says("  ", "broken 0! not_an_array [] \n");
	array_says("{\"a\":1}", "broken 0! not_an_array [] {\n");
	array_says("\xEF\xBB\xBF[]", "broken 0! not_an_array [] ?\n");
}

Test(json_array, a_deep_element_breaks_the_file)
{
	array_says("[{\"a\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}]",
		   "broken 1! too_deep [] 1]]]]]]]]]]]]]]]]}\n");
}

Test(json_array, an_element_over_the_limit_breaks_the_file)
{
	struct buf b;
	buf_init(&b, 200000);
	buf_add_text(&b, "[{\"n\":1},{\"n\":\"");
	memset(buf_extend(&b, DECODE_RECORD_BYTES), 'x', DECODE_RECORD_BYTES);
	buf_add_text(&b, "\"}]");
	struct transcript t = transcribe(DECODE_JSON_ARRAY, buf_slice(&b), b.len, SIZE_MAX);
	cr_assert_eq(t.records, 1);
	cr_assert_str_eq(t.code, "record_too_long");
	buf_fini(&b);
}
