#include "api/shown.h"

#include "api/access.h"
#include "api/problem_of.h"
#include "api/view.h"

struct showing {
	struct caller caller;
	struct shown_request request;
	void (*answer)(struct exchange *x, const struct shown_request *request);
};

static void looked(void *arg, const struct trouble *why)
{
	struct showing s = *(struct showing *)arg;
	memory_free(arg);
	if (s.caller.x == NULL)
		return;
	s.caller.x->state = NULL;
	if (why != NULL)
		answer_trouble(s.caller.x, why);
	else
		s.answer(s.caller.x, &s.request);
}

static bool must_look(struct exchange *x, const struct shown_request *request)
{
	size_t len;
	const struct known_wave *waves = catalogue_waves(api_of(x)->catalogue, &len);
	for (size_t i = 0; i < len; i++) {
		if (waves[i].programme->organisation_id != request->organisation_id)
			continue;
		if (request->wave_id != 0 && request->wave_id != waves[i].wave_id)
			continue;
		if (view_must_ask(&waves[i]))
			return true;
	}
	return false;
}

void shown_then(struct exchange *x, const struct shown_request *request,
		void (*answer)(struct exchange *x, const struct shown_request *request))
{
	if (!must_look(x, request)) {
		answer(x, request);
		return;
	}
	struct showing *s = memory_new(sizeof(*s));
	*s = (struct showing){{.x = x}, *request, answer};
	x->state = s;
	catalogue_look(api_of(x)->catalogue, request->organisation_id, looked, s);
}
