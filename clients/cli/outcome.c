#include "cli/outcome.h"

enum outcome outcome_of_http(long http_status)
{
	if (http_status >= 200 && http_status < 300)
		return OUTCOME_OK;
	switch (http_status) {
	case 401:
	case 403:
		return OUTCOME_DENIED;
	case 404:
	case 410:
		return OUTCOME_NOT_FOUND;
	case 409:
	case 412:
	case 428:
		return OUTCOME_CONFLICT;
	case 408:
	case 425:
	case 429:
		return OUTCOME_TRY_AGAIN;
	default:
		return http_status >= 500 ? OUTCOME_TRY_AGAIN : OUTCOME_FAILURE;
	}
}

enum outcome outcome_of_status(enum status status)
{
	switch (status) {
	case OK:
		return OUTCOME_OK;
	case E_GONE:
		return OUTCOME_NOT_FOUND;
	case E_DENIED:
		return OUTCOME_DENIED;
	case E_CONFLICT:
		return OUTCOME_CONFLICT;
	case E_BUSY:
	case E_UNKNOWN:
		return OUTCOME_TRY_AGAIN;
	case E_INPUT:
	case E_LIMIT:
	case E_INTERNAL:
		break;
	}
	return OUTCOME_FAILURE;
}
