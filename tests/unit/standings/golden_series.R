# A company's contacts in four waves, what changed between them, and its score over two of them.
# Between the second and the third lies a break: that change is in no family.
# Run in the repository's root with Rscript: writes golden_series.inc beside itself.
set.seed(18295)
n <- c(24, 31, 27, 40)
better <- c(0, 6, 6, 14)
contacts <- lapply(1:4, function(w) {
  d <- data.frame(score = round(pmin(100, pmax(0, rnorm(n[w], 70 + better[w], 15))) * 100),
                  nps = pmin(10, pmax(0, round(rnorm(n[w], 7 + better[w] / 10, 2)))),
                  csat = pmin(5, pmax(1, round(rnorm(n[w], 3 + better[w] / 10, 1)))),
                  ces = pmin(7, pmax(1, round(rnorm(n[w], 4 + better[w] / 10, 1.5)))),
                  answered = TRUE)
  d$answered[c(3, 11)[seq_len(w %% 3)]] <- FALSE
  d
})
level <- 0.95
z <- qnorm((1 + level) / 2)
scores <- function(d) ifelse(d$answered, d$score / 100, 0)
welch <- function(a, b) {
  t <- t.test(b, a, conf.level = level)
  c(mean(b) - mean(a), mean(b) - mean(a), t$stderr, t$conf.int, t$p.value)
}
normal <- function(change, centre, se, most)
  c(change, centre, se, pmin(pmax(centre + c(-1, 1) * z * se, -most), most), 2 * pnorm(-abs(centre / se)))
nps <- function(a, b) {
  part <- function(x) {
    k <- length(x) + 3; p <- (sum(x >= 9) + .75) / k; d <- (sum(x <= 6) + .75) / k
    c(100 * mean((x >= 9) - (x <= 6)), 100 * (p - d), 1e4 * (p + d - (p - d)^2) / k)
  }
  a <- part(a); b <- part(b)
  normal(b[1] - a[1], b[2] - a[2], sqrt(a[3] + b[3]), 200)
}
agresti_caffo <- function(a, b) {
  part <- function(x) {
    p <- (sum(x >= 4) + 1) / (length(x) + 2)
    c(100 * mean(x >= 4), 100 * p, 1e4 * p * (1 - p) / (length(x) + 2))
  }
  a <- part(a); b <- part(b)
  normal(b[1] - a[1], b[2] - a[2], sqrt(a[3] + b[3]), 100)
}
# Questions are put to those who were answered.
of <- function(d, what) d[[what]][d$answered]
change <- list(score = function(a, b) welch(scores(a), scores(b)),
               answered_mean = function(a, b) welch(of(a, "score") / 100, of(b, "score") / 100),
               nps = function(a, b) nps(of(a, "nps"), of(b, "nps")),
               csat = function(a, b) agresti_caffo(of(a, "csat"), of(b, "csat")),
               ces = function(a, b) welch(of(a, "ces"), of(b, "ces")))
number <- function(x) sub("^NaN$|^NA$", "NAN", sprintf("%.17g", x))
rows <- unlist(lapply(names(change), function(metric) {
  found <- sapply(2:4, function(w) change[[metric]](contacts[[w - 1]], contacts[[w]]))
  family <- found[6, ]; family[2] <- NA
  adjusted <- p.adjust(family, "BH")
  sapply(1:3, function(i) sprintf("\t{\"%s\", %d, %s},", metric, i + 1,
                                  paste(number(c(found[, i], adjusted[i])), collapse = ", ")))
}))
told <- unlist(lapply(1:4, function(w) with(contacts[[w]], sprintf(
  "\t{%d, %s, %d, %d, %d, %d},", w, ifelse(answered, "true", "false"), score, nps, csat, ces))))
w <- c(1, 2) / 3
x <- lapply(contacts[1:2], scores)
term <- w^2 * sapply(x, var) / lengths(x)
df <- sum(term)^2 / sum(term^2 / (lengths(x) - 1))
mean2 <- sum(w * sapply(x, mean))
combined <- c(mean2, sqrt(sum(term)), df, mean2 + c(-1, 1) * qt((1 + level) / 2, df) * sqrt(sum(term)))
writeLines(c("/* Written by golden_series.R. */", "#define GOLDEN_CONTACTS \\",
             paste(told, "\\"), "", "#define GOLDEN_CHANGES \\", paste(rows, "\\"), "",
             sprintf("#define GOLDEN_COMBINED {%s}", paste(number(combined), collapse = ", "))),
           "tests/unit/standings/golden_series.inc")
