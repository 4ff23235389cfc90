#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/commands.h"

TestSuite(healthcheck, .timeout = 30);

static void answer_one(int listening)
{
	static const char ready[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
	char request[1024];
	int s = accept(listening, NULL, NULL);
	if (s >= 0 && read(s, request, sizeof(request)) > 0 &&
	    write(s, ready, sizeof(ready) - 1) == sizeof(ready) - 1)
		shutdown(s, SHUT_RDWR);
	_exit(0);
}

/** The exit status of the check of a server that listens on this address. */
static int checked(const struct sockaddr *at, socklen_t len, const char *host)
{
	struct sockaddr_in6 bound;
	socklen_t size = sizeof(bound);
	int listening = socket(at->sa_family, SOCK_STREAM, 0);
	if (listening < 0 || bind(listening, at, len) != 0) {
		cr_log_warn("skipped: no %s here", host);
		return EXIT_SUCCESS;
	}
	cr_assert_eq(listen(listening, 1), 0);
	cr_assert_eq(getsockname(listening, (struct sockaddr *)&bound, &size), 0);
	pid_t child = fork();
	if (child == 0)
		answer_one(listening);
	close(listening);
	/* The port stands at the same place in both families. */
	const struct config config = {.host = host, .port = ntohs(bound.sin6_port)};
	int status = command_healthcheck(&config);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return status;
}

static int checked_ipv6(const char *host)
{
	struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	return checked((const struct sockaddr *)&at, sizeof(at), host);
}

static int checked_ipv4(const char *host)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	return checked((const struct sockaddr *)&at, sizeof(at), host);
}

Test(healthcheck, a_server_on_an_ipv6_address_is_asked_there)
{
	cr_expect_eq(checked_ipv6("::1"), EXIT_SUCCESS);
}

Test(healthcheck, a_server_that_listens_everywhere_is_asked_on_the_loopback_address)
{
	cr_expect_eq(checked_ipv6("::"), EXIT_SUCCESS);
	cr_expect_eq(checked_ipv4("0.0.0.0"), EXIT_SUCCESS);
	cr_expect_eq(checked_ipv4("localhost"), EXIT_SUCCESS);
}

Test(healthcheck, where_nobody_listens_is_not_ready)
{
	const struct config config = {.host = "127.0.0.1", .port = 1};
	cr_expect_eq(command_healthcheck(&config), EXIT_FAILURE);
}
