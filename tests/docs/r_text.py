"""JSON as the R that jsonlite::fromJSON(simplifyDataFrame = FALSE) would make of it, in plain text."""
import json


def r_text(value):
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dict):
        return "list(%s)" % ", ".join(f"`{key}` = {r_text(v)}" for key, v in value.items())
    return r_array(value)


def is_plain(value):
    return isinstance(value, (int, float, str)) and not isinstance(value, bool)


def r_array(values):
    """Numbers and words make vectors, arrays of equal length a matrix, one of words where any is."""
    if values and all(is_plain(v) for v in values):
        return "c(%s)" % ", ".join(r_text(v) for v in values)
    if values and all(isinstance(v, list) and v and all(is_plain(w) for w in v) for v in values):
        words = any(isinstance(w, str) for row in values for w in row)
        cells = (r_text(w if not words or isinstance(w, str) else repr(w))
                 for row in values for w in row)
        return f"matrix(c({', '.join(cells)}), ncol = {len(values[0])}, byrow = TRUE)"
    return "list(%s)" % ", ".join(r_text(v) for v in values)
