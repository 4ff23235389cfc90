# Makes insteval_fits.json from InstEval.csv.gz: Rscript insteval_fits.R InstEval.csv.gz > insteval_fits.json
# Severity of students in three departments: lecturers fixed, students random, REML (lme4).
suppressMessages(library(lme4))
data <- read.csv(gzfile(commandArgs(TRUE)[1]))
named <- function(values) paste0('"', names(values), '":', formatC(values, digits = 10, format = "g"), collapse = ",")
one <- function(dept) {
	mine <- data[data$dept == dept, ]
	mine$d <- factor(mine$d)
	fit <- lmer(y ~ 0 + d + (1 | s), mine, REML = TRUE,
		control = lmerControl(optCtrl = list(xtol_abs = 1e-10, ftol_abs = 1e-12)))
	spread <- as.data.frame(VarCorr(fit))$sdcor
	students <- ranef(fit)$s
	students <- setNames(students[[1]], rownames(students))
	lecturers <- fixef(fit)
	names(lecturers) <- sub("^d", "", names(lecturers))
	sprintf('"%s":{"student_sd":%.10g,"residual_sd":%.10g,\n"students":{%s},\n"lecturers":{%s}}', dept,
		spread[1], spread[2], named(students[seq(1, length(students), by = 5)]), named(lecturers))
}
cat(sprintf('{"r":"%s","lme4":"%s","departments":{\n%s}}\n', getRversion(), packageVersion("lme4"),
	paste(sapply(c(5, 10, 15), one), collapse = ",\n")))
