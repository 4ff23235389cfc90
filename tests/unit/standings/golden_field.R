# Ranks by NPS of every company of the sample wave against every other: the board of the field.
# Run in the repository's root with Rscript: writes golden_field.inc beside itself.
results <- read.csv("programmes/sample/results.csv")
contacts <- table(results$company)
ranked <- names(contacts)[contacts >= 20]
answers <- lapply(ranked, function(company) {
  nps <- results$nps[results$company == company & !is.na(results$nps)]
  ifelse(nps >= 9, 100, ifelse(nps >= 7, 0, -100))
})
k <- length(ranked)
n <- lengths(answers)
m <- sapply(answers, mean)
v <- sapply(answers, var) / n
better <- worse <- integer(k)
for (i in seq_len(k - 1)) for (j in (i + 1):k) {
  df <- (v[i] + v[j])^2 / (v[i]^2 / (n[i] - 1) + v[j]^2 / (n[j] - 1))
  q <- abs(m[i] - m[j]) / sqrt(v[i] + v[j]) * sqrt(2)
  if (ptukey(q, k, df, lower.tail = FALSE) >= 0.05) next
  best <- if (m[i] > m[j]) i else j
  worst <- i + j - best
  better[worst] <- better[worst] + 1L
  worse[best] <- worse[best] + 1L
}
rank <- sapply(m, function(x) 1 + sum(m > x + 1e-9))
lines <- sprintf("\t{\"%s\", %d, %d, %d},", ranked, rank, 1L + better, k - worse)
writeLines(c("/* Written by golden_field.R. */", lines), "tests/unit/standings/golden_field.inc")
