# Rscript write_sav.R FOLDER: files of haven in each of its compressions, of every kind of column.
suppressPackageStartupMessages(library(haven))
folder <- commandArgs(TRUE)[1]
set.seed(20260504)
n <- 400
letters_of <- function(count, of) paste(sample(of, count, replace = TRUE), collapse = "")
word <- function(most, of) replicate(n, letters_of(sample(0:most, 1), of))
latin <- c(letters, " ", ",", "\"", "\u00e5", "\u00f8", "\uc6b0", "\u0111")
table <- data.frame(
  ResultIdentifierThatIsLong = seq_len(n),
  small = sample(c(0:10, NA), n, replace = TRUE),
  real = round(rnorm(n) * 1000, 3),
  wide = rnorm(n) * 10^sample(-8:12, n, replace = TRUE),
  visited = as.Date("2020-01-01") + sample(c(-30000:30000, NA), n, replace = TRUE),
  short = word(8, latin), middle = word(200, latin), long = word(700, latin), vast = word(3000, letters),
  stringsAsFactors = FALSE)
table$contacted_at <- as.POSIXct("2026-05-04 00:00:00", tz = "UTC") + sample(0:10000000, n)
table$waited <- hms::hms(seconds = sample(c(0:200000, NA), n, replace = TRUE))
for (name in c("short", "middle", "long", "vast")) table[[name]] <- sub(" +$", "", table[[name]])
table$nps <- labelled_spss(sample(c(0:10, 97:99), n, replace = TRUE), c("Not at all" = 0, "Ikke svart" = 99),
                           na_values = c(97, 99), label = "How likely are you to recommend us?")
table$csat <- labelled_spss(sample(1:9, n, replace = TRUE), c(Good = 5), na_range = c(6, Inf))
for (compress in c("byte", "none", "zsav"))
  write_sav(table, file.path(folder, paste0("haven_", compress, if (compress == "zsav") ".zsav" else ".sav")), compress = compress)
