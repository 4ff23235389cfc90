# Runs the R lines of docs/statistics.md on answers of the server.
# check.R PLAN ANSWERS...: PLAN defines `plan` (what prepares, and the lines); each file of ANSWERS
# defines `name` and what its wave, board, company or table of sectors consists of.
# Prints every difference and ends with "N passed, N failed".

files <- commandArgs(trailingOnly = TRUE)
source(files[1], keep.source = FALSE)
passed <- failed <- hidden <- 0
met <- logical(length(plan$lines))         # lines that met a number or a word at least once
code <- lapply(plan$lines, function(line) parse(text = line$code, keep.source = FALSE))

prepare <- function(occasion, env) for (text in plan$prepare[[occasion]]) eval(parse(text = text), env)

# The member at "a.b.c". NULL where it or anything on the way is null; `absent` where there is none.
absent <- quote(absent)
look <- function(object, way) {
  for (word in strsplit(way, ".", fixed = TRUE)[[1]]) {
    if (is.null(object)) return(NULL)
    if (!word %in% names(object)) return(absent)
    object <- object[[word]]
  }
  object
}

# NULL where they agree, else words.
difference <- function(got, said, line) {
  text <- sprintf("R %s, the server %s", format(got, digits = 17), if (is.null(said)) "null" else format(said, digits = 17))
  fine <- if (is.null(said)) is.na(got) || (is.numeric(got) && !is.finite(got))
    else if (is.na(got)) FALSE
    else if (is.numeric(said)) is.numeric(got) && abs(got - said) <= line$tolerance * abs(said) + line$floor
    else identical(unname(got), said)
  if (fine) NULL else text
}

fail <- function(where, line, words) {
  failed <<- failed + 1
  cat(sprintf("%s: %s (%s): %s\n", where, paste(line$ways, collapse = ", "), line$code, words))
}

# Where a channel of a company is hidden, the page says, nobody has the counts of this one.
may_be_hidden <- function(line) grepl("^score_standardised", line$ways[1])

run <- function(at, object, env, where, word) {
  line <- plan$lines[[at]]
  ways <- gsub("<metric>", word, line$ways, fixed = TRUE)
  said <- lapply(ways, function(way) look(object, way))
  if (all(vapply(said, identical, NA, absent))) {
    if (!top$partial) fail(where, line, "the answer has no such member")
    return(invisible())
  }
  got <- tryCatch(eval(code[[at]], new.env(parent = env)), error = function(e) e)
  if (inherits(got, "error")) return(fail(where, line, conditionMessage(got)))
  if (is.null(got) && may_be_hidden(line)) { hidden <<- hidden + 1; return(invisible()) }
  if (length(got) != length(ways)) return(fail(where, line, sprintf("gives %d values", length(got))))
  for (i in seq_along(ways)) {
    words <- difference(got[[i]], said[[i]], line)
    if (is.null(words)) passed <<- passed + 1 else fail(where, line, paste(ways[i], words))
    if (!is.null(said[[i]])) met[at] <<- TRUE
  }
}

run_scope <- function(scope, object, parent, where) {
  env <- new.env(parent = parent)
  word <- if (is.null(parent$board)) "" else sub(":.*", "", parent$board$metric)
  assign(scope, object, env)
  if (scope != "board") prepare(scope, env)
  for (at in seq_along(plan$lines))
    if (plan$lines[[at]]$scope == scope && (!plan$lines[[at]]$field || is.null(parent$board$sector)))
      run(at, object, env, where, word)
  env
}

check_board <- function(top, where) {
  prepare("board", top)
  run_scope("board", top$board, top, where)
  if (top$what == "level") return(invisible())
  for (row in top$rows) {
    here <- paste(where, row$company$code)
    env <- run_scope("row", row, top, here)
    if (!is.null(row$area)) run_scope("area", row$area, env, here)
    for (question in row$questions) run_scope("question", question, env, paste(here, question$question$code))
    for (area in row$areas) run_scope("area", area, env, here)
    for (item in row$items) {
      env$options <- item$options
      run_scope("item", item, env, paste(here, item$item$code))
    }
  }
  for (pair in top$board$pairs) run_scope("pair", pair, top, where)
}

check_history <- function(top, where) {
  prepare("history", top)
  for (at in seq_along(top$history$waves)[-1]) {
    top$at <- at
    run_scope("change", top$history$waves[[at]], top, paste(where, at))
  }
}

check_combined <- function(top, where) {
  prepare("combined", top)
  run_scope("entry", top$entry, top, where)
}

# The functions see `board` and `level` of the board at hand: everything of a board is in one place.
top <- new.env(parent = globalenv())
prepare("once", top)
for (file in files[-1]) {
  sys.source(file, top)
  top$partial <- isTRUE(top$partial)
  if (top$what == "wave") {
    prepare("wave", top)
    for (shopper in top$shoppers$shoppers) run_scope("shopper", shopper, top, paste(top$name, shopper$shopper))
    next
  }
  if (top$what == "history") { check_history(top, top$name); next }
  if (top$what == "combined") { check_combined(top, top$name); next }
  check_board(top, top$name)
  if (is.null(top$table)) next
  env <- list2env(list(table = top$table), parent = top)
  prepare("table of sectors", env)
  run_scope("overall", top$table$overall, env, top$name)
  for (sector in top$table$sectors) run_scope("sector", sector, env, paste(top$name, sector$sector$code))
}
for (at in which(!met)) fail("everywhere", plan$lines[[at]], "never met a figure that is defined")
cat(sprintf("%d not to be had: a channel is hidden\n%d passed, %d failed\n", hidden, passed, failed))
quit(status = as.integer(failed > 0))
