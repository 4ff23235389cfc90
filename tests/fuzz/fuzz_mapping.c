#include "decode/decoder.h"
#include "mapping/mapping.h"
#include "mapping/preview.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char document[] =
	"{\"programme\":\"p\",\"channels\":[{\"code\":\"phone\"},{\"code\":\"web\"}],\"companies\":["
	"{\"code\":\"C1\",\"name\":{\"en\":\"Alder Ltd\",\"ko\":\"주식회사 오리\"}},{\"code\":\"C2\"}],"
	"\"instruments\":[{\"code\":\"i\",\"areas\":[{\"code\":\"a\"}],\"items\":[{\"code\":\"q1\","
	"\"area\":\"a\",\"options\":[{\"answer\":0,\"points\":0},{\"answer\":1,\"points\":1}]}],"
	"\"questions\":[{\"code\":\"csat\",\"measure\":\"csat\",\"scale\":{\"min\":1,\"max\":5}},"
	"{\"code\":\"nps\",\"measure\":\"nps\",\"scale\":{\"min\":0,\"max\":10},\"no_answer\":[\"11\"]}]}],"
	"\"waves\":[{\"code\":\"w\",\"instrument\":\"i\",\"time_zone\":\"Europe/Oslo\",\"sectors\":["
	"{\"code\":\"s\",\"companies\":[\"C1\",\"C2\"]}]}]}";

static struct programme *programme(void)
{
	static struct programme *made;
	struct programme_faults faults;
	struct arena words;
	if (made != NULL)
		return made;
	arena_init(&words, 1 << 20);
	must(programme_parse(slice_of(document), &words, &made, &faults) == OK);
	arena_fini(&words);
	return made;
}

/** A profile or faults, never both, never neither. */
static struct profile *read_profile(struct slice json)
{
	struct programme_faults faults;
	struct profile *made = NULL;
	struct arena words;
	arena_init(&words, 1 << 22);
	enum status st = profile_parse(json, &words, &made, &faults);
	must(st == OK || st == E_INPUT);
	must((st == OK) == (made != NULL) && (st == OK) == (faults.total == 0));
	for (size_t i = 0; i < faults.len; i++)
		must(slice_is_utf8(faults.at[i].pointer) && slice_is_utf8(faults.at[i].expected));
	arena_fini(&words);
	return made;
}

static void map_rows(struct mapping *m, struct slice rows, enum decode_format format)
{
	struct decoder *d = decoder_new(format);
	struct intake *in = intake_new(programme(), 0, 0);
	struct arena arena;
	uint64_t left_out = 0;
	arena_init(&arena, 1 << 21);
	for (int step = 0; step < 2; step++) {
		struct record record, made;
		struct decode_fault fault;
		struct reject reject;
		struct result result;
		enum decoded got;
		if (step == 0)
			decoder_feed(d, rows);
		else
			decoder_finish(d);
		while ((got = decoder_next(d, &arena, &record, &fault)) == DECODE_RECORD ||
		       got == DECODE_BAD_ROW) {
			enum mapped mapped = got == DECODE_RECORD
						     ? mapping_apply(m, &record, &arena, &made,
								     &reject)
						     : MAPPED_NO_ROOM;
			left_out += mapped == MAPPED_LEFT_OUT ? 1 : 0;
			must(mapped != MAPPED_REJECTED || reject.faults_len > 0);
			if (mapped == MAPPED_REJECTED)
				must(mapping_reject(in, &made, &arena, &reject) != E_INPUT);
			must(mapped != MAPPED_BROKEN || reject.row == 0);
			if (mapped == MAPPED_MADE &&
			    intake_read(in, &made, &arena, &result, &reject) == E_INPUT)
				must(reject.faults_len > 0);
		}
		if (got != DECODE_MORE)
			break;
	}
	must(left_out == mapping_left_out(m));
	arena_fini(&arena);
	intake_free(in);
	decoder_free(d);
}

/** What is proposed of any file is a profile that fits, where it says that it is complete. */
static void look_at(struct slice rows, enum decode_format format)
{
	struct buf json;
	struct trouble why;
	struct profile *none = NULL;
	const struct preview preview = {.bytes = rows,
					.whole = true,
					.format = format,
					.programme = programme(),
					.code = SLICE("proposed")};
	buf_init(&json, PREVIEW_JSON_BYTES);
	must(preview_json(&preview, &none, &json, &why) == OK);
	must(slice_is_utf8(buf_slice(&json)));
	buf_fini(&json);
}

/** The profile, a NUL, the rows; the first byte says what they are. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum decode_format formats[] = {DECODE_CSV, DECODE_NDJSON, DECODE_JSON_ARRAY};
	struct slice rest = {(const char *)data, size}, json = SLICE_NONE;
	struct trouble why;
	if (size == 0)
		return 0;
	enum decode_format format = formats[data[0] % COUNT_OF(formats)];
	rest = slice_from(rest, 1);
	if (!slice_next_part(&rest, '\0', &json))
		return 0;
	struct slice rows = rest.at != NULL ? rest : json;
	struct profile *profile = read_profile(json);
	struct mapping *m = profile != NULL ? mapping_new(&profile, programme(), 0, &why) : NULL;
	if (m != NULL)
		map_rows(m, rows, format);
	mapping_free(m);
	look_at(rows, format);
	return 0;
}
