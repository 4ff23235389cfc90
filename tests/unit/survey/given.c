#include "given.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

const char *const given_text =
	"{\"programme\":\"p\",\"name\":{\"en\":\"P\"},"
	"\"channels\":[{\"code\":\"phone\"},{\"code\":\"chat\"}],"
	"\"companies\":[{\"code\":\"C1\",\"name\":{\"ko\":\"한빛\"}},{\"code\":\"C2\"},"
	"{\"code\":\"C3\"}],"
	"\"instruments\":[{\"code\":\"i\",\"scoring\":\"pooled\",\"unanswered\":\"zero\","
	"\"areas\":[{\"code\":\"wait\",\"weight\":5},{\"code\":\"agent\",\"weight\":95}],"
	"\"items\":["
	"{\"code\":\"q1\",\"area\":\"wait\",\"options\":[{\"answer\":0,\"points\":0},"
	"{\"answer\":1,\"points\":0.5},{\"answer\":2,\"points\":3}],\"no_answer\":[\"NA\"]},"
	"{\"code\":\"q2\",\"area\":\"agent\",\"options\":[{\"answer\":1,\"points\":7},"
	"{\"answer\":0,\"points\":0}]},"
	"{\"code\":\"q3\",\"area\":\"agent\",\"channels\":[\"phone\"],\"options\":["
	"{\"answer\":0,\"points\":0},{\"answer\":500,\"points\":2.25}]},"
	"{\"code\":\"q4\",\"area\":\"agent\",\"scored\":false,\"options\":[{\"answer\":1},"
	"{\"answer\":2}]}],"
	"\"questions\":["
	"{\"code\":\"csat\",\"measure\":\"csat\",\"scale\":{\"min\":1,\"max\":5}},"
	"{\"code\":\"ces\",\"measure\":\"ces\",\"scale\":{\"min\":1,\"max\":7},"
	"\"direction\":\"high_is_effort\"},"
	"{\"code\":\"nps\",\"measure\":\"nps\",\"scale\":{\"min\":0,\"max\":10},"
	"\"no_answer\":[\"11\",\"Blank\"]},"
	"{\"code\":\"ves1\",\"measure\":\"other\",\"scale\":{\"min\":1,\"max\":7}}]}],"
	"\"waves\":[{\"code\":\"w\",\"instrument\":\"i\",\"planned_contacts\":25,"
	"\"channel_weights\":{\"phone\":0.4},\"time_zone\":\"Europe/Oslo\","
	"\"contact_hours\":{\"from\":\"09:00\",\"until\":\"15:00\",\"weekdays\":[1,5]},"
	"\"sectors\":[{\"code\":\"S1\",\"companies\":[\"C2\","
	"{\"company\":\"C1\",\"planned_contacts\":20}]}]}]}";

const char *const given_rules =
	"{'programme':'p','channels':[{'code':'phone'},{'code':'email'}],"
	"'companies':[{'code':'C1'},{'code':'C2','kind':'team'},{'code':'C9'}],"
	"'centres':[{'code':'OC1','name':{'en':'Nordic'}}],"
	"'operations':[{'company':'C1','centre':'OC1','country':'EE','channels':['phone'],"
	"'from':'2019-01-01','until':'2021-12-31'},{'company':'C2','country':'NO'}],"
	"'successors':[{'company':'C9','of':'C1','kind':'renamed','from':'2015-01-01'}],"
	"'holidays':['2020-04-10','2020-04-09'],"
	"'instruments':[{'code':'i','areas':[{'code':'a'}],'items':["
	"{'code':'i1','area':'a','options':[{'answer':2,'points':1,'conformity':'conforms'},"
	"{'answer':1,'points':0.5,'conformity':'minor'},{'answer':0,'points':0,"
	"'conformity':'major'}]},"
	"{'code':'b1','area':'a','bonus':true,'options':[{'answer':0,'points':0},{'answer':1,"
	"'points':2}]},"
	"{'code':'kpi1','area':'a','measured':{'min':0,'max':100,'decimals':1,'unit':'percent',"
	"'at_least':80,'points':1,'missed':'minor'}}],"
	"'questions':[{'code':'nps','measure':'nps','scale':{'min':0,'max':10}},{'code':'ces',"
	"'measure':'ces','scale':{'min':1,'max':7}}]}],"
	"'waves':[{'code':'w0','instrument':'i','series':'shoppers','sectors':[{'code':'S1',"
	"'companies':['C1']}]},"
	"{'code':'w','instrument':'i','series':'shoppers','period':{'from':'2020-01-06',"
	"'until':'2020-04-30'},"
	"'series_break':{'reason':{'en':'two'}},'before_publication':'hidden',"
	"'review':{'counts':['submitted','approved']},"
	"'prerequisites':['certified_manager'],'time_zone':'Europe/Oslo',"
	"'sectors':[{'code':'S1','companies':['C1',{'company':'C2','planned_contacts':20,"
	"'channels':['phone'],'fulfils':['certified_manager']}]}],"
	"'fieldwork':{'limits':{'phone':{'wait_seconds':300},'email':{'working_days':3,"
	"'sent_until':'12:00'}},"
	"'shopper_contacts':{'per_company':1,'per_wave':30,'per_day':5},"
	"'breaches':{'outside_hours':'warns','shopper_is_customer':'excludes',"
	"'over_limit':'rejects','sent_late':'warns','shopper_twice':'excludes',"
	"'shopper_too_often':'ignores'}},"
	"'awards':[{'code':'best_centre','kind':'line','metric':'score','at_least':90},"
	"{'code':'winner','kind':'rank','scope':'sector','metric':'score','rank':1},"
	"{'code':'pass','kind':'no_nonconformity','conformity':'major'},"
	"{'code':'certified','kind':'all','of':['best_centre','pass'],"
	"'prerequisites':['certified_manager']},"
	"{'code':'streak13','kind':'running','of':'best_centre','times':13,'missed':'breaks',"
	"'at_break':'restarts','joint':'counts','successors':'inherit'},"
	"{'code':'five_star','kind':'times','of':'winner','times':5,'missed':'skips',"
	"'at_break':'continues','joint':'counts','successors':'inherit'},"
	"{'code':'only','kind':'sole','of':'best_centre','scope':'sector'},"
	"{'code':'both','kind':'line','metric':'combined:2023','above':87.5},"
	"{'code':'nps','kind':'line','metric':'nps','above':-12.5}]}],"
	"'combined':[{'code':'2023','of':[{'wave':'w0'},{'wave':'w','weight':2}]}]}";

struct slice given_json(const char *quoted)
{
	size_t len = strlen(quoted);
	char *made = malloc(len + 1);
	for (size_t i = 0; i <= len; i++)
		made[i] = quoted[i] == '\'' ? '"' : quoted[i];
	return (struct slice){made, len};
}

struct slice given_rules_with(const char *old, const char *new)
{
	return given_replaced(given_json(given_rules), given_json(old).at, given_json(new).at);
}

void given_fault(struct slice text, const char *pointer, const char *code)
{
	struct arena arena;
	struct programme *p;
	struct programme_faults faults;
	arena_init(&arena, 1 << 20);
	cr_assert_eq(programme_parse(text, &arena, &p, &faults), E_INPUT, "%s: no fault", code);
	cr_assert_null(p);
	for (size_t i = 0; i < faults.len; i++)
		cr_expect(slice_is(faults.at[i].pointer, pointer) &&
				  strcmp(faults.at[i].code, code) == 0,
			  "%s at %.*s, expected %s at %s", faults.at[i].code,
			  SLICE_ARGS(faults.at[i].pointer), code, pointer);
	cr_assert_eq(faults.total, 1);
	cr_assert_gt(faults.at[0].expected.len, 0);
	arena_fini(&arena);
}

struct slice given_replaced(struct slice text, const char *old, const char *new)
{
	const char *at = strstr(text.at, old);
	cr_assert_not_null(at, "the text does not occur: %s", old);
	size_t before = (size_t)(at - text.at), cut = strlen(old), len = strlen(new);
	char *made = malloc(text.len - cut + len + 1);
	memcpy(made, text.at, before);
	memcpy(made + before, new, len);
	memcpy(made + before + len, at + cut, text.len - before - cut + 1);
	return (struct slice){made, text.len - cut + len};
}

struct slice given_text_with(const char *old, const char *new)
{
	return given_replaced(slice_of(given_text), old, new);
}

struct programme *given_programme(struct slice text)
{
	struct arena arena;
	struct programme *p;
	struct programme_faults faults;
	arena_init(&arena, 1 << 20);
	enum status st = programme_parse(text, &arena, &p, &faults);
	cr_assert_eq(st, OK, "%zu faults, first %s at %.*s", faults.total,
		     faults.len ? faults.at[0].code : "",
		     faults.len ? (int)faults.at[0].pointer.len : 0,
		     faults.len ? faults.at[0].pointer.at : "");
	arena_fini(&arena);
	return p;
}

static void set_kind(struct field *field)
{
	field->kind = FIELD_TEXT;
	if (field->value.len > 0 && field->value.at[0] == '#')
		field->kind = FIELD_NUMBER;
	else if (field->value.len > 0 && field->value.at[0] == '!')
		field->kind = FIELD_BOOL;
	if (field->kind != FIELD_TEXT)
		field->value = slice_from(field->value, 1);
	if (slice_is(field->value, "null!"))
		*field = (struct field){field->group, field->name, SLICE_NONE, FIELD_NULL};
}

struct record given_record(struct arena *arena, const char *const *pairs)
{
	size_t len = 0;
	while (pairs[2 * len] != NULL)
		len++;
	struct field *fields = arena_take_array(arena, len, sizeof(*fields));
	for (size_t i = 0; i < len; i++) {
		struct slice name = slice_of(pairs[2 * i]), group;
		if (memchr(name.at, '/', name.len) != NULL)
			slice_next_part(&name, '/', &group);
		else
			group = SLICE_NONE;
		fields[i] = (struct field){
			.group = group, .name = name, .value = slice_of(pairs[2 * i + 1])};
		set_kind(&fields[i]);
	}
	return (struct record){.row = 7, .fields = fields, .fields_len = len};
}

struct slice given_file(const char *folder_variable, const char *path)
{
	char name[1024];
	const char *folder = getenv(folder_variable);
	if (folder == NULL)
		return SLICE_NONE;
	snprintf(name, sizeof(name), "%s/%s", folder, path);
	FILE *file = fopen(name, "rb");
	if (file == NULL)
		return SLICE_NONE;
	struct buf text;
	buf_init(&text, 64 * 1024 * 1024);
	char part[65536];
	size_t got;
	while ((got = fread(part, 1, sizeof(part), file)) > 0)
		buf_add(&text, (struct slice){part, got});
	fclose(file);
	buf_add_byte(&text, '\0');
	return (struct slice){text.at, text.len - 1};
}

struct slice given_line(struct slice *rest)
{
	struct slice line = SLICE_NONE;
	slice_next_part(rest, '\n', &line);
	return line;
}

size_t given_parts(struct slice line, struct slice *parts, size_t room)
{
	size_t len = 0;
	while (len < room && slice_next_part(&line, ',', &parts[len]))
		len++;
	return len;
}
