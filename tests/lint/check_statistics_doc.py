#!/usr/bin/env python3
"""Every member of the statistics' answers stands in docs/statistics.md, and every figure has a line.

A member is a name that server/standings writes as JSON; it must stand in the tables of the page's
"Where each figure stands". A figure is a member that may be undefined, or a count: a line of R must
end in an arrow that names it.
check_statistics_doc.py [ROOT] | --self-test
"""
import os
import re
import sys

from files import read

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir, "docs"))

from statistics_page import read_page

PAGE = "docs/statistics.md"
FILES = ["figures_json.c", "level_json.c", "board_json.c", "channel_counts.c", "sector_table_json.c",
         "company_detail.c", "shopper_table.c", "history_json.c", "combined.c"]
INDEX = "## Where each figure stands"
WRITERS = (r"json_(?:key|figure|undefined|pair_\w+)|text_json|named_json|spread_json|rating_json|"
           r"mean_members|standard_members")
MEMBER = re.compile(r'\b(%s)\(\s*&?j,\s*"(\w+)"' % WRITERS)
# {"sd", offsetof(...)} and lists of names; suffixes and prefixes of composed names.
FIELD = re.compile(r'\{"(\w+)",\s*offsetof')
INTERVAL = re.compile(r'interval_json\(j, "(\w*)"')
PREFIXED = re.compile(r'mean_members\(j, "\w+", &?[\w>.-]+, "(\w*)"\)')
SUFFIX = re.compile(r'\{"(\w+)",\s*shrunken->')
COMPOSED = ("ci_lower", "ci_upper", "ci_method")
FIGURES = {"json_figure", "mean_members", "standard_members"}
# What repeats the question or names a thing, and has no figure of its own.
NAMES = {"programme", "wave", "state", "revision", "version", "metric", "code", "name"}
# The row's own contacts, and the waves that a streak lists.
COUNTS_WITHOUT_LINE = {"answered", "times"}


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def members(text):
    """(every name that is written, those that are figures)"""
    text = without_comments(text)
    every, figures = set(), set()
    for writer, name in MEMBER.findall(text):
        every.add(name)
        if writer in FIGURES or writer == "json_pair_int":
            figures.add(name)
    fields = set(FIELD.findall(text))
    fields |= {prefix + name for prefix in INTERVAL.findall(text) + PREFIXED.findall(text)
               for name in COMPOSED}
    fields |= {f"score_{suffix}" for suffix in SUFFIX.findall(text)}
    return every | fields, figures | fields


def check(page, sources):
    every, figures = set(), set()
    for text in sources:
        found = members(text)
        every |= found[0]
        figures |= found[1]
    index = page.partition(INDEX)[2].partition("\n## ")[0]
    said = set(re.findall(r"`(\w+)`", index))
    given = {name.replace("<metric>", "score") for line in read_page(page, "r")[1]
             for name in line.names}
    if not index or len(figures) < 100:
        yield f"{PAGE} has no index, or server/standings writes {len(figures)} figures"
    for name in sorted(every - NAMES - said):
        yield f"{PAGE}: {name} is in no table of \"{INDEX[3:]}\""
    for name in sorted(figures - NAMES - COUNTS_WITHOUT_LINE - given):
        yield f"{PAGE}: no line of R gives {name}"


def check_root(root):
    return list(check(read(root, PAGE), [read(root, f"server/standings/{f}") for f in FILES]))


SOURCE = '''
static const struct figure_field fields[] = {{"seen", offsetof(struct x, seen)},
	{"unseen", offsetof(struct x, unseen)}};
	json_figure(j, "told", x, reason);
	json_figure(j, "listed", x, reason);
	mean_members(j, "m", &r->mean, "m_");
	/* json_figure(j, "old", x, reason); */
'''
EXAMPLE = INDEX + '''
`seen`, `listed`, `m`, `m_ci_lower`, `m_ci_upper`, `m_ci_method`

## Lines
```r
1   # -> standings[].seen, m, told
2   # -> standings[].m_ci_lower, m_ci_upper, m_ci_method
```
'''
NOTICED = ["no table of \"Where each figure stands\"", "no line of R gives listed"]


def self_test():
    found = list(check(EXAMPLE, [SOURCE]))
    expected = [f"{PAGE}: told is in {NOTICED[0]}", f"{PAGE}: unseen is in {NOTICED[0]}",
                f"{PAGE}: {NOTICED[1]}", f"{PAGE}: no line of R gives unseen"]
    return [] if found[1:] == expected else [f"of the example it says {found}"]


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    return check_root(arguments[0] if arguments else ".")


if __name__ == "__main__":
    faults = main(sys.argv[1:])
    print("\n".join(faults) if faults else "every figure is explained and has its line")
    sys.exit(1 if faults else 0)
