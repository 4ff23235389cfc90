#include <criterion/criterion.h>

#include "mapping/profile.h"

static struct arena arena;

static void start(void)
{
	arena_init(&arena, 8 << 20);
}

static void end(void)
{
	arena_fini(&arena);
}

TestSuite(profile, .init = start, .fini = end);

/** With ' for ". */
static struct slice quoted(const char *json)
{
	struct slice copy = arena_copy(&arena, slice_of(json));
	char *at = memory_new(copy.len + 1);
	for (size_t i = 0; i < copy.len; i++)
		at[i] = copy.at[i] == '\'' ? '"' : copy.at[i];
	copy = arena_copy(&arena, (struct slice){at, copy.len});
	memory_free(at);
	return copy;
}

static void expect_fault(const char *json, const char *pointer, const char *code)
{
	struct programme_faults faults;
	struct profile *made = NULL;
	cr_assert_eq(profile_parse(quoted(json), &arena, &made, &faults), E_INPUT, "%s", json);
	cr_expect_null(made);
	bool found = false;
	for (size_t i = 0; i < faults.len; i++)
		found |= slice_is(faults.at[i].pointer, pointer) &&
			 strcmp(faults.at[i].code, code) == 0;
	cr_expect(found, "%s has no %s at %s, but %s at %.*s", json, code, pointer,
		  faults.at[0].code, SLICE_ARGS(faults.at[0].pointer));
}

Test(profile, everything_it_may_say_is_read)
{
	struct programme_faults faults;
	struct profile *p = NULL;
	cr_assert_eq(
		profile_parse(
			quoted("{'mapping':'m.1','name':{'en':'M'},"
			       "'reading':{'encoding':'latin1','delimiter':'semicolon',"
			       "'decimal':'comma','header_rows':2,'dates':'dmy'},"
			       "'columns':{'contact_id':'a','company':{'column':'b',"
			       "'labels':{'C1':['x','y']}},'channel':{'constant':'web'},"
			       "'contacted_at':{'joined':['c','d'],'by':' '},"
			       "'q1':{'first_of':['e','f'],'missing':['98'],"
			       "'reversed':{'from':1,'to':5,'where':{'column':'g','is':['1']}},"
			       "'shift':-1},'shopper':{'column':'h','hashed':true}},"
			       "'missing':['-'],'ignored':['i'],'others':'ignored',"
			       "'leave_out':[{'why':'t','column':'j','begins':['T']}],"
			       "'hash_key':'0123456789abcdef'}"),
			&arena, &p, &faults),
		OK);
	cr_expect_eq(p->targets_len, 6);
	cr_expect(slice_is(p->targets[0].name, "result_id"));
	cr_expect_eq(p->columns_len, 10);
	cr_expect_eq(p->csv.header_rows, 2);
	cr_expect_eq(p->csv.decimal, ',');
	cr_expect_eq(p->targets[1].labels_len, 2);
	cr_expect_eq(p->targets[4].scale.shift, -1);
	cr_expect(p->others_ignored);
	struct csv_options declared = {.decimal = '.'};
	struct csv_options csv = profile_csv_options(p, &declared);
	cr_expect_eq(csv.decimal, '.');
	cr_expect_eq(csv.delimiter, ';');
	profile_free(p);
}

Test(profile, every_fault_is_named_by_its_place)
{
	static const struct {
		const char *json, *pointer, *code;
	} cases[] = {
		{"[]", "", "not_an_object"},
		{"{", "", "not_json"},
		{"{}", "/mapping", "missing"},
		{"{}", "/columns", "missing"},
		{"{'mapping':'a b'}", "/mapping", "not_a_code"},
		{"{'maping':'m'}", "/maping", "unknown_key"},
		{"{'columns':{}}", "/columns", "too_few"},
		{"{'columns':{'q':1}}", "/columns/q", "not_an_object"},
		{"{'columns':{'q':{}}}", "/columns/q", "not_one_source"},
		{"{'columns':{'q':{'column':'a','constant':'b'}}}", "/columns/q", "not_one_source"},
		{"{'columns':{'q':{'column':''}}}", "/columns/q/column", "wrong_length"},
		{"{'columns':{'q':{'column':'a','by':' '}}}", "/columns/q/by", "unknown_key"},
		{"{'columns':{'q':{'column':'a','colour':1}}}", "/columns/q/colour", "unknown_key"},
		{"{'columns':{'q':{'first_of':[]}}}", "/columns/q/first_of", "too_few"},
		{"{'columns':{'q':{'column':'a','labels':[]}}}", "/columns/q/labels",
		 "not_an_object"},
		{"{'columns':{'q':{'column':'a','labels':{'5':['x',1]}}}}", "/columns/q/labels/5/1",
		 "not_a_text"},
		{"{'columns':{'q':{'column':'a','labels':{'5':'X','4':['x ']}}}}",
		 "/columns/q/labels", "two_codes"},
		{"{'columns':{'q':{'column':'a','missing':'98'}}}", "/columns/q/missing",
		 "not_a_list"},
		{"{'columns':{'q':{'column':'a','missing':[98]}}}", "/columns/q/missing/0",
		 "not_a_text"},
		{"{'columns':{'q':{'column':'a','reversed':{'from':1}}}}", "/columns/q/reversed/to",
		 "missing"},
		{"{'columns':{'q':{'column':'a','reversed':{'from':5,'to':1}}}}",
		 "/columns/q/reversed/to", "out_of_range"},
		{"{'columns':{'q':{'column':'a','shift':0.5}}}", "/columns/q/shift",
		 "not_a_whole_number"},
		{"{'columns':{'q':{'column':'a','hashed':true}}}", "/hash_key", "missing"},
		{"{'hash_key':'short'}", "/hash_key", "wrong_length"},
		{"{'columns':{'result_id':'a','contact_id':'b'}}", "/columns/contact_id",
		 "duplicate"},
		{"{'others':'yes'}", "/others", "not_a_choice"},
		{"{'leave_out':[{'why':'x','column':'a'}]}", "/leave_out/0", "not_one_condition"},
		{"{'leave_out':[{'column':'a','is':['x']}]}", "/leave_out/0/why", "not_a_text"},
		{"{'leave_out':[{'why':'x','column':'a','is':[]}]}", "/leave_out/0/is", "too_few"},
		{"{'reading':{'delimiter':'x'}}", "/reading", "bad_csv_option"},
		{"{'reading':{'header_rows':9}}", "/reading/header_rows", "out_of_range"},
		{"{'mapping':'m','mapping':'n'}", "", "duplicate_key"},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		expect_fault(cases[i].json, cases[i].pointer, cases[i].code);
}

Test(profile, what_the_programme_does_not_have_is_named_by_its_place)
{
	static const char document[] =
		"{'programme':'p','channels':[{'code':'web'}],'companies':[{'code':'C1'}],"
		"'instruments':[{'code':'i','questions':[{'code':'csat','measure':'csat',"
		"'scale':{'min':1,'max':5}}]}],'waves':[{'code':'w','instrument':'i',"
		"'sectors':[{'code':'s','companies':['C1']}]}]}";
	struct programme_faults faults;
	struct programme *programme = NULL;
	struct profile *p = NULL;
	cr_assert_eq(programme_parse(quoted(document), &arena, &programme, &faults), OK);
	cr_assert_eq(profile_parse(quoted("{'mapping':'m','columns':{'company':{'column':'a',"
					  "'labels':{'C9':'x'}},'channel':{'constant':'fax'},"
					  "'csat':{'column':'b','labels':{'6':'y'}},'q7':'c'}}"),
				   &arena, &p, &faults),
		     OK);
	cr_assert_eq(profile_check(p, programme, 0, &arena, &faults), E_INPUT);
	static const char *const pointers[] = {
		"/columns/company/labels/C9", "/columns/channel/constant", "/columns/csat/labels/6",
		"/columns/q7", "/columns/result_id"};
	cr_assert_eq(faults.len, COUNT_OF(pointers));
	for (size_t i = 0; i < faults.len; i++)
		cr_expect(slice_is(faults.at[i].pointer, pointers[i]), "%.*s is not %s",
			  SLICE_ARGS(faults.at[i].pointer), pointers[i]);
	profile_free(p);
	programme_free(programme);
}
