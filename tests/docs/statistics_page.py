"""The runnable lines of docs/statistics.md.

A block of code either prepares (its first line is a comment: once, each board, each row ...) or holds
lines that each end in an arrow and the figures they give: `mean(x)  # -> standings[].score.mean`.
Several figures share their way: `# -> standings[].score.ci_lower, ci_upper`. `field` before the way means
boards of the whole field alone.
"""
import re

BLOCK = re.compile(r"^```(r|sql)\n(.*?)^```$", re.M | re.S)
PREPARES = re.compile(r"^(?:#|--) (once|each [a-z ]+)\n")
LINE = re.compile(r"^(.*?)\s*(?:#|--) -> (field )?(\S+(?:, \S+)*)$")
READING = 'board <- jsonlite::fromJSON("board.json", simplifyDataFrame = FALSE)\n'
# Where the way begins -> what is at hand.
SCOPES = (("standings[].", "row"), ("pairs[].", "pair"), ("questions[].", "question"),
          ("area.", "area"), ("items[].", "item"), ("overall.", "overall"), ("sectors[].", "sector"),
          ("shoppers[].", "shopper"), ("channels[].", "channel"), ("changes[].", "change"), ("combined[].", "entry"),
          ("summary.", "board"))


class Line:
    def __init__(self, code, field, ways):
        first, *more = ways.split(", ")
        self.code, self.field = code, bool(field)
        self.scope, self.ways = None, []
        for begin, scope in SCOPES:
            if first.startswith(begin):
                keep = "" if scope != "board" else begin
                first, self.scope = keep + first[len(begin):], scope
                break
        if self.scope is None:
            raise ValueError(f"docs/statistics.md: nothing is called {first}")
        parent = first.rpartition(".")[0]
        self.ways = [first] + [f"{parent}.{name}" if parent else name for name in more]

    @property
    def names(self):
        return [way.rpartition(".")[2] for way in self.ways]


def read_page(text, language):
    """(what prepares, by occasion; the lines), both in the page's order."""
    prepare, lines = {}, []
    for said, block in BLOCK.findall(text):
        if said != language or block == READING:
            continue
        occasion = PREPARES.match(block)
        if occasion:
            prepare.setdefault(occasion.group(1).removeprefix("each "), []).append(block)
            continue
        for line in block.strip("\n").split("\n"):
            found = LINE.match(line)
            if not found:
                raise ValueError(f"docs/statistics.md: this line names no figure: {line}")
            lines.append(Line(*found.groups()))
    return prepare, lines
