#include "app/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { CANNOT_BECOME = 125, CANNOT_SET_UP = 126, CANNOT_EXEC = 127, LOOK_EVERY_MS = 20 };

static void default_signals(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		(void)signal(number, SIG_DFL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool only_our_output(int output)
{
	int nothing = open("/dev/null", O_RDONLY);

	return nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 &&
	       dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0 &&
	       close_range(STDERR_FILENO + 1, ~0U, 0) == 0;
}

static _Noreturn void become_it(const struct child_plan *plan, pid_t parent)
{
	char *const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8",
				     "TZ=UTC", NULL};

	default_signals();
	(void)umask(077);
	if (setsid() < 0 || !only_our_output(plan->output) || chdir("/") != 0)
		_exit(CANNOT_SET_UP);
	if (!account_become(plan->account))
		_exit(CANNOT_BECOME);
	/* A change of user clears the death signal, so it comes after; and the parent may have
	 * died before it was set. */
	if (plan->death_signal != 0)
		(void)prctl(PR_SET_PDEATHSIG, plan->death_signal);
	if (getppid() != parent)
		_exit(CANNOT_SET_UP);
	/* execve promises not to write; its prototype is older than const */
	(void)execve(plan->arguments[0], (char *const *)(uintptr_t)plan->arguments, environment);
	_exit(CANNOT_EXEC);
}

enum status child_start(const struct child_plan *plan, pid_t *child, struct trouble *why)
{
	pid_t parent = getpid();

	*child = fork();
	if (*child < 0)
		return trouble(why, E_INTERNAL, "cannot fork: %s", strerror(errno));
	if (*child == 0)
		become_it(plan, parent);
	return OK;
}

static enum child_end how_it_ended(int how, struct trouble *words)
{
	if (WIFSIGNALED(how)) {
		(void)trouble(words, E_INTERNAL, "killed by signal %d", WTERMSIG(how));
		return CHILD_FAILED;
	}
	switch (WEXITSTATUS(how)) {
	case 0:
		(void)trouble(words, OK, "exited with 0");
		return CHILD_SUCCEEDED;
	case CANNOT_BECOME:
		(void)trouble(words, E_INTERNAL, "could not change to its account");
		return CHILD_FAILED;
	case CANNOT_EXEC:
		(void)trouble(words, E_INTERNAL, "could not be executed");
		return CHILD_FAILED;
	default:
		(void)trouble(words, E_INTERNAL, "exited with %d", WEXITSTATUS(how));
		return CHILD_FAILED;
	}
}

enum child_end child_wait(pid_t child, uint64_t limit_ms, struct trouble *how)
{
	uint64_t until = clock_monotonic_ms() + limit_ms;

	for (;;) {
		int status = 0;
		pid_t got = waitpid(child, &status, WNOHANG);
		if (got == child)
			return how_it_ended(status, how);
		if (got < 0 && errno != EINTR) {
			(void)trouble(how, E_INTERNAL, "is not our child: %s", strerror(errno));
			return CHILD_FAILED;
		}
		if (clock_monotonic_ms() >= until)
			return CHILD_RUNS;
		child_sleep_ms(LOOK_EVERY_MS);
	}
}

void child_sleep_ms(long ms)
{
	const struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	(void)nanosleep(&pause, NULL);
}
