# A file of 400 rows written down by arithmetic, judged by R from its rows, not from sums.
# Run in the repository's root with Rscript: writes golden.inc beside itself. test_detector.c makes the same rows.
n <- 400
i <- 0:(n - 1)
good <- (i * 37) %% 101                       # how good the contact was, 0..100
shake <- function(k) (i * (k + 3) * 53 + k * 29) %% 121 - 60
cut5 <- function(x) pmin(5, pmax(1, 3 + round((x - 5) / 25)))
item <- sapply(1:6, function(k) cut5(good + shake(k)))
csat <- cut5(good + shake(7))
ces <- 6 - cut5(good + shake(8))              # 5 is best in the programme: reversed
chat <- i %% 20 == 3                          # 20 rows, all answers mirrored
turn <- function(x) ifelse(chat, 6 - x, x)
item <- apply(item, 2, turn)
csat <- turn(csat)
ces <- turn(ces)
y <- 30 * (cbind(item, csat, ces) - 3)        # -60..60
total <- rowSums(y)
against <- sapply(seq_len(ncol(y)), function(c) cor(y[, c], total - y[, c]))
chance <- sapply(against, function(r) pnorm(atanh(r) * sqrt(n - 3)))
own <- colMeans(y[chat, ])
other <- colMeans(y[!chat, ])
slope <- sum(own * other) / sum(other^2)
mirrored <- pt(-abs(t.test(total[chat])$statistic), sum(chat) - 1)

straight <- apply(item, 1, function(r) all(r == r[1]))
# Shoppers as if their straight rows were these of so many.
k <- c(1, 0, 2, 1, 3, 0, 1, 2, 0, 1, 4, 18)
of <- c(20, 22, 25, 18, 30, 15, 20, 24, 16, 20, 28, 20)
ko <- k[-12]
no <- of[-12]
rate <- (sum(ko) + 0.5) / (sum(no) + 1)
q <- sum(ko^2 / no) - sum(ko)^2 / sum(no)
df <- length(no) - 1
between <- q / (rate * (1 - rate)) / (qchisq(0.05, df) / df)
rho <- min(0.95, max(0.02, (between - df) / (sum(no) - sum(no^2) / sum(no) - df)))
size <- (1 - rho) / rho
tail <- sum(choose(20, 18:20) * beta(18:20 + rate * size, 20 - 18:20 + (1 - rate) * size) /
              beta(rate * size, (1 - rate) * size))
figure <- function(name, value) sprintf("static const double %s = %.15g;", name, value)
writeLines(c("/* Written by golden.R. */",
             figure("golden_csat_correlation", against[7]),
             figure("golden_ces_correlation", against[8]),
             figure("golden_ces_chance", chance[8]),
             figure("golden_slope", slope),
             figure("golden_mirrored", mirrored),
             figure("golden_straight_above", tail),
             figure("golden_above_near", pbinom(29, 40, 0.5, lower.tail = FALSE))),
           "tests/unit/detect/golden.inc")
