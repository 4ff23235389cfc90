# Rscript read_sav.R FILE: the table as haven reads it, every field quoted, missing ones empty.
suppressPackageStartupMessages(library(haven))
table <- read_sav(commandArgs(TRUE)[1], user_na = FALSE)
clock <- function(seconds) {
  whole <- floor(round(abs(seconds), 3))
  part <- round((abs(seconds) - whole) * 1000)
  paste0(ifelse(seconds < 0, "-", ""), sprintf("%02d:%02d:%02d", whole %/% 3600, whole %/% 60 %% 60, whole %% 60),
         ifelse(part > 0, sprintf(".%03d", part), ""))
}
shown <- function(column) {
  is_time <- inherits(column, "difftime")
  is_date <- inherits(column, "Date")
  is_instant <- inherits(column, "POSIXct")
  plain <- if (is_time) as.numeric(column, units = "secs") else as.vector(unclass(column))
  text <- if (is.character(plain)) plain
    else if (is_date) format(as.Date(plain, origin = "1970-01-01"))
    else if (is_instant) {
      day <- floor(plain / 86400)
      paste(format(as.Date(day, origin = "1970-01-01")), clock(plain - day * 86400))
    } else if (is_time) ifelse(is.na(plain), "", clock(plain))
    else sprintf("%.15g", plain)
  ifelse(is.na(plain), "", text)
}
quoted <- function(x) paste0("\"", gsub("\"", "\"\"", enc2utf8(x), fixed = TRUE), "\"")
lines <- paste(quoted(names(table)), collapse = ",")
if (nrow(table) > 0)
  lines <- c(lines, do.call(paste, c(lapply(table, function(column) quoted(shown(column))), sep = ",")))
out <- pipe("cat", "wb")
writeLines(enc2utf8(lines), out, sep = "\n", useBytes = TRUE)
close(out)
